--- A line of an annotation as in print, from what is typed and what the server says that it is.
local signs = require('shapecheck.signs')

local M = {}

local function of_name(text, start, found)
  local from, to, name = text:find('^\\(%a+)')
  local letter = name and signs.letters[name]
  if letter then
    table.insert(found, { start + from - 1, start + to, letter })
  end
end

local function raised(text)
  return (text:gsub('.', signs.raised))
end

--- The d before a name above or below a fraction's bar.
local function of_derivative(line, token, is_above, order, found)
  local from, to = token.start_col, token.end_col
  local typed, degree = line:sub(1, from):match('(d%^?(%d?))$')
  local before = typed and line:sub(from - #typed, from - #typed)
  if not typed or before:match('[%w_]') or (not is_above and not order) then
    return nil
  end
  table.insert(found, { from - #typed, from, '∂' .. raised(degree) })
  local power = not is_above and line:sub(to + 1):match('^%^?' .. order)
  if power and order ~= '' then
    table.insert(found, { to, to + #power, raised(order) })
  end
  return degree
end

--- What is drawn of a line with these tokens: { from, to, sign }, bytes from 0, in their order.
function M.of_line(line, all)
  local found, order = {}, nil
  local tokens = vim.tbl_filter(function(token)
    return not line:sub(token.start_col + 1, token.end_col):match('^d%^?%d?$') or token.type ~= 'operator'
  end, all)
  for number, token in ipairs(tokens) do
    local text = line:sub(token.start_col + 1, token.end_col)
    local before, behind = tokens[number - 1], tokens[number + 1]
    local over = behind and line:sub(behind.start_col + 1, behind.end_col) == '/'
    local last = before and before.type == 'operator' and line:sub(before.start_col + 1, before.end_col) or nil
    local touches = before and before.end_col == token.start_col
    if token.type == 'operator' then
      if signs.operators[text] then
        table.insert(found, { token.start_col, token.end_col, signs.operators[text] })
      end
    elseif token.type == 'number' then
      if touches and (last == '^' or last == '**') and text:match('^-?%d+$') then
        table.insert(found, { before.start_col, token.end_col, raised(text) })
      end
    else
      if over then
        order = of_derivative(line, token, true, nil, found)
      elseif last == '/' then
        of_derivative(line, token, false, order, found)
        order = nil
      end
      of_name(text, token.start_col, found)
    end
  end
  table.sort(found, function(one, other)
    return one[1] < other[1]
  end)
  return found
end

--- The line from its first token to its last, with these signs in it.
function M.write(line, tokens, found)
  local at = found[1] and math.min(found[1][1], tokens[1].start_col) or tokens[1].start_col
  local parts = {}
  for _, sign in ipairs(found) do
    table.insert(parts, line:sub(at + 1, sign[1]) .. sign[3])
    at = sign[2]
  end
  local stop = tokens[#tokens].end_col
  local closing = line:sub(stop + 1):match('^[%)%]}|]*')
  return table.concat(parts) .. line:sub(at + 1, stop + #closing)
end

return M

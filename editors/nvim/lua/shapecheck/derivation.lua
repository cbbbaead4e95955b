--- The derivation of the definition under the cursor, and what can be made of it: a window, a copy, a line below.
local server = require('shapecheck.server')

local M = {}

local function where(client)
  return { buffer = vim.api.nvim_get_current_buf(), params = vim.lsp.util.make_position_params(0, client.offset_encoding) }
end

local function request(client, place, by, answer)
  local params = vim.tbl_extend('force', place.params, { by = by })
  client:request('shapecheck/panel', params, function(fault, found)
    if fault then
      vim.notify('shapecheck: ' .. fault.message, vim.log.levels.ERROR)
    elseif not found or found == vim.NIL then
      vim.notify("shapecheck: no definition here; put the cursor on a formula such as `q = x' A x`", vim.log.levels.INFO)
    elseif by and not vim.iter(found.gradients):any(function(one)
      return one.by == by
    end) then
      local names = vim.tbl_map(function(one)
        return one.by
      end, found.gradients)
      local known = #names > 0 and '; there are ' .. table.concat(names, ', ') or ''
      vim.notify(('shapecheck: `%s` has no variable `%s`%s'):format(found.name, by, known), vim.log.levels.WARN)
    else
      answer(found)
    end
  end, place.buffer)
end

--- Asks the server about the cursor's place; `by` chooses the variable, or nil. `answer(found, client, place)`.
function M.ask(by, answer)
  local client = server.client(0)
  if client then
    local place = where(client)
    request(client, place, by, function(found)
      answer(found, client, place)
    end)
  end
end

--- Opens the window; called again with the same place it takes the cursor, as |vim.lsp.buf.hover()| does.
function M.open(by)
  M.ask(by, function(found, client, place)
    require('shapecheck.window').open(found, function(other, answer)
      request(client, place, other, answer)
    end)
  end)
end

--- Copies the gradient at the cursor in a notation.
function M.copy(notation, by)
  M.ask(by, function(found)
    local text = found.copies[notation]
    if not text then
      local known = table.concat(vim.fn.sort(vim.tbl_keys(found.copies)), ', ')
      vim.notify(('shapecheck: no `%s` of this gradient; there are %s'):format(notation, known), vim.log.levels.WARN)
      return
    end
    vim.fn.setreg(vim.v.register, text)
    if vim.fn.has('clipboard') == 1 then
      pcall(vim.fn.setreg, '+', text)
    end
    vim.notify(('∂%s/∂%s copied as %s'):format(found.name, found.by, notation))
  end)
end

--- Writes the gradient below the definition at the cursor: by one variable or by all; as a claim or as code of a library.
function M.insert(by, library)
  M.ask(by, function(found, client, place)
    client:exec_cmd({
      title = 'Insert gradient',
      command = 'shapecheck.insertGradient',
      arguments = { { uri = found.uri, position = found.range.start, by = by and { by } or nil, to = library } },
    }, { bufnr = place.buffer })
  end)
end

return M

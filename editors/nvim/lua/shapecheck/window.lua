--- The derivation as lines with highlights, and the floating window that shows it.
local M = {}

local namespace = vim.api.nvim_create_namespace('shapecheck.derivation')
local wide = vim.fn.strdisplaywidth

--- Lines that are written part by part: `add({ text, group }, …)` is one line.
local function page()
  local lines, marks = {}, {}
  local function add(...)
    local text = ''
    for _, part in ipairs({ ... }) do
      if part[2] then
        table.insert(marks, { #lines, #text, #text + #part[1], part[2] })
      end
      text = text .. part[1]
    end
    table.insert(lines, (text:gsub('%s+$', '')))
  end
  return lines, marks, add
end

local function pad(text, width, left)
  local blanks = (' '):rep(width - wide(text))
  return left and text .. blanks or blanks .. text
end

local function widest(texts)
  return math.max(0, unpack(vim.tbl_map(wide, texts)))
end

local function gradients(found, lines, add, chosen)
  local names = vim.tbl_map(function(one)
    return ('∂%s/∂%s'):format(found.name, one.by)
  end, found.gradients)
  local width = widest(names)
  local right = widest(vim.tbl_map(function(one)
    return one.formula and one.formula.text or ''
  end, found.gradients))
  add({ 'Gradients', 'shapecheckHeading' })
  for number, one in ipairs(found.gradients) do
    local is_chosen = one.by == found.by
    local name = pad(names[number], width, true)
    chosen[#lines + 1] = one.by
    if one.formula then
      local formula = pad(one.formula.text, math.min(right, 60), true)
      add({ is_chosen and '▸ ' or '  ' }, { ('%s = %s'):format(name, formula), is_chosen and 'shapecheckChosen' or 'shapecheckFormula' }, { '  ' }, { one.shape, 'shapecheckSize' })
    else
      add({ is_chosen and '▸ ' or '  ' }, { name, 'shapecheckFormula' }, { '  ' .. one.reason, 'shapecheckReason' })
    end
  end
end

local function section(one, add)
  local lefts = vim.tbl_map(function(line)
    return line.left
  end, one.lines)
  local width, before = widest(lefts), nil
  add({ one.title, 'shapecheckHeading' })
  for _, line in ipairs(one.lines) do
    local left = line.left ~= before and line.left or ''
    before = line.left
    add({ ('  %s = %s'):format(pad(left, width), line.right), 'shapecheckFormula' })
    add({ (' '):rep(width + 5) }, { line.reason, 'shapecheckReason' })
  end
  if one.note then
    add({ '  ' .. one.note, 'shapecheckReason' })
  end
end

--- The answer as lines, highlights as { line, from, to, group }, and the variable that stands in a line of gradients.
function M.layout(found)
  local chosen = {}
  local lines, marks, add = page()
  add({ ('%s = %s'):format(found.name, found.formula.text), 'shapecheckFormula' }, { '  ' }, { found.shape, 'shapecheckSize' })
  if #found.gradients > 0 then
    add()
    gradients(found, lines, add, chosen)
  end
  for _, one in ipairs(found.sections) do
    add()
    section(one, add)
  end
  if #found.remarks > 0 then
    add()
    add({ 'Remarks', 'shapecheckHeading' })
    for _, remark in ipairs(found.remarks) do
      add({ '  ' .. remark })
    end
  end
  return lines, marks, chosen
end

local function paint(buffer, marks)
  vim.api.nvim_buf_clear_namespace(buffer, namespace, 0, -1)
  for _, mark in ipairs(marks) do
    vim.api.nvim_buf_set_extmark(buffer, namespace, mark[1], mark[2], { end_col = mark[3], hl_group = mark[4] })
  end
end

local function title(found)
  return found.by and (' ∂%s/∂%s '):format(found.name, found.by) or (' %s '):format(found.name)
end

--- Shows an answer; `again(by)` is called where Enter is pressed on a gradient.
function M.open(found, again)
  local border = require('shapecheck.settings').get().border
  local lines, marks, chosen = M.layout(found)
  local buffer, window = vim.lsp.util.open_floating_preview(lines, '', {
    border = border,
    title = title(found),
    focus_id = 'shapecheck-derivation',
    wrap = true,
    max_width = math.max(40, math.floor(vim.o.columns * 0.9)),
    max_height = math.max(8, math.floor(vim.o.lines * 0.7)),
  })
  if vim.b[buffer].shapecheck then
    return -- the window was there, and has the cursor now
  end
  vim.b[buffer].shapecheck = true
  paint(buffer, marks)
  vim.wo[window].breakindent, vim.wo[window].linebreak = true, true
  vim.keymap.set('n', 'q', '<cmd>close<cr>', { buffer = buffer, nowait = true, desc = 'Close the derivation' })
  vim.keymap.set('n', '<cr>', function()
    local by = chosen[vim.api.nvim_win_get_cursor(window)[1]]
    if by then
      again(by, function(other)
        local rows
        rows, marks, chosen = M.layout(other)
        vim.bo[buffer].modifiable = true
        vim.api.nvim_buf_set_lines(buffer, 0, -1, false, rows)
        vim.bo[buffer].modifiable = false
        paint(buffer, marks)
        pcall(vim.api.nvim_win_set_config, window, { title = title(other), title_pos = 'center' })
      end)
    end
  end, { buffer = buffer, desc = 'Derive by the variable of this line' })
  vim.api.nvim_create_autocmd('WinEnter', {
    buffer = buffer,
    once = true,
    callback = function()
      pcall(vim.api.nvim_win_set_config, window, { footer = ' Enter: derive by · q: close ', footer_pos = 'right' })
    end,
  })
end

return M

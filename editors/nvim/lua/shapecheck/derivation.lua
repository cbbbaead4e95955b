--- The derivation of the definition under the cursor, in a floating window; and what can be copied of it.
local server = require('shapecheck.server')

local M = {}

--- Asks the server about the cursor's place; `by` chooses the variable, or nil.
function M.ask(by, answer)
  local client = server.client(0)
  if not client then
    return
  end
  local params = vim.lsp.util.make_position_params(0, client.offset_encoding)
  params.by = by
  client:request('shapecheck/panel', params, function(fault, found)
    if fault then
      vim.notify('shapecheck: ' .. fault.message, vim.log.levels.ERROR)
    elseif not found or found == vim.NIL then
      vim.notify('shapecheck: no definition here; put the cursor on a formula such as `q = x\' A x`', vim.log.levels.INFO)
    else
      answer(found, client)
    end
  end, 0)
end

local function section(lines, found)
  table.insert(lines, '### ' .. found.title)
  for _, line in ipairs(found.lines) do
    vim.list_extend(lines, { '```shape', line.left .. ' = ' .. line.right, '```', line.reason, '' })
  end
  if found.note then
    vim.list_extend(lines, { '*' .. found.note .. '*', '' })
  end
end

--- The answer as lines of Markdown.
function M.lines(found)
  local lines = { '```shape', ('%s = %s'):format(found.name, found.formula.text), '```', ('Shape: `%s`'):format(found.shape), '' }
  if #found.gradients > 0 then
    table.insert(lines, '### Gradients')
  end
  for _, one in ipairs(found.gradients) do
    if one.formula then
      local mark = one.by == found.by and '▸ ' or '  '
      vim.list_extend(lines, { '```shape', ('%s∂%s/∂%s = %s : %s'):format(mark, found.name, one.by, one.formula.text, one.shape), '```' })
    else
      table.insert(lines, ('∂%s/∂%s: %s'):format(found.name, one.by, one.reason))
    end
  end
  table.insert(lines, '')
  for _, one in ipairs(found.sections) do
    section(lines, one)
  end
  for _, remark in ipairs(found.remarks) do
    table.insert(lines, '- ' .. remark)
  end
  return lines
end

--- Opens the window; called again with the same place it takes the cursor, as |vim.lsp.buf.hover()| does.
function M.open(by)
  M.ask(by, function(found)
    local border = require('shapecheck.settings').get().border
    local title = found.by and (' ∂%s/∂%s '):format(found.name, found.by) or (' %s '):format(found.name)
    local buffer, window = vim.lsp.util.open_floating_preview(M.lines(found), 'markdown', {
      border = border,
      title = title,
      focus_id = 'shapecheck-derivation',
      max_width = math.max(40, math.floor(vim.o.columns * 0.8)),
      max_height = math.max(8, math.floor(vim.o.lines * 0.7)),
    })
    vim.keymap.set('n', 'q', '<cmd>close<cr>', { buffer = buffer, nowait = true, desc = 'Close the derivation' })
    M.window = window
  end)
end

--- Copies the gradient at the cursor in a notation.
function M.copy(notation, by)
  M.ask(by, function(found)
    local text = found.copies[notation]
    if not text then
      vim.notify(('shapecheck: no %s for this gradient'):format(notation), vim.log.levels.WARN)
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
  M.ask(by, function(found, client)
    client:exec_cmd({
      title = 'Insert gradient',
      command = 'shapecheck.insertGradient',
      arguments = { { uri = found.uri, position = found.range.start, by = by and { by } or nil, to = library } },
    }, { bufnr = vim.api.nvim_get_current_buf() })
  end)
end

return M

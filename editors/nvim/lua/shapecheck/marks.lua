--- Signs as in print: drawn in place of what is typed ('conceal'), or behind the line ('virtual').
---
--- What is a transpose and what a quote only the server knows: the signs are taken from its semantic tokens, so that they are right
--- with Vim's syntax and with tree-sitter alike.
local typeset = require('shapecheck.typeset')

local M = {}

local namespace = vim.api.nvim_create_namespace('shapecheck.marks')
local group = vim.api.nvim_create_augroup('shapecheck.marks', {})
local waiting, drawn, watched = {}, {}, {}

local function mode()
  return require('shapecheck.settings').get().marks
end

local function conceal(buffer, row, sign)
  local letters = vim.fn.split(sign[3], '\\zs')
  local from = sign[1]
  for number, letter in ipairs(letters) do
    local to = number == #letters and sign[2] or from + 1
    vim.api.nvim_buf_set_extmark(buffer, namespace, row, from, {
      end_col = to,
      conceal = letter,
      hl_group = 'shapecheckTypeset',
      strict = false,
      invalidate = true,
      undo_restore = false,
    })
    from = to
  end
end

local function draw(buffer, row, tokens)
  local line = vim.api.nvim_buf_get_lines(buffer, row, row + 1, false)[1]
  vim.api.nvim_buf_clear_namespace(buffer, namespace, row, row + 1)
  if not line or tokens[#tokens].end_col > #line then
    return
  end
  local found = typeset.of_line(line, tokens)
  if #found == 0 then
    return
  elseif mode() == 'conceal' then
    for _, sign in ipairs(found) do
      conceal(buffer, row, sign)
    end
  else
    local text = '  ' .. typeset.write(line, tokens, found)
    vim.api.nvim_buf_set_extmark(buffer, namespace, row, 0, {
      virt_text = { { text, 'shapecheckVirtual' } },
      priority = 10, -- before diagnostics
      invalidate = true,
      undo_restore = false,
    })
  end
end

--- Tokens of a new text have come: all that are seen are told again, perhaps none.
local function forget_older(buffer)
  local tick = vim.api.nvim_buf_get_changedtick(buffer)
  if drawn[buffer] ~= tick then
    vim.api.nvim_buf_clear_namespace(buffer, namespace, 0, -1)
    drawn[buffer] = tick
  end
end

local function flush(buffer)
  local rows = waiting[buffer] or {}
  waiting[buffer] = nil
  if not vim.api.nvim_buf_is_loaded(buffer) then
    return
  end
  forget_older(buffer)
  for row, tokens in pairs(rows) do
    draw(buffer, row, tokens)
  end
end

local function told(event)
  local client = vim.lsp.get_client_by_id(event.data.client_id)
  if not client or client.name ~= 'shapecheck' or mode() == 'off' then
    return
  end
  local buffer, token = event.buf, event.data.token
  if not waiting[buffer] then
    waiting[buffer] = {}
    vim.schedule(function()
      flush(buffer)
    end)
  end
  local rows = waiting[buffer]
  rows[token.line] = rows[token.line] or {}
  table.insert(rows[token.line], token)
end

local function show_conceals(buffer)
  for _, window in ipairs(vim.fn.win_findbuf(buffer)) do
    if mode() == 'conceal' and vim.wo[window][0].conceallevel == 0 then
      vim.wo[window][0].conceallevel = 2
    end
  end
end

local function on(events, buffer, callback)
  vim.api.nvim_create_autocmd(events, { group = group, buffer = buffer, callback = callback })
end

local function answered(event)
  local request = event.data.request
  if request.type == 'complete' and request.method:find('semanticTokens', 1, true) then
    vim.defer_fn(function()
      if watched[event.buf] and not waiting[event.buf] then
        forget_older(event.buf)
      end
    end, 100)
  end
end

--- Begins to draw in a buffer, if marks are wanted.
function M.attach(buffer)
  show_conceals(buffer)
  if watched[buffer] then
    return
  end
  watched[buffer] = true
  on('LspTokenUpdate', buffer, told)
  on('LspRequest', buffer, answered)
  on('BufWinEnter', buffer, function()
    show_conceals(buffer)
  end)
  on('LspDetach', buffer, function()
    vim.api.nvim_buf_clear_namespace(buffer, namespace, 0, -1)
  end)
  vim.api.nvim_buf_attach(buffer, false, {
    on_lines = function(_, _, _, first, _, last)
      vim.api.nvim_buf_clear_namespace(buffer, namespace, first, math.max(last, first + 1))
    end,
    on_detach = function()
      vim.api.nvim_clear_autocmds({ group = group, buffer = buffer })
      watched[buffer], drawn[buffer], waiting[buffer] = nil, nil, nil
    end,
  })
end

--- Draws everything anew, after the setting was changed.
function M.refresh()
  for buffer in pairs(watched) do
    vim.api.nvim_buf_clear_namespace(buffer, namespace, 0, -1)
    show_conceals(buffer)
    vim.lsp.semantic_tokens.force_refresh(buffer)
  end
end

return M

-- What the scripts beside this one share.
local M = { failed = 0 }

function M.check(name, ok, extra)
  io.stdout:write((ok and 'ok   ' or 'FAIL ') .. name .. (extra ~= nil and not ok and ('  ' .. tostring(extra)) or '') .. '\n')
  if not ok then
    M.failed = M.failed + 1
  end
end

function M.wait(predicate, milliseconds)
  return vim.wait(milliseconds or 20000, predicate, 20)
end

function M.line(number)
  return vim.api.nvim_buf_get_lines(0, number, number + 1, false)[1]
end

--- Puts the cursor on the first place of a text.
function M.go(text)
  for number, line in ipairs(vim.api.nvim_buf_get_lines(0, 0, -1, false)) do
    local column = line:find(text, 1, true)
    if column then
      vim.api.nvim_win_set_cursor(0, { number, column - 1 })
      return number - 1
    end
  end
  error('not in the buffer: ' .. text)
end

function M.float()
  for _, window in ipairs(vim.api.nvim_list_wins()) do
    if vim.api.nvim_win_get_config(window).relative ~= '' then
      return window, table.concat(vim.api.nvim_buf_get_lines(vim.api.nvim_win_get_buf(window), 0, -1, false), '\n')
    end
  end
end

--- Opens the file and waits until the client is there.
function M.open(kind)
  vim.cmd('filetype on')
  vim.cmd('syntax on')
  vim.g.shapecheck = { cmd = { vim.env.SHAPECHECK_PYTHON, '-m', 'shapecheck', 'server' } }
  vim.cmd('runtime! plugin/shapecheck.lua')
  vim.lsp.enable('shapecheck')
  vim.cmd.edit(vim.fn.fnameescape(_G.arg[1]))
  M.check('file type', vim.bo.filetype == (kind or 'python'), vim.bo.filetype)
  local attached = M.wait(function()
    local client = vim.lsp.get_clients({ bufnr = 0, name = 'shapecheck' })[1]
    return client ~= nil and client.initialized
  end)
  M.check('client attached', attached)
  return vim.lsp.get_clients({ bufnr = 0, name = 'shapecheck' })[1]
end

function M.finish()
  for _, client in ipairs(vim.lsp.get_clients()) do
    client:stop()
  end
  local stopped = M.wait(function()
    return #vim.lsp.get_clients() == 0
  end, 5000)
  M.check('server stopped', stopped)
  vim.cmd(M.failed == 0 and 'qa!' or 'cquit 1')
end

return M

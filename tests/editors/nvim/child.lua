-- A second Neovim with a user's own configuration, driven by keys.
local M = {}

--- Starts it on a file; the configuration is what lies in $XDG_CONFIG_HOME and $XDG_DATA_HOME.
function M.start(file)
  M.channel = vim.fn.jobstart({ vim.v.progpath, '--headless', '--embed', '-i', 'NONE', '-n', file }, { rpc = true })
  assert(M.channel > 0, 'Neovim does not start')
  return M
end

function M.keys(text)
  vim.rpcrequest(M.channel, 'nvim_input', text)
end

--- Runs Lua there; a message that waits for a key is answered first, for it would hold everything.
function M.lua(code, ...)
  for _ = 1, 20 do
    if not vim.rpcrequest(M.channel, 'nvim_get_mode').blocking then
      break
    end
    M.keys('<CR>')
    vim.uv.sleep(20)
  end
  return vim.rpcrequest(M.channel, 'nvim_exec_lua', code, { ... })
end

function M.wait(code, milliseconds)
  return vim.wait(milliseconds or 20000, function()
    return M.lua('return ' .. code) == true
  end, 50)
end

function M.text()
  return table.concat(M.lua('return vim.api.nvim_buf_get_lines(0, 0, -1, false)'), '\n')
end

function M.until_text(wanted, milliseconds)
  return vim.wait(milliseconds or 10000, function()
    return M.text():find(wanted, 1, true) ~= nil
  end, 50)
end

function M.stop()
  pcall(M.keys, '<C-\\><C-n>:qa!<CR>')
  vim.fn.jobwait({ M.channel }, 5000)
end

return M

-- :Shapecheck and its subcommands.
local here = vim.fs.dirname(debug.getinfo(1, 'S').source:sub(2))
local t = dofile(vim.fs.joinpath(here, 'checks.lua'))
t.open()
t.wait(function()
  return #vim.diagnostic.get(0) == 2
end)

local function text()
  return table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), '\n')
end

t.go("dq/dB = w_a' A w_b")
vim.cmd('Shapecheck explain')
t.check('the derivation window', t.wait(function()
  local _, shown = t.float()
  return shown ~= nil and shown:find("Aᵀ w_a w_bᵀ", 1, true) ~= nil
end), select(2, t.float()))
local _, shown = t.float()
t.check('it derives by what the claim derives by', shown and shown:find('▸ ∂q/∂B', 1, true) ~= nil)
t.check('it has steps', shown and shown:find('Frobenius', 1, true) ~= nil)
vim.cmd('fclose!')

t.go("q = w_a' A B w_b")
vim.cmd('Shapecheck explain w_a')
t.check('by a variable that is named', t.wait(function()
  local _, again = t.float()
  return again ~= nil and again:find('▸ ∂q/∂w_a', 1, true) ~= nil
end))
vim.cmd('fclose!')

vim.cmd('Shapecheck copy numpy B')
t.check('copied as NumPy', t.wait(function()
  return vim.fn.getreg('"'):find('np.outer', 1, true) ~= nil
end), vim.fn.getreg('"'))

vim.cmd('Shapecheck grad A')
t.check('a gradient is inserted', t.wait(function()
  return text():find("dq/dA = w_a w_b' B'", 1, true) ~= nil
end, 10000), text())
vim.cmd('Shapecheck grad w_b numpy')
t.check('and as code', t.wait(function()
  return text():find('dq_dw_b = ', 1, true) ~= nil
end, 10000))

vim.cmd('Shapecheck fix')
t.check('all is fixed that can be', t.wait(function()
  return text():find("dq/dB = A' w_a w_b'", 1, true) ~= nil
end, 10000), text())

local completed = vim.fn.getcompletion('Shapecheck ', 'cmdline')
t.check('subcommands are completed', vim.list_contains(completed, 'explain') and vim.list_contains(completed, 'restart'), #completed)

vim.cmd('checkhealth shapecheck')
local report = text()
t.check('health names the server', report:find('shapecheck 0', 1, true) ~= nil and report:find('ERROR', 1, true) == nil, report)
vim.cmd('bdelete!')

local before = vim.lsp.get_clients({ name = 'shapecheck' })[1].id
vim.cmd('Shapecheck restart')
t.check('restarted', t.wait(function()
  local client = vim.lsp.get_clients({ bufnr = 0, name = 'shapecheck' })[1]
  return client ~= nil and client.id ~= before and client.initialized
end))

t.finish()

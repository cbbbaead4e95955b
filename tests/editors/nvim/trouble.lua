-- No server: said once, in one line, and by the health check; after it was installed, :Shapecheck restart is enough.
local here = vim.fs.dirname(debug.getinfo(1, 'S').source:sub(2))
local t = dofile(vim.fs.joinpath(here, 'checks.lua'))
local child = dofile(vim.fs.joinpath(here, 'child.lua')).start(_G.arg[1])
local python = vim.env.SHAPECHECK_PYTHON

t.check('said', child.wait([[vim.fn.execute('messages'):find('pip install shapecheck-lsp', 1, true) ~= nil]], 5000), child.lua("return vim.fn.execute('messages')"))
local said = child.lua("return vim.trim(vim.fn.execute('messages'))")
t.check('in one line that fits', not said:find('\n') and #said < 80, said)
t.check('without an error', child.lua('return vim.v.errmsg') == '', child.lua('return vim.v.errmsg'))
child.keys(':checkhealth shapecheck<CR>')
t.check('health says so', child.until_text('no server was found'), child.text())
child.keys(':bwipeout!<CR>')

child.lua([[vim.g.shapecheck = { cmd = { ..., '-c', 'raise SystemExit("Python 3.8 is too old")' } }]], python)
child.keys(':checkhealth shapecheck<CR>')
t.check('health says why a server does not run', child.until_text('too old'), child.text())
child.keys(':bwipeout!<CR>')

child.lua([[vim.g.shapecheck = { cmd = { ..., '-m', 'shapecheck', 'server' } }]], python)
child.keys(':Shapecheck restart<CR>')
t.check('it runs after that', child.wait('#vim.diagnostic.get(0) == 2'), child.lua("return vim.fn.execute('messages')"))
child.keys(':Shapecheck log<CR>')
t.check('the log', child.wait("vim.fn.expand('%:t') == 'lsp.log'", 5000))
child.keys(':Shapecheck explane<CR>')
t.check('a wrong word', child.wait([[vim.fn.execute('messages'):find('no subcommand `explane`', 1, true) ~= nil]], 5000))
child.stop()
vim.cmd(t.failed == 0 and 'qa!' or 'cquit 1')

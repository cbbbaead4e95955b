-- Help: its tags exist, and every subcommand is described.
local here = vim.fs.dirname(debug.getinfo(1, 'S').source:sub(2))
local t = dofile(vim.fs.joinpath(here, 'checks.lua'))
local commands = require('shapecheck.commands')
local plugin = vim.fs.dirname(vim.fs.dirname(vim.api.nvim_get_runtime_file('lsp/shapecheck.lua', false)[1]))
local copy = vim.fs.joinpath(vim.fs.dirname(vim.fs.dirname(_G.arg[1])), 'help')
vim.fn.mkdir(vim.fs.joinpath(copy, 'doc'), 'p')
vim.fn.filecopy(vim.fs.joinpath(plugin, 'doc', 'shapecheck.txt'), vim.fs.joinpath(copy, 'doc', 'shapecheck.txt'))
vim.cmd.helptags(vim.fs.joinpath(copy, 'doc'))
local tags = table.concat(vim.fn.readfile(vim.fs.joinpath(copy, 'doc', 'tags')), '\n')
local text = table.concat(vim.fn.readfile(vim.fs.joinpath(copy, 'doc', 'shapecheck.txt')), '\n')
for name in pairs(commands.subcommands) do
  t.check('tag of ' .. name, tags:find(':Shapecheck-' .. name .. '\t', 1, true) ~= nil)
end
local kept = table.concat(vim.fn.readfile(vim.fs.joinpath(plugin, 'doc', 'tags')), '\n')
t.check('doc/tags is fresh: `nvim --clean --headless -c "helptags editors/nvim/doc" -c q` makes it', kept == tags)
for link in text:gmatch('|([^%s|]+)|') do
  t.check('link ' .. link, vim.list_contains(vim.fn.getcompletion(link, 'help'), link))
end
for number, line in ipairs(vim.split(text, '\n')) do
  local wide = vim.fn.strdisplaywidth(line)
  if wide > 78 then
    t.check(('line %d fits'):format(number), false, line)
  end
end
vim.cmd(t.failed == 0 and 'qa!' or 'cquit 1')

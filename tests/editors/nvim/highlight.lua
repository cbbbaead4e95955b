-- Syntax groups at places of the file, without any server.
local here = vim.fs.dirname(debug.getinfo(1, 'S').source:sub(2))
local t = dofile(vim.fs.joinpath(here, 'checks.lua'))
vim.cmd('filetype on')
vim.cmd('syntax on')
vim.cmd.edit(vim.fn.fnameescape(_G.arg[1]))

local function groups(text, offset)
  local line = t.go(text)
  local column = vim.api.nvim_win_get_cursor(0)[2] + (offset or 0)
  return table.concat(vim.tbl_map(function(id)
    return vim.fn.synIDattr(id, 'name')
  end, vim.fn.synstack(line + 1, column + 1)), ' ')
end

t.check('the mark', groups('shape:'):find('shapecheckMark') ~= nil, groups('shape:'))
t.check('a declaration', groups('A: (N, D)'):find('shapecheckLine') ~= nil, groups('A: (N, D)'))
t.check('a transpose in a gradient', groups("dq/dB = w_a' A", 11):find('shapecheckTranspose') ~= nil, groups("dq/dB = w_a' A", 11))
t.check('code is left alone', groups('return q'):find('shapecheck') == nil)
t.check('prose is left alone', groups('stand before'):find('shapecheck') == nil, groups('stand before'))
vim.cmd(t.failed == 0 and 'qa!' or 'cquit 1')

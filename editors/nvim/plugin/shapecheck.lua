if vim.g.loaded_shapecheck then
  return
end
vim.g.loaded_shapecheck = true

if vim.fn.has('nvim-0.11') == 0 then
  vim.notify_once('shapecheck needs Neovim 0.11 or newer', vim.log.levels.ERROR)
  return
end

vim.api.nvim_create_user_command('Shapecheck', function(call)
  require('shapecheck.commands').run(call.fargs)
end, {
  nargs = '*',
  desc = 'Formulas in comments: grad, explain, copy, fix, hints, marks, restart, log, health',
  complete = function(lead, line)
    return require('shapecheck.commands').complete(lead, line)
  end,
})

-- 'runtimepath' names only what the user put there; package managers add the folder `after` themselves.
local root = vim.fs.dirname(vim.fs.dirname(debug.getinfo(1, 'S').source:sub(2)))
if not vim.list_contains(vim.opt.runtimepath:get(), root .. '/after') then
  vim.opt.runtimepath:append(root .. '/after')
end

-- What is wrong is told by a diagnostic; the names of its right side need no second colour.
for group, link in pairs({
  ['@lsp.mod.wrong'] = 'DiagnosticUnderlineError',
  ['@lsp.type.typeParameter'] = 'Type',
  shapecheckHeading = 'Title',
  shapecheckFormula = 'NormalFloat',
  shapecheckChosen = 'String',
  shapecheckSize = 'Type',
  shapecheckReason = 'Comment',
  shapecheckTypeset = 'Operator',
  shapecheckVirtual = 'NonText',
}) do
  vim.api.nvim_set_hl(0, group, { default = true, link = link })
end

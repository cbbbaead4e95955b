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
  nargs = '+',
  desc = 'Formulas in comments: grad, explain, copy, fix, hints, restart, log, health',
  complete = function(lead, line)
    return require('shapecheck.commands').complete(lead, line)
  end,
})

-- What is wrong is told by a diagnostic; the names of its right side need no second colour.
vim.api.nvim_set_hl(0, '@lsp.mod.wrong', { default = true, link = 'DiagnosticUnderlineError' })
vim.api.nvim_set_hl(0, '@lsp.type.typeParameter', { default = true, link = 'Type' })

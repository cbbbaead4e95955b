--- For plugin managers that call `require('shapecheck').setup { … }`; |vim.g.shapecheck| and |vim.lsp.enable()| do as well.
local M = {}

function M.setup(given)
  vim.g.shapecheck = vim.tbl_extend('force', vim.g.shapecheck or {}, given or {})
  vim.lsp.config('shapecheck', { settings = { shapecheck = require('shapecheck.settings').server() } })
  vim.lsp.enable('shapecheck')
end

return M

--- What the user set in `vim.g.shapecheck`, over the defaults. See |shapecheck-settings|.
local M = {}

M.defaults = {
  cmd = nil, -- the server's command as a list; nil: it is looked for
  inlay_hints = true, -- inferred shapes and verdicts as virtual text
  marks = 'off', -- 'conceal': transposes, Greek and operators are drawn as in print; 'virtual': the line as in print behind it
  highlight = true, -- annotations are highlighted before the server answers
  border = 'rounded', -- of the derivation window
  server = {}, -- sent to the server: the keys of |shapecheck-server-settings|
}

M.marks = { 'off', 'conceal', 'virtual' }

local function check(given)
  vim.validate('shapecheck.cmd', given.cmd, { 'table', 'nil' })
  vim.validate('shapecheck.inlay_hints', given.inlay_hints, 'boolean')
  vim.validate('shapecheck.marks', given.marks, function(value)
    return vim.list_contains(M.marks, value)
  end, "'off', 'conceal' or 'virtual'")
  vim.validate('shapecheck.highlight', given.highlight, 'boolean')
  vim.validate('shapecheck.server', given.server, 'table')
end

function M.get()
  local found = vim.tbl_extend('force', M.defaults, vim.g.shapecheck or {})
  local ok, complaint = pcall(check, found)
  if not ok then
    complaint = complaint:gsub('^.-: (shapecheck%.)', '%1')
    vim.notify_once('shapecheck: vim.g.shapecheck is not as it must be: ' .. complaint, vim.log.levels.WARN)
    return vim.deepcopy(M.defaults)
  end
  return found
end

function M.server()
  local given = M.get().server
  return next(given) and given or vim.empty_dict()
end

return M

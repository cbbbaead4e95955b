--- `:checkhealth shapecheck`
local M = {}

local function version(command)
  local words = vim.list_slice(command, 1, math.max(#command - 1, 1))
  local ok, done = pcall(function()
    return vim.system(vim.list_extend(words, { '--version' }), { text = true }):wait(10000)
  end)
  if not ok or done.code ~= 0 then
    return nil, ok and vim.trim(done.stderr or '') or done
  end
  return vim.trim(done.stdout)
end

function M.check()
  local health, server = vim.health, require('shapecheck.server')
  health.start('shapecheck: Neovim')
  if vim.fn.has('nvim-0.11') == 1 then
    health.ok('Neovim ' .. tostring(vim.version()))
  else
    health.error('Neovim 0.11 or newer is needed', 'Older ones know no vim.lsp.enable().')
  end
  health.start('shapecheck: server')
  for _, place in ipairs(server.places()) do
    local found = place.command and table.concat(place.command, ' ') or place.path
    health.info(('%s: %s'):format(place.name, found or 'nothing'))
  end
  local command, place = server.command()
  if not command then
    health.error('no server was found', { 'pip install shapecheck-lsp', 'or set vim.g.shapecheck = { cmd = { … } }' })
    return
  end
  local said, fault = version(command)
  if said then
    health.ok(('%s, from %s'):format(said, place))
  else
    health.error(('`%s` does not run: %s'):format(table.concat(command, ' '), fault), 'Python 3.11 or newer is needed.')
  end
  local clients = vim.lsp.get_clients({ name = 'shapecheck' })
  if #clients == 0 then
    health.warn('no client runs', "Call vim.lsp.enable('shapecheck') in your init.lua, and open a file that is checked.")
  end
  for _, client in ipairs(clients) do
    health.ok(('client %d in %s, positions in %s'):format(client.id, client.root_dir or 'no folder', client.offset_encoding))
  end
end

return M

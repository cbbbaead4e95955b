--- `:Shapecheck SUBCOMMAND …`
local derivation = require('shapecheck.derivation')

local M = {}

local libraries = { 'numpy', 'torch', 'jax' }
local notations = { 'unicode', 'ascii', 'latex', 'numpy', 'torch', 'jax', 'julia', 'matlab' }

M.subcommands = {
  grad = {
    words = libraries,
    run = function(words)
      local by, library
      for _, word in ipairs(words) do
        if vim.list_contains(libraries, word) then
          library = word
        else
          by = word
        end
      end
      derivation.insert(by, library)
    end,
  },
  explain = {
    run = function(words)
      derivation.open(words[1])
    end,
  },
  copy = {
    words = notations,
    run = function(words)
      derivation.copy(words[1] or 'unicode', words[2])
    end,
  },
  fix = {
    run = function()
      local client = require('shapecheck.server').client(0)
      if client then
        client:exec_cmd({ title = 'Fix all', command = 'shapecheck.fixAll', arguments = { { uri = vim.uri_from_bufnr(0) } } }, { bufnr = 0 })
      end
    end,
  },
  hints = {
    run = function()
      vim.lsp.inlay_hint.enable(not vim.lsp.inlay_hint.is_enabled({ bufnr = 0 }), { bufnr = 0 })
    end,
  },
  marks = {
    words = { 'off', 'conceal', 'virtual' },
    run = function(words)
      local settings = require('shapecheck.settings')
      if words[1] and not vim.list_contains(settings.marks, words[1]) then
        vim.notify(('shapecheck: marks are %s, not `%s`'):format(table.concat(settings.marks, ', '), words[1]), vim.log.levels.ERROR)
        return
      end
      local wanted = words[1] or (settings.get().marks == 'off' and 'conceal' or 'off')
      vim.g.shapecheck = vim.tbl_extend('force', vim.g.shapecheck or {}, { marks = wanted })
      require('shapecheck.marks').refresh()
    end,
  },
  restart = {
    run = function()
      require('shapecheck.server').restart()
    end,
  },
  log = {
    run = function()
      vim.cmd.tabnew({ args = { vim.fn.fnameescape(vim.lsp.get_log_path()) } })
      vim.cmd('$')
    end,
  },
  health = {
    run = function()
      vim.cmd.checkhealth('shapecheck')
    end,
  },
}

function M.run(words)
  local name = table.remove(words, 1)
  local found = M.subcommands[name]
  if found then
    found.run(words)
    return
  end
  local names = vim.tbl_keys(M.subcommands)
  table.sort(names)
  local listed = table.concat(names, ', ')
  if name then
    vim.notify(('shapecheck: no subcommand `%s`; there are %s'):format(name, listed), vim.log.levels.ERROR)
  else
    vim.notify((':Shapecheck %s'):format(listed:gsub(', ', ' | ')))
  end
end

function M.complete(lead, line)
  local words = vim.split(vim.trim(line), '%s+')
  local choices
  if #words < 2 or (#words == 2 and lead ~= '') then
    choices = vim.tbl_keys(M.subcommands)
  else
    choices = (M.subcommands[words[2]] or {}).words or {}
  end
  local found = vim.tbl_filter(function(choice)
    return vim.startswith(choice, lead)
  end, choices)
  table.sort(found)
  return found
end

return M

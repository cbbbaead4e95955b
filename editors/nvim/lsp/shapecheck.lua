-- Found through 'runtimepath' by vim.lsp.enable('shapecheck').
local settings = require('shapecheck.settings')

return {
  cmd = function(dispatchers)
    return require('shapecheck.server').start(dispatchers)
  end,
  filetypes = require('shapecheck.filetypes'),
  root_dir = function(buffer, on_dir)
    require('shapecheck.server').root(buffer, on_dir)
  end,
  settings = { shapecheck = settings.server() },
  commands = {
    -- What the code action "Explain the derivative" runs: shown in a window beside the text, not in a file.
    ['shapecheck.explain'] = function(command)
      local asked = command.arguments and command.arguments[1] or {}
      require('shapecheck.derivation').open(type(asked.by) == 'table' and asked.by[1] or asked.by)
    end,
  },
  on_attach = function(client, buffer)
    local wanted = settings.get()
    if wanted.inlay_hints and client:supports_method('textDocument/inlayHint') then
      vim.lsp.inlay_hint.enable(true, { bufnr = buffer })
    end
    require('shapecheck.marks').attach(buffer)
  end,
}

-- From a diagnostic to the saved fix, through vim.lsp.
local here = vim.fs.dirname(debug.getinfo(1, 'S').source:sub(2))
local t = dofile(vim.fs.joinpath(here, 'checks.lua'))
local client = t.open()
t.check('root', client.root_dir == vim.fs.dirname(vim.api.nvim_buf_get_name(0)), client.root_dir)

t.check('two diagnostics', t.wait(function()
  return #vim.diagnostic.get(0) == 2
end), vim.inspect(vim.tbl_map(function(d) return d.message end, vim.diagnostic.get(0))))
local marked = vim.tbl_map(function(found)
  return t.line(found.lnum):sub(found.col + 1, found.end_col)
end, vim.diagnostic.get(0))
t.check('the wrong product is marked', marked[1] == "w_a' A w_b", marked[1])
t.check('behind 𝔼 too', marked[2] == '2 𝔼 𝔼 u' or marked[2] == '𝔼 𝔼 u' or marked[2] == '2 𝔼 𝔼' or marked[2] == '𝔼 𝔼', marked[2])
local first = vim.diagnostic.get(0)[1]
t.check('the message names both shapes', first.message:find('(1, D)', 1, true) and first.message:find('N', 1, true), first.message)
t.check('the rule is named', first.code == 'shape-mismatch', first.code)

t.go("q = w_a' A B w_b")
vim.lsp.buf.hover()
t.check('hover', t.wait(function()
  local _, text = t.float()
  return text ~= nil and text:find('∂q/∂B', 1, true) ~= nil
end), select(2, t.float()))
vim.cmd('fclose!')

local function fix(text, wanted)
  t.go(text)
  local title
  vim.lsp.buf.code_action({
    apply = true,
    filter = function(action)
      if action.kind == 'quickfix' and action.isPreferred then
        title = title or action.title
        return title == action.title
      end
      return false
    end,
  })
  t.check('fix of ' .. text, t.wait(function()
    return table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), '\n'):find(wanted, 1, true) ~= nil
  end, 10000), title)
end
fix("w_a' A w_b", "dq/dB = A' w_a w_b'")
t.check('one diagnostic less', t.wait(function()
  return #vim.diagnostic.get(0) == 1
end))
fix('𝔼 𝔼 u', "ds/du = 2 𝔼 𝔼' u")
t.check('none is left', t.wait(function()
  return #vim.diagnostic.get(0) == 0
end), vim.inspect(vim.tbl_map(function(d) return d.message end, vim.diagnostic.get(0))))

t.check('inlay hints', t.wait(function()
  return #vim.lsp.inlay_hint.get({ bufnr = 0 }) > 0
end), vim.inspect(vim.tbl_map(function(hint) return hint.inlay_hint.label end, vim.lsp.inlay_hint.get({ bufnr = 0 }))):gsub('%s+', ' '))
vim.cmd.write()
t.finish()

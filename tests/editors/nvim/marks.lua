-- Signs as in print: in place of what is typed, or behind the line; with tree-sitter too.
local here = vim.fs.dirname(debug.getinfo(1, 'S').source:sub(2))
local t = dofile(vim.fs.joinpath(here, 'checks.lua'))
local file = vim.fs.joinpath(vim.fs.dirname(_G.arg[1]), 'marks.c')
vim.fn.writefile({
  '// shape:',
  '//   A: (N, N);  x: (N);  \\omega: ()',
  "//   q = \\omega x' A^-1 x + x.T A**2 x   -- don't",
  "//   dq/dx = \\omega A^-T x",
  "//   d2q/dx2 = A + A'",
  '//   (A .* A) 1_N -> (N)',
  'int n;',
}, file)
_G.arg[1] = file
local client = t.open('c')
vim.treesitter.start(0, 'c')

local namespace = vim.api.nvim_create_namespace('shapecheck.marks')
local function drawn(row)
  local line, found = t.line(row), {}
  for _, mark in ipairs(vim.api.nvim_buf_get_extmarks(0, namespace, { row, 0 }, { row, -1 }, { details = true })) do
    local about = mark[4]
    if about.conceal then
      table.insert(found, line:sub(mark[3] + 1, about.end_col) .. about.conceal)
    elseif about.virt_text then
      table.insert(found, about.virt_text[1][1])
    end
  end
  return table.concat(found, ' ')
end
local function shows(name, row, wanted)
  t.check(name, t.wait(function()
    vim.cmd.redraw()
    return drawn(row) == wanted
  end, 10000), drawn(row))
end

vim.cmd('Shapecheck marks conceal')
shows('a name', 1, '\\omegaω')
shows('transposes and powers, not the quote of a remark', 2, "\\omegaω 'ᵀ ^⁻ -1¹ .Tᵀ **2²")
shows('a derivative', 3, 'd∂ d∂ \\omegaω ^⁻ -Tᵀ')
shows('a second derivative', 4, "d∂ 2² d∂ 2² 'ᵀ")
shows('operators', 5, '.*⊙ ->→')
t.check('the window conceals', vim.wo.conceallevel > 0)
t.check('tree-sitter colours', vim.treesitter.highlighter.active[vim.api.nvim_get_current_buf()] ~= nil)

vim.cmd('Shapecheck marks virtual')
shows('a line as in print', 2, '  q = ω xᵀ A⁻¹ x + xᵀ A² x')
shows('a claim', 4, '  ∂²q/∂x² = A + Aᵀ')
vim.api.nvim_buf_set_lines(0, 3, 4, false, { "//   dq/dx = \\omega (A^-1 + A^-1') x" })
shows('what is typed anew', 3, "  ∂q/∂x = ω (A⁻¹ + A⁻¹ᵀ) x")
vim.api.nvim_buf_set_lines(0, 0, 1, false, { '// no annotation any more' })
shows('nothing where no annotation is', 2, '')

vim.cmd('undo')
shows('and again', 4, '  ∂²q/∂x² = A + Aᵀ')
client:stop()
shows('nothing without a server', 4, '')
t.finish()

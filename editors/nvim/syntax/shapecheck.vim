" Annotations in comments; made by `python -m tests.generate`, not by hand.
if get(get(g:, 'shapecheck', {}), 'highlight', v:true) is v:false
  finish
endif
let s:inner = 'shapecheckMark,shapecheckFunction,shapecheckProperty,shapecheckNumber,shapecheckOperator,'
      \ . 'shapecheckTranspose,shapecheckRemark,shapecheckGreek'
silent! exe 'syntax match shapecheckLine /\v<shape:(\s.*)?$/ contained containedin=.*Comment.* contains=' . s:inner
silent! exe 'syntax match shapecheckLine /\v\s{2,}[[:alpha:]_][[:alnum:]_.]*(\s*,\s*[[:alpha:]_][[:alnum:]_.]*)*\s*:\s*\([^()]*\).*$/'
      \ . ' contained containedin=.*Comment.* contains=' . s:inner
silent! exe 'syntax match shapecheckLine /\v\s{2,}[d∂]\s?\w+\s?\/\s?[d∂]\s?\w+\s*\=.*$/'
      \ . ' contained containedin=.*Comment.* contains=' . s:inner
syntax match shapecheckMark /\<shape:/ contained
syntax match shapecheckNumber /\<\d\+\(\.\d\+\)\?\>/ contained
syntax match shapecheckOperator "[-+*/@=⊙∘⊗⊘≡≔←→:\\^|·⋅−∂∇Σ∑]" contained
syntax match shapecheckTranspose /\k\@<='\|)\@<='\|ᵀ/ contained
syntax match shapecheckRemark /\s--\s.*$/ contained
syntax keyword shapecheckFunction contained Diag GELU LSE ReLU SiLU Tr abs acos acosh arccos arccosh arcsin arcsinh arctan arctanh asin asinh atan atanh average avg cos cosh cross det diag diagonal dot erf exp expm1 gelu hat heaviside inner inv kron l2norm ln log log10 log1p log2 log_softmax logdet logistic logsoftmax logsumexp lse max maximum mean min minimum norm norm1 norm2 normF outer pinv prod relu sgn sigm sigmoid sign silu sin sinh skew softmax softplus sqrt step sum swish tan tanh tr trace vec
syntax keyword shapecheckProperty contained where dim scalar binary bool boolean covariance float32 float64 hermitian int integer integers invertible lower nonnegative nonsingular normalised normalized one_hot onehot orth ortho orthogonal orthonormal pd pos posdef positive psd rotation semidefinite spd square sym symm symmetric tril triu unit unitary upper
if get(get(g:, 'shapecheck', {}), 'marks', 'off') ==# 'conceal'
  syntax match shapecheckTranspose /\k\@<='\|)\@<='/ contained conceal cchar=ᵀ
  syntax match shapecheckOperator /\.\*/ contained conceal cchar=⊙
  syntax match shapecheckGreek /\\alpha\>/ contained conceal cchar=α
  syntax match shapecheckGreek /\\beta\>/ contained conceal cchar=β
  syntax match shapecheckGreek /\\gamma\>/ contained conceal cchar=γ
  syntax match shapecheckGreek /\\delta\>/ contained conceal cchar=δ
  syntax match shapecheckGreek /\\epsilon\>/ contained conceal cchar=ε
  syntax match shapecheckGreek /\\varepsilon\>/ contained conceal cchar=ε
  syntax match shapecheckGreek /\\zeta\>/ contained conceal cchar=ζ
  syntax match shapecheckGreek /\\eta\>/ contained conceal cchar=η
  syntax match shapecheckGreek /\\theta\>/ contained conceal cchar=θ
  syntax match shapecheckGreek /\\vartheta\>/ contained conceal cchar=θ
  syntax match shapecheckGreek /\\iota\>/ contained conceal cchar=ι
  syntax match shapecheckGreek /\\kappa\>/ contained conceal cchar=κ
  syntax match shapecheckGreek /\\lambda\>/ contained conceal cchar=λ
  syntax match shapecheckGreek /\\mu\>/ contained conceal cchar=μ
  syntax match shapecheckGreek /\\nu\>/ contained conceal cchar=ν
  syntax match shapecheckGreek /\\xi\>/ contained conceal cchar=ξ
  syntax match shapecheckGreek /\\pi\>/ contained conceal cchar=π
  syntax match shapecheckGreek /\\varpi\>/ contained conceal cchar=π
  syntax match shapecheckGreek /\\rho\>/ contained conceal cchar=ρ
  syntax match shapecheckGreek /\\varrho\>/ contained conceal cchar=ρ
  syntax match shapecheckGreek /\\sigma\>/ contained conceal cchar=σ
  syntax match shapecheckGreek /\\varsigma\>/ contained conceal cchar=σ
  syntax match shapecheckGreek /\\tau\>/ contained conceal cchar=τ
  syntax match shapecheckGreek /\\upsilon\>/ contained conceal cchar=υ
  syntax match shapecheckGreek /\\phi\>/ contained conceal cchar=φ
  syntax match shapecheckGreek /\\varphi\>/ contained conceal cchar=φ
  syntax match shapecheckGreek /\\chi\>/ contained conceal cchar=χ
  syntax match shapecheckGreek /\\psi\>/ contained conceal cchar=ψ
  syntax match shapecheckGreek /\\omega\>/ contained conceal cchar=ω
  syntax match shapecheckGreek /\\Gamma\>/ contained conceal cchar=Γ
  syntax match shapecheckGreek /\\Delta\>/ contained conceal cchar=Δ
  syntax match shapecheckGreek /\\Theta\>/ contained conceal cchar=Θ
  syntax match shapecheckGreek /\\Lambda\>/ contained conceal cchar=Λ
  syntax match shapecheckGreek /\\Xi\>/ contained conceal cchar=Ξ
  syntax match shapecheckGreek /\\Pi\>/ contained conceal cchar=Π
  syntax match shapecheckGreek /\\Sigma\>/ contained conceal cchar=Σ
  syntax match shapecheckGreek /\\Upsilon\>/ contained conceal cchar=Υ
  syntax match shapecheckGreek /\\Phi\>/ contained conceal cchar=Φ
  syntax match shapecheckGreek /\\Psi\>/ contained conceal cchar=Ψ
  syntax match shapecheckGreek /\\Omega\>/ contained conceal cchar=Ω
  syntax match shapecheckGreek /\\Alpha\>/ contained conceal cchar=Α
  syntax match shapecheckGreek /\\Beta\>/ contained conceal cchar=Β
  syntax match shapecheckGreek /\\ell\>/ contained conceal cchar=ℓ
  syntax match shapecheckGreek /\\infty\>/ contained conceal cchar=∞
  syntax match shapecheckGreek /\\hbar\>/ contained conceal cchar=ℏ
  setlocal conceallevel=2
endif
highlight default link shapecheckLine Normal
highlight default link shapecheckMark Keyword
highlight default link shapecheckFunction Function
highlight default link shapecheckProperty Type
highlight default link shapecheckNumber Number
highlight default link shapecheckOperator Operator
highlight default link shapecheckTranspose Operator
highlight default link shapecheckRemark Comment

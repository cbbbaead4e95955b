" Annotations in comments; made by `python -m tests.generate`, not by hand.
if get(get(g:, 'shapecheck', {}), 'highlight', v:true) is v:false
  finish
endif
let s:inner = 'shapecheckMark,shapecheckFunction,shapecheckProperty,shapecheckNumber,shapecheckOperator,'
      \ . 'shapecheckTranspose,shapecheckRemark'
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
highlight default link shapecheckLine Normal
highlight default link shapecheckMark Keyword
highlight default link shapecheckFunction Function
highlight default link shapecheckProperty Type
highlight default link shapecheckNumber Number
highlight default link shapecheckOperator Operator
highlight default link shapecheckTranspose Operator
highlight default link shapecheckRemark Comment

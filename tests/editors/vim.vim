" vim -es -u vim.vim -S … FILE: Vim with ALE as editors/README.md sets it up; $SETUP is the README's part.
set nocompatible hidden noswapfile encoding=utf-8 runtimepath^=/usr/share/vim-ale
let g:failed = 0

function! Check(name, ok, ...)
  call writefile([(a:ok ? 'ok   ' : 'FAIL ') . a:name . (a:ok || !a:0 ? '' : '  ' . string(a:1))], '/dev/stdout', 'a')
  let g:failed += a:ok ? 0 : 1
endfunction

function! Until(predicate)
  for l:round in range(400)
    if a:predicate()
      return 1
    endif
    sleep 50m
  endfor
  return 0
endfunction

function! Found()
  return ale#engine#GetLoclist(bufnr(''))
endfunction

function! Run()
  call Check('two findings', Until({-> len(Found()) == 2}), Found())
  let l:first = Found()[0]
  call Check('where it is wrong', getline(l:first.lnum)[l:first.col - 1 : l:first.end_col - 1] ==# "w_a' A w_b", l:first)
  call Check('what is wrong', l:first.text =~# '(1, D)' && l:first.code ==# 'shape-mismatch', l:first)

  call cursor(8, 9)
  let g:ale_hover_to_preview = 1
  ALEHover
  let l:Seen = {-> join(map(range(1, winnr('$')), {_, w -> join(getbufline(winbufnr(w), 1, '$'))}))}
  call Check('hover', Until({-> l:Seen() =~# '∂q/∂B'}), l:Seen())
  pclose

  runtime autoload/ale/util.vim
  function! ale#util#Input(message, ...)
    let g:menu = a:message
    return '1'
  endfunction
  call cursor(l:first.lnum, l:first.col)
  ALECodeAction
  call Check('the fix', Until({-> getline(9) ==# "    #   dq/dB = A' w_a w_b'"}), [get(g:, 'menu', ''), getline(9)])
  write
  call Check('one is left', Until({-> len(Found()) == 1}), Found())
endfunction

function! Main()
  try
    call Run()
  catch
    call Check(v:throwpoint, 0, v:exception)
  endtry
  execute g:failed ? 'cquit!' : 'qall!'
endfunction

filetype plugin on
source $SETUP
autocmd VimEnter * ++nested call Main()

" Made by `python -m tests.generate`, not by hand.
runtime syntax/shapecheck.vim

"""File names that may hold annotations, for walking a tree without loading the table of languages.

A copy of what `hosts.languages` says, so that nothing heavy is imported; a test keeps the two equal and prints this text.
"""

ENDINGS = frozenset(
    """
bash bib c c++ cc cjs cls cpp cs csx cts cu cuh cxx f f03 f08 f18 f77 f90 f95 for ftn go h h++ hh hpp hs hsc
hxx inl ipp ipynb ixx java jl js jsx ksh kt kts lhs ltx lua m markdown md mdx mjs ml mli mll mly mpp mts pxd
py pyi pyw pyx qmd r rmd rs sh sty swift tex toml tpp ts tsx typ yaml yml zsh
""".split()  # noqa: SIM905
)
FILE_NAMES = frozenset(".Rprofile .bash_profile .bashrc .profile .zshrc SConscript SConstruct wscript".split())  # noqa: SIM905


def is_known(name: str) -> bool:
    """Whether a file of this name is in a known host language."""
    _, dot, ending = name.rpartition(".")
    return (dot != "" and ending.lower() in ENDINGS) or name in FILE_NAMES

"""The question that is asked of every file first, on its bytes: can there be an annotation at all?

Imports nothing, so that a file without annotations is answered before anything is loaded.
"""

MARKS = (b"shape:", b"```shape", b"~~~shape")
WIDE_MARKS = (b"s\0h\0a\0p\0e\0:", b"\0s\0h\0a\0p\0e\0:")


FENCED = (".md", ".markdown", ".mdx", ".qmd", ".rmd", ".ipynb")


def might_have_annotations(data: bytes, name: str = "") -> bool:
    """False only where no annotation can be; looks for the word itself, also in UTF-16, which shows a zero near its beginning.

    A file's `name` spares the search for fenced blocks where it says that there are none.
    """
    if MARKS[0] in data:
        return True
    if data.find(b"\0", 0, 256) >= 0 and any(mark in data for mark in WIDE_MARKS):
        return True
    return (not name or name.lower().endswith(FENCED)) and any(mark in data for mark in MARKS[1:])

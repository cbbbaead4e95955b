"""The question that is asked of every file first, on its bytes: can there be an annotation at all?

Imports nothing, so that a file without annotations is answered before anything is loaded.
"""

MARKS = (b"shape:", b"```shape", b"~~~shape")
WIDE_MARKS = (b"s\0h\0a\0p\0e\0:", b"\0s\0h\0a\0p\0e\0:")


def might_have_annotations(data: bytes) -> bool:
    """False only where no annotation can be; looks for the word itself, also in UTF-16.

    One character again and again is found ten times faster than a word, so the rarer marks are looked for behind it; and text in
    UTF-16 shows a zero near its beginning.
    """
    return (
        MARKS[0] in data
        or (b"```" in data and MARKS[1] in data)
        or (b"~~~" in data and MARKS[2] in data)
        or (data.find(b"\0", 0, 256) >= 0 and any(mark in data for mark in WIDE_MARKS))
    )

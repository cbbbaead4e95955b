"""Reading in parts finds what reading the whole does, also while a document is being typed."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shapecheck.engine.memo import Memo
from shapecheck.hosts import extract, parts
from shapecheck.hosts.annotation import Extract

PIECES = [
    *(
        "\n\ndef f(x):\n",
        "\n\nclass C:\n",
        "\n\n@decorated\ndef g():\n",
        "\n\nasync def h():\n",
        "\n\n# above\ndef k():\n",
        "    def inner(self):\n",
        "def at_once():\n",
        "@decorated\nclass D:\n",
        "# above at once\ndef m():\n",
    ),
    *(
        "    # shape:\n    #   A: (N, D)\n    #   A A'\n",
        "# shape: x: (N)\n",
        "    x = 1  # shape: (N)\n",
        "    pass\n",
        "\n",
        "\n\n",
        "    ",
    ),
    *(
        '"""',
        "'''",
        '"',
        "'",
        "    '''doc\n\n    shape:\n        B: (N)\n    '''\n",
        '"""doc\n\ndef not_one():\n\n"""\n',
        "(",
        ")",
        "[",
        "]",
        "\\\n",
    ),
    *(
        "# shape: ignore[shape-mismatch]\n",
        "# shape: off\n",
        "# shape: on\n",
        "x = (1,\n\n2)\n",
        "#",
        "\r\n",
        "\r\n\r\ndef crlf():\r\n",
        "\f",
        "def ",
    ),
    *(
        "        # shape: self.P: (n, n)\n",
        "\n\n# shape: y: (K)\n# z\ndef documented():\n",
        "f'{x}'",
        "\r",
        "\u2028",
        "    # deeper\n",
        "  # less\n",
    ),
]


@pytest.fixture(autouse=True)
def always(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "WORTH_IT", 0)
    monkeypatch.setattr(parts, "SHORTEST", 40)


def whole(found: Extract | parts.Joined) -> Extract:
    made = Extract(found.scopes, found.annotations, found.suppressions)
    assert list(found.parents) == made.parents
    return made


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join))
def test_parts_are_read_as_within_the_whole(text: str) -> None:
    assert whole(parts.extract_in_parts(text, "python", Memo().get)) == extract(text, "python")


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.sampled_from(PIECES), min_size=10, max_size=40).map("".join),
    st.lists(st.tuples(st.integers(0, 2000), st.integers(0, 5), st.sampled_from(PIECES)), max_size=8),
)
def test_parts_that_are_remembered_stay_right_under_edits(text: str, edits: list[tuple[int, int, str]]) -> None:
    memo, last = Memo(), None
    for place, length, new in edits:
        start = place % (len(text) + 1)
        text = text[:start] + new + text[start + length :]
        last = parts.extract_in_parts(text, "python", memo.get, last)
        assert whole(last) == extract(text, "python")

"""A layered map says what a copied dictionary says, at every state it ever had; and many annotations take time in proportion."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

import shapecheck
from shapecheck.engine.layered import Layered
from tests.bounds import processor_time

STEPS = st.lists(st.tuples(st.integers(0, 9), st.lists(st.tuples(st.sampled_from("abcdef"), st.integers()), max_size=3), st.booleans()))


@given(STEPS)
def test_every_state_is_kept(steps: list[tuple[int, list[tuple[str, int]], bool]]) -> None:
    states: list[tuple[Layered[str, int], dict[str, int]]] = [(Layered(), {})]
    for place, entries, is_inner in steps:
        layered, plain = states[place % len(states)]
        states.append(((Layered(layered) if is_inner else layered).grown(entries), {**plain, **dict(entries)}))
    for layered, plain in states:
        assert list(layered.items()) == list(plain.items())
        assert len(layered) == len(plain)
        assert layered.latest(3) == list(plain)[-3:]
        assert sorted(plain, key=layered.place) == list(plain)
        assert all(key in layered and layered.changed(key) < layered.end for key in plain)


def test_what_an_inner_scope_adds_came_later() -> None:
    outer: Layered[str, int] = Layered[str, int]().grown([("a", 1), ("b", 2)])
    inner = Layered(outer).grown([("b", 3)])
    assert [name for name in inner if inner.changed(name) < outer.end] == ["a"]


def test_many_annotations_in_one_scope_take_time_in_proportion() -> None:
    def check(count: int) -> None:
        text = "".join(f"x{i} = f()  # shape: (N, D)\n# shape: y{i} = x{i}' x{i}\n" for i in range(count))
        assert not shapecheck.check(text, language="python")

    check(20)
    bound = 10 * processor_time(lambda: check(200))
    assert processor_time(lambda: check(800), enough=bound) < bound


def test_a_thousand_scopes_inside_each_other() -> None:
    inner, plain = Layered[str, int](), dict[str, int]()
    for number in range(1000):
        inner = Layered(inner.ground()).grown([(f"x{number % 700}", number)])
        plain[f"x{number % 700}"] = number
    assert dict(inner) == plain
    assert "y" not in inner

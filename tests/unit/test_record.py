"""Our data classes beside those of the standard library: the same text, both made, nothing differs."""

import copy
import dataclasses
import pickle
from types import SimpleNamespace

import pytest

from shapecheck.core import record
from shapecheck.core.dimension import Unknown
from shapecheck.core.settings import Settings
from shapecheck.core.shape import Shape
from shapecheck.core.span import Span

STANDARD = SimpleNamespace(dataclass=dataclasses.dataclass, field=dataclasses.field, fields=dataclasses.fields, replace=dataclasses.replace)


def classes(maker):
    dataclass, field = maker.dataclass, maker.field

    @dataclass(frozen=True, slots=True, order=True)
    class Pair:
        left: int
        right: str = "r"

    @dataclass(frozen=True, slots=True)
    class Many:
        a: int
        b: int
        c: int
        d: int
        e: int
        f: int = 6
        g: int = field(default=7, compare=False)
        made: list[int] = field(default_factory=lambda: [8], repr=False, compare=False)
        i: int = 9
        j: int = 10

    @dataclass(frozen=True, slots=True)
    class More(Pair):
        third: int = 3

        def __repr__(self) -> str:
            return f"<{self.third}>"

    @dataclass(slots=True)
    class Open:
        items: list[int] = field(default_factory=list)
        count: int = 0

    @dataclass(frozen=True)
    class Loose:
        text: str
        length: int = field(init=False)

        def __post_init__(self) -> None:
            object.__setattr__(self, "length", len(self.text))

    @dataclass(frozen=True, slots=True, eq=False)
    class Own:
        part: int

    @dataclass
    class Bare:
        one: int = 1

    return SimpleNamespace(**{cls.__name__: cls for cls in (Pair, Many, More, Open, Loose, Own, Bare)})


def told(work):
    """What comes of it: a value's text, or the kind of error."""
    try:
        return repr(work()).replace("test_record.", "")
    except Exception as error:
        return type(error)


WORK = {
    "places": lambda c, m: c.Pair(1, "x"),
    "names": lambda c, m: c.Pair(right="x", left=1),
    "defaults": lambda c, m: (c.Pair(1), c.Open(), c.Bare(), c.More(1), c.Bare.one),
    "too few": lambda c, m: c.Pair(),
    "too many": lambda c, m: c.Pair(1, 2, 3),
    "twice": lambda c, m: c.Pair(1, left=2),
    "unknown": lambda c, m: c.Pair(1, other=2),
    "many": lambda c, m: c.Many(1, 2, 3, 4, e=5, g=9),
    "many, made": lambda c, m: (c.Many(1, 2, 3, 4, 5).made, c.Many(1, 2, 3, 4, 5).made is c.Many(1, 2, 3, 4, 5).made),
    "many, too few": lambda c, m: c.Many(1, 2, 3, 4),
    "many, too many": lambda c, m: c.Many(1, 2, 3, 4, 5, 6, 7, [], 9, 10, 11),
    "many, twice": lambda c, m: c.Many(1, 2, 3, 4, 5, 6, 7, [], 9, 10, a=9),
    "many, unknown": lambda c, m: c.Many(1, 2, 3, 4, 5, k=9),
    "equal": lambda c, m: (c.Pair(1) == c.Pair(1), c.Pair(1) == c.Pair(2), c.Pair(1) == c.More(1), c.Pair(1) == (1, "r")),
    "equal but for the rest": lambda c, m: c.Many(1, 2, 3, 4, 5, 6, 7) == c.Many(1, 2, 3, 4, 5, 6, 0),
    "equal by place": lambda c, m: c.Own(1) == c.Own(1),
    "hash": lambda c, m: (hash(c.Pair(1)) == hash(c.Pair(1)), len({c.Own(1), c.Own(1)}), c.Open.__hash__),
    "no hash": lambda c, m: hash(c.Open()),
    "order": lambda c, m: (sorted([c.Pair(2), c.Pair(1, "z"), c.Pair(1)]), c.Pair(1) <= c.Pair(1), c.Pair(1) >= c.Pair(2)),
    "order of others": lambda c, m: c.Pair(1) < 3,
    "no order": lambda c, m: c.Open() < c.Open(),
    "frozen": lambda c, m: setattr(c.Pair(1), "left", 2),
    "frozen, deleted": lambda c, m: delattr(c.Pair(1), "left"),
    "frozen, loose": lambda c, m: setattr(c.Loose("x"), "text", "y"),
    "after": lambda c, m: c.Loose("four").length,
    "slots": lambda c, m: setattr(c.Open(), "other", 1),
    "loose": lambda c, m: (setattr(c.Bare(), "other", 1), c.Loose("x").__dict__),
    "replaced": lambda c, m: (m.replace(c.Pair(1), left=5), m.replace(c.Many(1, 2, 3, 4, 5), g=9), m.replace(c.Loose("four"), text="a")),
    "replaced by the standard's": lambda c, m: dataclasses.replace(c.Pair(1), left=5),
    "matched": lambda c, m: (c.Pair.__match_args__, c.Loose.__match_args__),
    "fields": lambda c, m: ([one.name for one in m.fields(c.More)], [one.name for one in dataclasses.fields(c.More(1))]),
    "as a dict": lambda c, m: (dataclasses.asdict(c.Pair(1)), dataclasses.is_dataclass(c.Pair)),
    "copied": lambda c, m: (copy.copy(c.Pair(1)), copy.deepcopy(c.Many(1, 2, 3, 4, 5))),
    "names of it": lambda c, m: (c.Pair.__qualname__, c.Pair.__module__, c.Pair.__name__, c.Pair.__doc__ is None),
}


@pytest.mark.parametrize("name", WORK)
def test_as_the_standard_library(name):
    work = WORK[name]
    ours, standard = classes(record), classes(STANDARD)
    if name == "names of it":
        assert work(ours, record)[:3] == work(standard, STANDARD)[:3]
    else:
        assert told(lambda: work(ours, record)) == told(lambda: work(standard, STANDARD))


def test_values_travel_between_processes():
    for value in (Span(2, 5), Unknown(3, "D"), Shape(()), Settings(star="matrix")):
        assert pickle.loads(pickle.dumps(value)) == value

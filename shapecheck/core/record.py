"""Data classes as the standard library has them, made in a tenth of the time.

`dataclasses` compiles six functions a class from text and loads `inspect` for it, which was most of what a start took.
Here nothing is compiled: the functions are closures over the fields, and `dataclass`, `field`, `fields`, `replace` mean
what they mean there, for as many of the options as are used. To a type checker, and to the standard functions, they are the
standard ones. Begin at `dataclass`.
"""

from __future__ import annotations

from operator import attrgetter

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from dataclasses import dataclass as dataclass
    from dataclasses import field as field
    from dataclasses import fields as fields
    from dataclasses import is_dataclass as is_dataclass
    from dataclasses import replace as replace
    from typing import Any

_NONE: Any = object()
_PLAIN: Mapping[str, Any] = {}


class Field:
    """What is known of a field; the meaning of each is that of the standard library."""

    __slots__ = ("compare", "default", "default_factory", "init", "metadata", "name", "repr")
    name: str

    def __init__(
        self,
        default: Any = _NONE,
        default_factory: Any = _NONE,
        init: bool = True,
        repr: bool = True,
        compare: bool = True,
        metadata: Mapping[str, Any] = _PLAIN,
    ) -> None:
        self.default = default
        self.default_factory = default_factory
        self.init = init
        self.repr = repr
        self.compare = compare
        self.metadata = metadata


class _Standard:
    """What `dataclasses` asks of a class, made when it asks."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __get__(self, instance: object, owner: type) -> Any:
        import dataclasses

        own: Any = owner
        made = []
        for one in own.__record__:
            given = {name: getattr(one, name) for name in Field.__slots__ if name != "name" and getattr(one, name) is not _NONE}
            made.append((one.name, own.__annotations__.get(one.name, "object"), dataclasses.field(**given)))
        standard = getattr(dataclasses.make_dataclass(own.__name__, made, frozen=own.__setattr__ is _refuse), self.name)
        setattr(own, self.name, standard)
        return standard


_FIELDS = _Standard("__dataclass_fields__")
_PARAMETERS = _Standard("__dataclass_params__")


def _refuse(self: object, name: str, value: object = None) -> None:
    from dataclasses import FrozenInstanceError

    raise FrozenInstanceError(f"cannot assign to field {name!r}")


def _zero() -> Callable[..., None]:
    return lambda self: None


def _one(set1: Any) -> Callable[..., None]:
    return lambda self, a: set1(self, a)


def _two(set1: Any, set2: Any) -> Callable[..., None]:
    def init(self: Any, a: Any, b: Any) -> None:
        set1(self, a)
        set2(self, b)

    return init


def _three(set1: Any, set2: Any, set3: Any) -> Callable[..., None]:
    def init(self: Any, a: Any, b: Any, c: Any) -> None:
        set1(self, a)
        set2(self, b)
        set3(self, c)

    return init


def _four(set1: Any, set2: Any, set3: Any, set4: Any) -> Callable[..., None]:
    def init(self: Any, a: Any, b: Any, c: Any, d: Any) -> None:
        set1(self, a)
        set2(self, b)
        set3(self, c)
        set4(self, d)

    return init


def _five(set1: Any, set2: Any, set3: Any, set4: Any, set5: Any) -> Callable[..., None]:
    def init(self: Any, a: Any, b: Any, c: Any, d: Any, e: Any) -> None:
        set1(self, a)
        set2(self, b)
        set3(self, c)
        set4(self, d)
        set5(self, e)

    return init


def _six(set1: Any, set2: Any, set3: Any, set4: Any, set5: Any, set6: Any) -> Callable[..., None]:
    def init(self: Any, a: Any, b: Any, c: Any, d: Any, e: Any, f: Any) -> None:
        set1(self, a)
        set2(self, b)
        set3(self, c)
        set4(self, d)
        set5(self, e)
        set6(self, f)

    return init


def _seven(set1: Any, set2: Any, set3: Any, set4: Any, set5: Any, set6: Any, set7: Any) -> Callable[..., None]:
    def init(self: Any, a: Any, b: Any, c: Any, d: Any, e: Any, f: Any, g: Any) -> None:
        set1(self, a)
        set2(self, b)
        set3(self, c)
        set4(self, d)
        set5(self, e)
        set6(self, f)
        set7(self, g)

    return init


def _eight(set1: Any, set2: Any, set3: Any, set4: Any, set5: Any, set6: Any, set7: Any, set8: Any) -> Callable[..., None]:
    def init(self: Any, a: Any, b: Any, c: Any, d: Any, e: Any, f: Any, g: Any, h: Any) -> None:
        set1(self, a)
        set2(self, b)
        set3(self, c)
        set4(self, d)
        set5(self, e)
        set6(self, f)
        set7(self, g)
        set8(self, h)

    return init


def _nine(set1: Any, set2: Any, set3: Any, set4: Any, set5: Any, set6: Any, set7: Any, set8: Any, set9: Any) -> Callable[..., None]:
    def init(self: Any, a: Any, b: Any, c: Any, d: Any, e: Any, f: Any, g: Any, h: Any, i: Any) -> None:
        set1(self, a)
        set2(self, b)
        set3(self, c)
        set4(self, d)
        set5(self, e)
        set6(self, f)
        set7(self, g)
        set8(self, h)
        set9(self, i)

    return init


_BY_COUNT: tuple[Callable[..., Any], ...] = (_zero, _one, _two, _three, _four, _five, _six, _seven, _eight, _nine)


def _of_many(names: tuple[str, ...], setters: tuple[Any, ...], defaults: tuple[Any, ...]) -> Callable[..., None]:
    """For any number of fields, at some expense."""
    usual = dict(zip(names[len(names) - len(defaults) :], defaults, strict=True))

    def init(self: Any, *given: Any, **named: Any) -> None:
        if len(given) != len(names):
            if len(given) > len(names) or not named.keys() <= set(names[len(given) :]):
                raise TypeError(
                    f"{type(self).__name__} has no such parameters: {len(given)} by place, {', '.join(named) or 'none'} by name"
                )
            whole = {**usual, **named}
            try:
                given += tuple(whole[name] for name in names[len(given) :])
            except KeyError as missing:
                raise TypeError(f"{type(self).__name__}() lacks the argument {missing}") from None
        elif named:
            raise TypeError(f"{type(self).__name__}() has too many arguments: {', '.join(named)}")
        for put, value in zip(setters, given, strict=True):
            put(self, value)

    return init


def _initialiser(cls: Any, parts: list[Field]) -> Callable[..., None]:
    parts = [one for one in parts if one.init]
    names = tuple(one.name for one in parts)
    setters = tuple(_setter(cls, one) for one in parts)
    defaults = tuple(one.default for one in parts if one.default is not _NONE or one.default_factory is not _NONE)
    if len(parts) < len(_BY_COUNT):
        plain: Any = _BY_COUNT[len(parts)](*setters)
        plain.__code__ = plain.__code__.replace(co_varnames=("self", *names), co_name="__init__")
        plain.__defaults__ = defaults or None
    else:
        plain = _of_many(names, setters, defaults)
    plain.__qualname__ = f"{cls.__qualname__}.__init__"
    if not hasattr(cls, "__post_init__"):
        return plain  # type: ignore[no-any-return]

    def init(self: Any, *given: Any, **named: Any) -> None:
        plain(self, *given, **named)
        self.__post_init__()

    return init


def _setter(cls: Any, one: Field) -> Any:
    name = one.name
    slot: Any = getattr(cls, name, None)
    put = slot.__set__ if type(slot).__name__ == "member_descriptor" else lambda self, value: object.__setattr__(self, name, value)
    make = one.default_factory
    if make is _NONE:
        return put
    return lambda self, value: put(self, make() if value is _NONE else value)


def _comparisons(names: tuple[str, ...], is_ordered: bool) -> dict[str, Any]:
    key: Any = attrgetter(*names) if names else lambda self: ()

    def equal(self: Any, other: Any) -> Any:
        return key(self) == key(other) if other.__class__ is self.__class__ else NotImplemented

    def smaller(self: Any, other: Any) -> Any:
        return key(self) < key(other) if other.__class__ is self.__class__ else NotImplemented

    def at_most(self: Any, other: Any) -> Any:
        return key(self) <= key(other) if other.__class__ is self.__class__ else NotImplemented

    def greater(self: Any, other: Any) -> Any:
        return key(self) > key(other) if other.__class__ is self.__class__ else NotImplemented

    def at_least(self: Any, other: Any) -> Any:
        return key(self) >= key(other) if other.__class__ is self.__class__ else NotImplemented

    def hashed(self: Any) -> int:
        return hash(key(self))

    order = {"__lt__": smaller, "__le__": at_most, "__gt__": greater, "__ge__": at_least} if is_ordered else {}
    return {"__eq__": equal, "__hash__": hashed, **order}


def _written(self: Any) -> str:
    parts = ", ".join(f"{one.name}={getattr(self, one.name)!r}" for one in self.__record__ if one.repr)
    return f"{type(self).__qualname__}({parts})"


def _reduced(self: Any) -> tuple[type, tuple[object, ...]]:
    return type(self), tuple(getattr(self, one.name) for one in self.__record__ if one.init)


def _fields(cls: Any) -> list[Field]:
    """The fields of the classes it comes from, then its own."""
    found = {one.name: one for base in reversed(cls.__mro__[1:]) for one in getattr(base, "__record__", ())}
    for name in cls.__annotations__:
        default = cls.__dict__.get(name, _NONE)
        one = default if isinstance(default, Field) else Field(default)
        one.name = name
        found[name] = one
    return list(found.values())


def _members(parts: list[Field], frozen: bool, eq: bool, order: bool) -> dict[str, Any]:
    members: dict[str, Any] = {
        "__record__": tuple(parts),
        "__match_args__": tuple(one.name for one in parts if one.init),
        "__repr__": _written,
        "__dataclass_fields__": _FIELDS,
        "__dataclass_params__": _PARAMETERS,
    }
    if eq:
        members |= _comparisons(tuple(one.name for one in parts if one.compare), order)
        if not frozen:
            members["__hash__"] = None
    if frozen:
        members |= {"__setattr__": _refuse, "__delattr__": _refuse, "__reduce__": _reduced}
    return members


def _with_slots(cls: Any, parts: list[Field], members: dict[str, Any]) -> Any:
    """The class made anew: slots cannot be added to one that is there."""
    inherited = {name for base in cls.__mro__[1:] for name in getattr(base, "__slots__", ())}
    body = {**members, **cls.__dict__, "__slots__": tuple([one.name for one in parts if one.name not in inherited])}
    for one in parts:
        body.pop(one.name, None)
    body.pop("__dict__", None)
    body.pop("__weakref__", None)
    if body.get("__hash__", 0) is None:  # as every class has it that defines `__eq__` alone
        body["__hash__"] = members.get("__hash__")
    made = type(cls)(cls.__name__, cls.__bases__, body)
    made.__qualname__ = cls.__qualname__
    return made


def _without_slots(cls: Any, parts: list[Field], members: dict[str, Any]) -> Any:
    for one in parts:
        if isinstance(cls.__dict__.get(one.name), Field):
            delattr(cls, one.name)
            if one.default is not _NONE:
                setattr(cls, one.name, one.default)
    for name, value in members.items():
        if name not in cls.__dict__ or (name == "__hash__" and cls.__hash__ is None):
            setattr(cls, name, value)
    return cls


def _dataclass(given: Any = None, /, frozen: bool = False, slots: bool = False, eq: bool = True, order: bool = False) -> Any:
    def made(cls: Any) -> Any:
        parts = _fields(cls)
        build = _with_slots if slots else _without_slots
        cls = build(cls, parts, _members(parts, frozen, eq, order))
        if "__init__" not in cls.__dict__:
            cls.__init__ = _initialiser(cls, parts)
        return cls

    return made if given is None else made(given)


if not TYPE_CHECKING:
    field = Field
    dataclass = _dataclass

    def fields(value):
        """The fields of a class or of one of its values."""
        return value.__record__

    def is_dataclass(value):
        """Whether it is such a class or a value of one."""
        return hasattr(value, "__record__")

    def replace(value, /, **changes):
        """A copy with other values of some fields."""
        for one in value.__record__:
            if one.name not in changes and one.init:
                changes[one.name] = getattr(value, one.name)
        return type(value)(**changes)

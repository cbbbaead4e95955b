"""A derivative as the Python interface gives it: its shape, its text in any notation, its code, its derivation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from shapecheck.core.expression import Expression
from shapecheck.core.record import dataclass, field, replace
from shapecheck.core.shape import Shape
from shapecheck.elaborate.sheet import Elaborated


@dataclass(frozen=True, slots=True)
class Formula:
    """The verified derivative of `of` by `wrt`; `str()` is its text in ASCII, which parses back to it."""

    expression: Expression
    of: Expression
    wrt: tuple[Expression, ...]
    sheet: Elaborated = field(repr=False, compare=False)
    notes: tuple[str, ...] = ()  # what was assumed where the value has no derivative
    columns: Expression | None = None

    @property
    def shape(self) -> Shape:
        return self.expression.shape

    @property
    def stacked(self) -> Formula | None:
        """d vec(of) / d vec(wrt) of a derivative with more than two axes, if that has a matrix form; columns stand below each other."""
        return None if self.columns is None else replace(self, expression=self.columns, columns=None)

    def __str__(self) -> str:
        return self.write()

    def write(self, notation: str = "ascii") -> str:
        """The formula in "ascii", "unicode", "latex", "mathml", or as code in "numpy", "torch", "jax", "julia", "matlab".

        Raises ValueError for another notation.
        """
        from shapecheck import notation as notations

        if notation in notations.TEXT:
            return notations.write(self.expression, notation)
        from shapecheck.notation import code  # late: most formulas are only read

        if notation in code.LANGUAGES:
            return self.source(notation)
        raise ValueError(f"no notation {notation!r}; there are {', '.join((*notations.TEXT, *code.LANGUAGES))}")

    def source(self, notation: str = "numpy", *, name: str = "derivative", value: bool = False) -> str:
        """Source of a self-contained function of the variables, vectors one-dimensional; with `value` it returns (value, derivative)."""
        from shapecheck.calculus.derivative import result_shape
        from shapecheck.notation import code

        if notation not in code.LANGUAGES:
            raise ValueError(f"no code in {notation!r}; there are {', '.join(code.LANGUAGES)}")
        outputs = (self.of, self.expression) if value else (self.expression,)
        about = (f"{left_side([str(variable.data[0]) for variable in self.wrt])} of {self._text(self.of)}:", self.write())
        own = result_shape(self.of, self.wrt)
        stacked = own.rank > max(self.shape.rank, 2)
        shapes = (*(node.shape for node in outputs[:-1]), self.shape if stacked else own)
        return code.emit(
            outputs, notation, name=name, about=about, parameters=self._parameters(), definitions=self._definitions(), shapes=shapes
        )

    def explain(self, style: str = "differential", *, form: str = "ascii") -> str:
        """The derivation, step by step: "differential", "components" or "both"; as text in "ascii", "unicode" or "latex", or "markdown".

        Raises ValueError for another style or form.
        """
        from shapecheck.engine.explaining import explanation

        return explanation(self.sheet, self.of, self.wrt, style, form)

    def _parameters(self) -> tuple[Expression, ...]:
        """The variables of the formula in the order in which they occur; defined names are seen through."""
        found: dict[Expression, None] = {}
        definitions, seen, waiting = self._definitions(), set[Expression](), [self.of]
        while waiting:
            node = waiting.pop()
            if node in seen:
                continue
            seen.add(node)
            if node in definitions:
                waiting.append(definitions[node])
            elif node.op == "variable":
                found[node] = None
            waiting.extend(reversed(node.args))
        return tuple(found)

    def _definitions(self) -> Mapping[Expression, Expression]:
        return self.sheet.definitions

    @staticmethod
    def _text(expression: Expression) -> str:
        from shapecheck import notation as notations

        return notations.write(expression, "ascii")


def left_side(names: Sequence[str], sign: str = "d") -> str:
    """`d/dx`, `d2/dx2`, `d2/dx dA` as they are typed, or with ∂."""
    if len(names) == 1:
        return f"{sign}/{sign}{names[0]}"
    order = str(len(names)) if sign == "d" else "²³⁴⁵⁶⁷⁸⁹"[len(names) - 2]
    below = f"{sign}{names[0]}{order}" if len(set(names)) == 1 else " ".join(f"{sign}{name}" for name in names)
    return f"{sign}{order}/{below}"

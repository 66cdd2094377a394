"""The two ratings of each statement side by side, as places for an SVG (`templates/audits/chart.html`).

Each statement is a line with one place for each step of its scale; a circle is the rating at the start, a diamond the one at
the end, so that colour does not have to tell them apart. Text in a drawing shrinks with it, so there is one drawing for wide
screens and paper and one for phones.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, groupby
from math import ceil
from textwrap import wrap
from typing import NamedTuple

from .ratings import Rating

LINE = 21  # from one line of text to the next
LONGEST = 1000  # of one drawing: on paper it has to fit on a page
MARKS = ("circle", "diamond")


@dataclass(frozen=True)
class Shape:
    """How a drawing is laid out, in the SVG's own units."""

    name: str
    width: int
    characters: int  # of a line of a statement
    left: int  # of the scale
    beside: bool  # the scale stands beside the statement, its words above; otherwise below it, with numbers

    def places(self, count: int) -> list[float]:
        """Where the steps of a scale are: each in the middle of a column of its own."""
        return [round(self.left + self.column(count) * (step + 0.5), 1) for step in range(count)]

    def column(self, count: int) -> float:
        return (self.width - self.left) / count


WIDE = Shape("wide", width=960, characters=54, left=440, beside=True)
NARROW = Shape("narrow", width=288, characters=34, left=0, beside=False)


class Words(NamedTuple):
    x: float
    y: float
    text: str


class Row(NamedTuple):
    """One statement: its words, the middle of its scale, and where it was rated (None: it was not)."""

    top: float
    middle: float
    lines: list[Words]
    places: list[float]
    numbers: list[Words]
    start: float | None
    end: float | None

    @property
    def far(self) -> float:
        """The other end of the scale."""
        return self.places[-1]


class Drawing(NamedTuple):
    shape: Shape
    title: str
    description: str
    first: int  # the number of its first statement
    width: int
    height: float
    legend: list[Words]
    scale: list[Words]
    guides: list[float]  # lines through all rows, one for each step of the scale
    top: float  # of the rows
    rows: list[Row]


def draw(shape: Shape, ratings: Iterable[Rating], legend: Sequence[str]) -> list[Drawing]:
    """The drawings: statements of another scale begin a new one, and so does what would be too long.

    `legend` says what each mark is: the start, and the end if that is rated too.
    """
    by_scale = groupby(ratings, key=lambda rating: rating.scale)
    return [drawing for scale, rated in by_scale for drawing in _drawings(shape, scale, list(rated), legend)]


def _drawings(shape: Shape, scale: Sequence[str], ratings: list[Rating], legend: Sequence[str]) -> Iterator[Drawing]:
    marks = [Words(14, 18 + 28 * line, text) for line, text in enumerate(legend)]
    words = _scale_above(shape, scale) if shape.beside else _scale_in_list(shape, scale, marks[-1].y + 36)
    top = max(one.y for one in [*marks, *words]) + 20
    for part in _parts(shape, ratings, LONGEST - top):
        first, last = part[0].number, part[-1].number
        tops = list(accumulate((_height(shape, rating) for rating in part), initial=top))
        yield Drawing(
            shape=shape,
            title=f"Chart of the ratings of {'statement' if first == last else 'statements'} {_from_to(first, last)}",
            description=_description(scale, legend),
            first=first,
            width=shape.width,
            height=tops[-1],
            legend=marks,
            scale=words,
            guides=shape.places(len(scale)) if shape.beside else [],
            top=top,
            rows=[_row(shape, rating, y) for rating, y in zip(part, tops, strict=False)],
        )


def _parts(shape: Shape, ratings: list[Rating], room: float) -> Iterator[list[Rating]]:
    """The statements in as few parts as there is room for, of about the same height."""
    heights = [_height(shape, rating) for rating in ratings]
    each = sum(heights) / ceil(sum(heights) / room)
    above = accumulate(heights, initial=0)
    for _, part in groupby(zip(ratings, above, strict=False), key=lambda pair: pair[1] // each):
        yield [rating for rating, _ in part]


def _from_to(first: int, last: int) -> str:
    return f"{first}" if first == last else f"{first} to {last}"


def _description(scale: Sequence[str], legend: Sequence[str]) -> str:
    marks = " and ".join(f"a {mark} for “{text}”" for mark, text in zip(MARKS, legend, strict=False))
    return (
        f"Each statement has a line with {len(scale)} places, from “{scale[0]}” to “{scale[-1]}”, with {marks}. "
        "The table says the same in words."
    )


def _scale_above(shape: Shape, scale: Sequence[str]) -> list[Words]:
    """The words of each step, over its column."""
    characters = max(8, int(shape.column(len(scale)) / 8.4))
    return [
        Words(place, 20 + 19 * line, text)
        for place, option in zip(shape.places(len(scale)), scale, strict=True)
        for line, text in enumerate(wrap(option, characters))
    ]


def _scale_in_list(shape: Shape, scale: Sequence[str], y: float) -> list[Words]:
    """The words of each step by its number, one below the other."""
    lines = [line for step, option in enumerate(scale, 1) for line in wrap(f"{step} is “{option}”", shape.characters)]
    return [Words(0, y + LINE * number, text) for number, text in enumerate(lines)]


def _lines(shape: Shape, rating: Rating) -> list[str]:
    return wrap(f"{rating.number}. {rating.statement}", shape.characters)


def _height(shape: Shape, rating: Rating) -> float:
    text = LINE * len(_lines(shape, rating))
    return max(text, 30) + 22 if shape.beside else text + 80


def _row(shape: Shape, rating: Rating, top: float) -> Row:
    lines, places = _lines(shape, rating), shape.places(len(rating.scale))
    if shape.beside:
        middle = top + _height(shape, rating) / 2
        first = middle - LINE * (len(lines) - 1) / 2 + 5
    else:
        first = top + 28
        middle = first + LINE * (len(lines) - 1) + 24
    numbers = [] if shape.beside else [Words(x, middle + 26, str(step)) for step, x in enumerate(places, 1)]
    return Row(
        top=top,
        middle=middle,
        lines=[Words(0, first + LINE * line, text) for line, text in enumerate(lines)],
        places=places,
        numbers=numbers,
        start=None if rating.start_place is None else places[rating.start_place],
        end=None if rating.end_place is None else places[rating.end_place],
    )

"""What two ratings of one statement say: how they changed, and whether support is needed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Rating:
    """A statement with its scale, the least first, and its ratings at the start and the end ("" where there is none)."""

    number: int
    key: str
    statement: str
    hint: str
    codes: tuple[str, ...]  # of the framework's statements that it is about
    scale: tuple[str, ...]
    start: str
    end: str

    @classmethod
    def of(cls, number: int, section: Mapping[str, Any], start: Mapping[str, Any], end: Mapping[str, Any]) -> "Rating":
        """Of a section as a record keeps it, and the answers at either end."""
        key = section["key"]
        return cls(
            number=number,
            key=key,
            statement=section["title"],
            hint=section["hint"],
            codes=tuple(section["statements"]),
            scale=tuple(section["options"]),
            start=start.get(key) or "",
            end=end.get(key) or "",
        )

    @property
    def start_place(self) -> int | None:
        return self._place(self.start)

    @property
    def end_place(self) -> int | None:
        return self._place(self.end)

    def _place(self, rated: str) -> int | None:
        """Where on the scale, from 0; None where it is not rated."""
        return self.scale.index(rated) if rated in self.scale else None

    @property
    def steps(self) -> int | None:
        """How far up the scale it went, below nought for down; None unless it was rated twice."""
        if self.start_place is None or self.end_place is None:
            return None
        return self.end_place - self.start_place

    @property
    def change(self) -> str:
        if self.steps is None:
            return ""
        if self.steps == 0:
            return "No change"
        return f"{'Up' if self.steps > 0 else 'Down'} {abs(self.steps)}"

    @property
    def needs_support(self) -> bool:
        """In the lower half of the scale when it was last rated (the middle of an odd scale is in neither), or gone down."""
        last = self.start_place if self.end_place is None else self.end_place
        return last is not None and (last < (len(self.scale) - 1) / 2 or (self.steps or 0) < 0)

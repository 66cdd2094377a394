"""Two people write in one record at the same time, and nobody overwrites the other (programme, section 5).

A page carries, for each section, a short digest of the answer that it was made from (`seen`). When it comes back, each
section is looked at by itself:

| changed by the writer | changed meanwhile | what is kept |
|---|---|---|
| no | either way | what is stored |
| yes | no | what the writer sent |
| yes | yes, to the same | that |
| yes | yes, to something else | what is stored, and the writer is shown both |

Answers are plain JSON (`sections.KINDS`). No answer, an empty text and an empty list are the same thing here, and so
are the line ends of different browsers.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from content.sections import UNANSWERED

FIELD = "seen-"  # and the key of a section: the hidden field that carries its digest


@dataclass(frozen=True)
class Conflict:
    """A section that two people changed to different things."""

    key: str
    theirs: Any
    mine: Any


@dataclass(frozen=True)
class Merged:
    """What to store, and what to tell the writer: sections in conflict, the keys of sections in which somebody else has
    written and of which the writer's page shows an older answer, and the digests of what that page now stands on."""

    answers: dict[str, Any]
    conflicts: list[Conflict]
    outdated: list[str]
    seen: dict[str, str]


def seen(answers: Mapping[str, Any]) -> dict[str, str]:
    """A short digest of each answer, for the page that is made from them."""
    return {key: _digest(_plain(answer)) for key, answer in answers.items()}


def seen_in(post: Mapping[str, Any]) -> dict[str, str]:
    """The digests that a form brings back in its hidden fields."""
    return {name.removeprefix(FIELD): str(post[name]) for name in post if name.startswith(FIELD)}


def merge(
    stored: Mapping[str, Any],
    submitted: Mapping[str, Any],
    seen: Mapping[str, str],
    untouched: Iterable[str] = (),
) -> Merged:
    """Brings what a writer sent together with what is stored; `seen` is what their page was made from.

    A section that was not submitted stays as it is; where the page has not sent it since nobody typed there (`untouched`),
    it is told whether somebody else has. One without a digest counts as having been empty on the page, so
    that what is stored is never lost.
    """
    answers, conflicts, outdated, stands_on = dict(stored), [], [], dict(seen)
    for key, answer in submitted.items():
        mine, theirs = _plain(answer), _plain(stored.get(key))
        before = stands_on.setdefault(key, "")
        if _text(mine) == _text(theirs):
            stands_on[key] = _digest(mine)
        elif _digest(mine) == before:
            outdated.append(key)
        elif _digest(theirs) == before:
            answers[key] = mine
            stands_on[key] = _digest(mine)
        else:
            conflicts.append(Conflict(key, theirs, mine))
    outdated += [key for key in untouched if _digest(_plain(stored.get(key))) != stands_on.get(key, "")]
    return Merged(answers, conflicts, outdated, stands_on)


def _plain(answer: Any) -> Any:
    """The answer with one kind of line end."""
    if isinstance(answer, str):
        return answer.replace("\r\n", "\n").replace("\r", "\n")
    if isinstance(answer, list):
        return [_plain(item) for item in answer]
    if isinstance(answer, dict):
        return {key: _plain(item) for key, item in answer.items()}
    return answer


def _text(answer: Any) -> str:
    return "" if answer in UNANSWERED else json.dumps(answer, sort_keys=True)


def _digest(answer: Any) -> str:
    text = _text(answer)
    return hashlib.sha256(text.encode()).hexdigest()[:16] if text else ""

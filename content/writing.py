"""Writes a loaded pack as the file that it could have been loaded from: loading that file changes nothing.

Keys stand in the schema's order, pieces in their own; what is retired, and what is as it would be by default, is left out.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import yaml
from django.db.models import Exists, OuterRef

from content import checks, documents
from content.models import Pack
from content.packs import PACK, PARTS, Part, part_of_packs

SCHEMA: Any = checks.SCHEMA
MARK = "# Written by manage.py dumpcontent.\n"
WIDTH = 120  # characters of a line
STEP = 2  # spaces by which each level stands further in

AS_IT_IS = re.compile(r"[^\t\r\x85\u2028\u2029\ufeff]*")  # what needs no escape in any style; lines may break
OPENS_PLAIN = re.compile(r"[\w(£“‘]")
BREAKS_PLAIN = re.compile(r": |:$| #| $|\n")
SINGLE_SPACE = re.compile(r"(?<! ) (?! )")
MEANT_OTHERWISE = (
    yaml.SafeLoader.yaml_implicit_resolvers
)  # first letter: what other readers take for a number, a day ...
ESCAPES = {ord(letter): f"\\u{ord(letter):04x}" for letter in "\x85\u2028\u2029\ufeff"}


def text_of(pack: Pack) -> str:
    """The pack's file."""
    return MARK + written(content_of(pack))


def written(content: Mapping[str, Any]) -> str:
    """YAML that `documents.read` reads as this content of a pack."""
    return "".join(f"{line}\n" for line in _mapping(content, SCHEMA, 0))


# What a pack defines


def content_of(pack: Pack) -> dict[str, Any]:
    """What is loaded of a pack, as `documents.read` would give it."""
    pieces = {(PACK, pack.pk): _own(PACK, pack)}
    there = {PACK, *_kinds_in(pack)}
    for part in PARTS[1:]:
        if part.within not in there or (part.is_top and part not in there):
            continue
        related = [relation.name for relation in part.refers if not relation.many]
        lists = [relation.name for relation in part.refers if relation.many]
        rows = part.model._default_manager.filter(retired=False, **{"__".join(part.to_pack): pack})
        for row in rows.order_by("position").select_related(*related).prefetch_related(*lists):
            there.add(part)
            pieces[part, row.pk] = _own(part, row) | _names(part, row)
            pieces[part.within, getattr(row, f"{part.above}_id")].setdefault(part.name, []).append(pieces[part, row.pk])
    return pieces[PACK, pack.pk]


def _kinds_in(pack: Pack) -> list[Part]:
    """The kinds of piece that stand in the pack itself, by one query."""
    kinds = [part for part in PARTS if part.is_top]
    there = [Exists(part.model._default_manager.filter(pack=OuterRef("pk"))) for part in kinds]
    found = Pack.objects.filter(pk=pack.pk).values_list(*there).get()
    return [part for part, is_there in zip(kinds, found, strict=True) if is_there]


def _own(part: Part, row: Any) -> dict[str, Any]:
    """A row's own fields, but for those that are as they would be if the file did not name them."""
    blank = part.model()
    fields = {name: getattr(row, name) for name in part.fields if getattr(row, name) != getattr(blank, name)}
    return {part.key: getattr(row, part.key), **fields}


def _names(part: Part, row: Any) -> dict[str, Any]:
    """The keys of what a row points at, in an order that does not hang on the database."""
    names: dict[str, Any] = {}
    for relation in part.refers:
        key = part_of_packs(relation.to).key
        related = getattr(row, relation.name)
        if relation.many:
            found = sorted((other.position, getattr(other, key)) for other in related.all())
            names |= {relation.name: [name for _, name in found]} if found else {}
        elif related:
            names[relation.name] = getattr(related, key)
    return names


# How it is written


def _mapping(content: Mapping[str, Any], schema: Any, indent: int) -> Iterator[str]:
    for key, within in schema["properties"].items():
        if key in content:
            value = content[key]
            head = f"{' ' * indent}{key}:"
            if isinstance(value, list):
                yield head
                yield from _items(value, _resolved(within), indent + STEP)
            else:
                yield from _scalar(f"{head} ", value, indent + STEP)


def _items(values: Iterable[Any], schema: Any, indent: int) -> Iterator[str]:
    for value in values:
        head = f"{' ' * indent}- "
        if isinstance(value, Mapping):
            first, *rest = _mapping(value, _resolved(schema["items"]), indent + STEP)
            yield head + first.lstrip()
            yield from rest
        else:
            yield from _scalar(head, value, indent + STEP)


def _resolved(schema: Any) -> Any:
    return SCHEMA["$defs"][schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema


def _scalar(head: str, value: str | int | bool, indent: int) -> Iterator[str]:
    """A value after what it belongs to; the lines of a long text stand below, further in."""
    pad = " " * indent
    if not isinstance(value, str):
        yield head + json.dumps(value)
    elif "\n" in value and _can_be_block(value):
        yield f"{head}|"
        yield from (pad + line if line else "" for line in value.split("\n"))
    elif len(head) + len(value) > WIDTH and " " in value and "\n" not in value and _can_be_block(value):
        yield f"{head}>"
        yield from (pad + line for line in _folded(value, WIDTH - indent))
    else:
        yield head + (value if _can_be_plain(value) else _quoted(value))


def _can_be_plain(text: str) -> bool:
    """Whether a text says the same without quotes, to our reader and to others."""
    if not AS_IT_IS.fullmatch(text) or not OPENS_PLAIN.match(text) or BREAKS_PLAIN.search(text):
        return False
    if text in documents.WORDS or documents.WHOLE_NUMBER.fullmatch(text):
        return False
    return not any(meaning.match(text) for _, meaning in MEANT_OTHERWISE.get(text[0], ()))


def _can_be_block(text: str) -> bool:
    """Whether the lines of a text can stand as they are; the reader drops the last line's end."""
    lines = text.split("\n")
    if not AS_IT_IS.fullmatch(text) or not lines[0] or lines[0][0] == " " or text[-1] in " \n":
        return False
    return not any(line.isspace() for line in lines)


def _folded(text: str, width: int) -> Iterator[str]:
    """Lines of at most this width where words allow it. They end at single spaces, which is how they are read again."""
    line, *words = SINGLE_SPACE.split(text)
    for word in words:
        if len(line) + 1 + len(word) > width:
            yield line
            line = word
        else:
            line += f" {word}"
    yield line


def _quoted(text: str) -> str:
    again = "\n" if text.endswith("\n") else ""  # the reader drops one
    return json.dumps(text + again, ensure_ascii=False).translate(ESCAPES)

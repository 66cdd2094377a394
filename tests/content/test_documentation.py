"""The page about packs is true: its examples load, and it knows every message."""

import re
from pathlib import Path

import pytest

from content.actions import load
from content.packs import Source
from content.sections import KINDS
from tests.content.test_broken_packs import BROKEN

PAGE = (Path(__file__).parents[2] / "docs" / "content-packs.md").read_text(encoding="utf-8")
EXAMPLES = [example for example in re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL) if example.startswith("slug:")]


@pytest.mark.django_db
def test_the_examples_load():
    plan = load([Source(f"example {number}", text.encode()) for number, text in enumerate(EXAMPLES)])
    assert {entry.part.name for entry in plan.added} == {
        "packs",
        "programmes",
        "standards",
        "templates",
        "sections",
        "cycles",
        "themes",
        "areas",
        "diagnostic_items",
        "examples",
        "steps",
    }


@pytest.mark.parametrize("said", sorted({fault for _, _, faults in BROKEN.values() for fault in faults}))
def test_every_message_is_in_the_table_of_faults(said):
    expected = said.split(": expected ")[1]
    in_table = [cell.strip() for row in re.findall(r"^\| (.*?) \|", PAGE, re.MULTILINE) for cell in row.split(";")]
    assert any(re.fullmatch(re.escape(cell).replace(r"\.\.\.", ".*"), expected) for cell in in_table), expected


def test_every_kind_of_section_is_in_the_table():
    assert all(f"| `{kind}` |" in PAGE for kind in KINDS)

"""The page about packs is true: its examples load, and it knows every message."""

import re
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from content import checks
from content.actions import load
from content.packs import PARTS, Source
from content.sections import KINDS
from tests.content.test_broken_packs import BROKEN, BROKEN_YEAR_1

PAGE = (Path(__file__).parents[2] / "docs" / "content-packs.md").read_text(encoding="utf-8")
SCHEMA = checks.SCHEMA
EXAMPLES = [example for example in re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL) if example.startswith("slug:")]


@pytest.mark.django_db
def test_the_examples_load():
    plan = load([Source(f"example {number}", text.encode()) for number, text in enumerate(EXAMPLES)])
    assert {entry.part for entry in plan.added} == set(PARTS)


def test_the_example_has_every_key_and_every_list_is_told_of():
    """Whatever the schema knows stands in one of the examples."""
    known = {
        key for part in [SCHEMA, *SCHEMA["$defs"].values()] for key in part.get("properties", {}) if key != "overview"
    }
    assert {key for key in known if not any(f"{key}:" in example for example in EXAMPLES)} == set()
    assert [part.name for part in PARTS if f"`{part.name}`" not in PAGE] == ["packs"]


def schemas(schema):
    """Every schema within this one, but for conditions, which expect nothing."""
    yield schema
    within = [*schema.get("properties", {}).values(), *schema.get("$defs", {}).values(), *schema.get("allOf", [])]
    for each in [*within, *(schema[name] for name in ("items", "then") if name in schema)]:
        yield from schemas(each)


def test_an_editor_has_words_for_every_key_and_a_name_for_every_piece():
    for part in [SCHEMA, *SCHEMA["$defs"].values()]:
        assert "properties" not in part or part["title"]
        for key, value in part.get("properties", {}).items():
            assert len(value["description"]) > 5, key


def test_the_schema_has_no_keyword_without_words_for_what_is_expected():
    lead_on = {"$ref", "properties", "items", "allOf", "if"}
    told_otherwise = {"required", "additionalProperties"}
    for schema in schemas(SCHEMA):
        checking = schema.keys() & set(Draft202012Validator.VALIDATORS) - lead_on - told_otherwise
        assert checking <= checks.EXPECTED.keys()
        assert "description" in schema or not checking & {"pattern", "not", "anyOf"}


def test_the_schema_needs_no_network():
    assert not SCHEMA["$id"].startswith("http")
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize(
    "said", sorted({fault for _, _, faults in [*BROKEN.values(), *BROKEN_YEAR_1.values()] for fault in faults})
)
def test_every_message_is_in_the_table_of_faults(said):
    expected = said.split(": expected ")[1]
    in_table = [cell.strip() for row in re.findall(r"^\| (.*?) \|", PAGE, re.MULTILINE) for cell in row.split(";")]
    assert any(re.fullmatch(re.escape(cell).replace(r"\.\.\.", ".*"), expected) for cell in in_table), expected


def test_every_kind_of_section_is_in_the_table():
    assert all(f"| `{kind}` |" in PAGE for kind in KINDS)

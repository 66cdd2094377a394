"""What the documents say of the code is so: what they name is there, and the checklist has an answer to every line."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import get_commands

from people.models import Induction
from people.permissions import Role

BASE = settings.BASE
DOCUMENTS = [BASE / "README.md", BASE / "CONTRIBUTING.md", *sorted((BASE / "docs").rglob("*.md"))]
SECURITY = BASE / "docs" / "security.md"

LINK = re.compile(r"\]\(([^)\s]+)\)|<img[^>]* src=\"([^\"]+)\"")
FENCE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
QUOTED_PATH = re.compile(r"`((?:\.?\w[\w.-]*/)+[\w.-]*)`")
MANAGED = re.compile(r"manage\.py ([a-z]+)")
TEST = re.compile(r"\btest_\w+")
DEFINED = re.compile(r"^def (test_\w+)", re.MULTILINE)
LINE = re.compile(r"^\| (\d+) \| [^|]+ \| \*\*(Met|In part|Planned|Not applicable)\b(.*) \|$", re.MULTILINE)


def name_of(path):
    return str(path.relative_to(BASE))


def anchors(text):
    """The names that headings get: small letters, no punctuation, hyphens for spaces."""
    headings = re.findall(r"^#+ (.+)$", FENCE.sub("", text), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def dead_links(document):
    for match in LINK.finditer(FENCE.sub("", document.read_text())):
        target, _, anchor = (match[1] or match[2]).partition("#")
        if target.startswith(("http:", "https:")):
            continue
        leads_to = document.parent / target if target else document
        if not leads_to.exists() or (anchor and anchor not in anchors(leads_to.read_text())):
            yield match[0]


def missing_paths(document):
    """What is quoted as a path of the repository and is not there; `VAR/...` and the like are no such paths."""
    folders = {path.name for path in BASE.iterdir() if path.is_dir()} - {"var"}
    for path in QUOTED_PATH.findall(document.read_text()):
        if path.split("/")[0] in folders and not (BASE / path).exists():
            yield path


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_links_paths_and_commands_lead_somewhere(document):
    assert list(dead_links(document)) == []
    assert list(missing_paths(document)) == []
    assert set(MANAGED.findall(document.read_text())) <= set(get_commands())


def test_what_leads_nowhere_is_told(tmp_path):
    page = tmp_path / "page.md"
    page.write_text('# A page\n[a](gone.md) [b](#a-page) [c](#another) <img src="gone.png"> `people/gone.py` `VAR/x`\n')
    assert list(dead_links(page)) == ["](gone.md)", "](#another)", '<img src="gone.png"']
    assert list(missing_paths(page)) == ["people/gone.py"]


def test_every_test_that_a_document_names_exists():
    files = list((BASE / "tests").rglob("test_*.py"))
    written = {path.stem for path in files} | {name for path in files for name in DEFINED.findall(path.read_text())}
    for document in DOCUMENTS:
        assert set(TEST.findall(document.read_text())) <= written, name_of(document)


def test_every_line_of_the_checklist_has_an_answer_and_what_is_met_a_test_that_shows_it():
    answers = LINE.findall(SECURITY.read_text())
    assert [int(number) for number, *_ in answers] == list(range(1, 41))
    assert [number for number, answer, rest in answers if answer == "Met" and not TEST.search(rest)] == []


def test_every_decision_is_told_on_one_screen_in_the_same_form():
    records = sorted((BASE / "docs" / "adr").glob("*.md"))
    assert [int(path.name[:4]) for path in records] == list(range(1, len(records) + 1))
    for path in records:
        text = path.read_text()
        assert re.findall(r"^## (.+)$", text, re.MULTILINE) == ["Context", "Decision", "Consequences"], path.name
        assert text.startswith(f"# {int(path.name[:4])}. "), path.name
        assert len(text.splitlines()) <= 45, path.name


def test_the_pictures_of_the_readme_are_small():
    pictures = list(Path(BASE / "docs" / "pictures").iterdir())
    assert {path.name for path in pictures} == set(
        re.findall(r"docs/pictures/([\w.]+)", (BASE / "README.md").read_text())
    )
    assert [path.name for path in pictures if path.stat().st_size > 150_000] == []


def test_the_first_school_is_made_as_its_page_says(db):
    [program] = re.findall(r"```python\n(.*?)```", (BASE / "docs" / "first-school.md").read_text(), re.DOTALL)
    exec(program, {})
    induction = Induction.objects.get(ect__name="Amira Khan")
    assert induction.people()[Role.TUTOR].name == "Grace Okafor"
    assert list(induction.reviews.values_list("number", "state")) == [(1, "draft"), (2, "draft"), (3, "draft")]

"""A broken pack changes nothing and says where, all at once."""

import pytest
import yaml

from content import checks, documents, packs
from content.actions import load
from content.documents import DEEPEST, LARGEST, MOST_FAULTS
from content.models import Pack, Template
from content.packs import BrokenPacks, Source
from tests.content.packs import SMALL, YEAR_1, small, year_1

TEXT = "text (in quotes where it looks like a number, or like true, false or null)"
MODULES = YEAR_1[YEAR_1.index("modules:") : YEAR_1.index("studies:")]
INGREDIENTS = YEAR_1[YEAR_1.index("        ingredients:") : YEAR_1.index('        statements: ["8.3", 8.e]')]
SLUG = "a slug: small letters, digits and single hyphens, such as six-step-meeting"

BROKEN = {
    # what is replaced, by what, and all that is said about it (line, path, what is expected)
    "a slug of another form": ("slug: chat\n", "slug: Chat!\n", ["5: templates[0].slug: expected " + SLUG, (
        "57: cycles[0].steps[0].templates[0]: expected the slug of a template: there is no chat"), (
        "61: cycles[0].steps[0].prompts[0].section: expected the key of a section of the step's templates: "
        "there is no welcome")]),
    "a slug that ends in a line end": ("slug: small\n", "slug: |+\n  small\n\n", ["1: slug: expected " + SLUG]),
    "a missing key": ("    title: Chat\n", "", ["5: templates[0].title: expected the key title"]),
    "two missing keys": ("title: A small pack\nedition: \"2026\"\n", "", [
        "1: edition: expected the key edition", "1: title: expected the key title"]),
    "an unknown key": ("    title: Chat\n", "    title: Chat\n    colour: red\n", [
        "8: templates[0].colour: expected no such key, only slug, kind, title, introduction, sections"]),
    "a number for a text": ("title: Chat", "title: 12", ["7: templates[0].title: expected " + TEXT]),
    "a null for a text": ("title: Chat", "title:", ["7: templates[0].title: expected " + TEXT]),
    "a text for a number": ("number: 2\n", "number: two\n", ["28: cycles[0].number: expected a whole number"]),
    "a text for a truth": ("needed: true", "needed: yes", ["16: templates[0].sections[1].needed: expected true or false"]),
    "a text for a list": ("options: [Seen, Small]", "options: Seen", [
        "17: templates[0].sections[1].options: expected a list"]),
    "a list for keys": ("      - slug: visit\n", "      - [what]\n      - slug: visit\n", [
        "64: cycles[0].steps[1]: expected keys and values"]),
    "a number that is too small": ("interaction: 1\n", "interaction: 0\n", [
        "53: cycles[0].steps[0].interaction: expected a number of at least 1"]),
    "a number that is too large": ("number: 2\n", "number: 70\n", ["28: cycles[0].number: expected a number of at most 6"]),
    "a word that is none of those": ("view: mentor", "view: tutor", [
        "44: cycles[0].themes[0].areas[0].diagnostic_items[1].view: expected one of ect, mentor"]),
    "a title that is too long": ("title: Chat", f"title: {'x' * 201}", ["7: templates[0].title: expected at most 200 characters"]),
    "a blank text": ("text: I know why.", 'text: " "', [
        "42: cycles[0].themes[0].areas[0].diagnostic_items[0].text: expected some text"]),
    "an empty edition": ('edition: "2026"', 'edition: ""', ["3: edition: expected some text"]),
    "an empty list": ("[Seen, Small]", "[]", ["17: templates[0].sections[1].options: expected at least one item"]),
    "a list that is too long": ("          - key: what\n            title: What\n", "".join(
        f"          - key: k{i}\n            title: K\n" for i in range(6)), [
        "21: templates[0].sections[2].columns: expected at most 6 items"]),
    "rows without columns": ("        columns:\n          - key: what\n            title: What\n"
        "          - key: effect\n            title: Effect\n", "", [
        "18: templates[0].sections[2].columns: expected the key columns"]),
    "columns that are not of rows": ("kind: rows", "kind: text", [
        "21: templates[0].sections[2].columns: expected no columns: only sections of kind rows have them"]),
    "options that are not of a choice": ("kind: checklist", "kind: text", [
        "17: templates[0].sections[1].options: "
        "expected no options: only sections of kind checklist, choice or rating have them"]),
    "an interaction without a number": ("        interaction: 1\n", "", [
        "51: cycles[0].steps[0].interaction: expected the key interaction"]),
    "a number of no interaction": ("kind: drop_in", "kind: drop_in\n        interaction: 2", [
        "66: cycles[0].steps[1].interaction: expected no number: only refocus, develop and integrate are mentor interactions"]),
    "the same slug among siblings": ("slug: sees", "slug: knows", [
        "43: cycles[0].themes[0].areas[0].diagnostic_items[1].slug: "
        "expected a slug of its own: knows is used at small.yaml:40"]),
    "the same option twice": ("[Seen, Small]", "[Seen, Seen]", [
        "17: templates[0].sections[1].options[1]: expected each one once only: Seen is there before"]),
    "the same column twice": ("key: effect", "key: what", [
        "24: templates[0].sections[2].columns[1].key: expected each key once only: what is there before"]),
    "the same interaction twice": ("kind: drop_in", "kind: develop\n        interaction: 1", [
        "66: cycles[0].steps[1].interaction: expected each interaction once only: 1 is there before"]),
    "a template that is not there": ("[chat]", "[chat, talk]", [
        "57: cycles[0].steps[0].templates[1]: expected the slug of a template: there is no talk"]),
    "a theme that is not there": ("theme: talk", "theme: song", [
        "60: cycles[0].steps[0].prompts[0].theme: expected the slug of a theme of this cycle: there is no song"]),
    "themes that are no list": (SMALL[SMALL.index("    themes:"):SMALL.index("    steps:")], "    themes: some\n", [
        "31: cycles[0].themes: expected a list"]),
    "a template's sections that are no list": (SMALL[SMALL.index("    sections:"):SMALL.index("cycles:")],
        "    sections: some\n", ["8: templates[0].sections: expected a list"]),
    "templates that are no list": ("[chat]", "chat", ["57: cycles[0].steps[0].templates: expected a list"]),
    "a section that is not there": ("section: welcome", "section: farewell", [
        "61: cycles[0].steps[0].prompts[0].section: "
        "expected the key of a section of the step's templates: there is no farewell"]),
    "the same key twice": ("number: 2\n", "number: 2\n    number: 3\n", [
        "29: cycles[0].number: expected the key number once only"]),
    "a key that is not plain text": ("number: 2\n", "number: 2\n    ? [a, b]\n    : c\n", [
        "29: cycles[0]: expected keys that are plain text"]),
    "a tag": ("title: Chat", "title: !!python/object/apply:os.system [id]", [
        "7: templates[0].title: expected no YAML tag (!)"]),
    "an anchor and its alias": ("options: [Seen, Small]", "options: [&seen Seen, *seen]", [
        "17: templates[0].sections[1].options[0]: expected no anchor (&seen)",
        "17: templates[0].sections[1].options[1]: expected no alias: write out what *seen stands for"]),
    "a control character": ('edition: "2026"', 'edition: "20\\026"', ["3: edition: expected no control characters"]),
    "broken YAML": ("[Seen, Small]", "[Seen, Small", [
        "18: document: expected well-formed YAML (did not find expected ',' or ']')"]),
    "two documents": ("cycles:\n", "---\ncycles:\n", [
        "26: document: expected one document: what follows belongs in a file of its own"]),
}  # fmt: skip

AUDIENCE = "one of ect, mentor, both"
PHASE = "one of eyfs, primary, secondary, send, alternative_provision"
OF_STUDY = "a section of this study and one of its ingredients: there is no "

BROKEN_YEAR_1 = {
    # what is replaced, by what, and all that is said about it (path, what is expected)
    "an unknown programme": ("programme: two-years", "programme: ten-years", [
        "modules[0].programme: expected the slug of a programme: there is no ten-years"]),
    "an unknown module": ("module: growing\n    kind: core", "module: shrinking\n    kind: core", [
        "studies[0].module: expected the slug of a module: there is no shrinking"]),
    "a session of an unknown module": ("module: growing\n    week", "module: shrinking\n    week", [
        "sessions[0].module: expected the slug of a module: there is no shrinking"]),
    "an unknown study": ("[basics]", "[basics, advanced]", [
        "studies[1].after[1]: expected the slug of a study: there is no advanced"]),
    "an unknown statement": ('["8.3", 8.e]', '["8.3", 8.f]', [
        "studies[1].sections[0].statements[1]: expected the code of a statement: there is no 8.f"]),
    "an unknown statement of an audit": ('statements: ["8.3"]', 'statements: ["8.4"]', [
        "templates[0].sections[0].statements[0]: expected the code of a statement: there is no 8.4"]),
    "an unknown statement of a session": ("statements: [8.e]", "statements: [8.f]", [
        "sessions[0].statements[0]: expected the code of a statement: there is no 8.f"]),
    "an unknown reference": ("[smith]", "[smith, miller]", [
        "studies[1].sections[0].references[1]: expected the slug of a reference: there is no miller"]),
    "an unknown audit": ("audit: module-audit", "audit: no-audit", [
        "modules[0].audit: expected the slug of a template: there is no no-audit"]),
    "a template of another kind as an audit": ("audit: module-audit", "audit: chat", [
        "modules[0].audit: expected the slug of a template of kind audit: chat is of another"]),
    "an audit whose kind is no kind": ("kind: audit", "kind: exam", [
        "templates[0].kind: expected one of meeting, observation_proforma, discussion_proforma, audit"]),
    "a section beside nothing": ("beside: why", "beside: because", [
        "studies[1].sections[1].beside: expected the slug of a section of this study: there is no because"]),
    "a section beside one of another study": ("beside: why", "beside: start", [
        "studies[1].sections[1].beside: expected the slug of a section of this study: there is no start"]),
    "an unknown ingredient": ("why/honesty]", "why/love]", [
        f"studies[1].actions[0].ingredients[1]: expected {OF_STUDY}why/love"]),
    "an ingredient of another section": ("why/honesty]", "with-your-ect/honesty]", [
        f"studies[1].actions[0].ingredients[1]: expected {OF_STUDY}with-your-ect/honesty"]),
    "an ingredient without its section": ("why/honesty]", "honesty]", [
        "studies[1].actions[0].ingredients[1]: "
        "expected a section and one of its ingredients, such as reflecting/clear-purpose"]),
    "an ingredient twice": ("why/honesty]", "why/purpose]", [
        "studies[1].actions[0].ingredients[1]: expected each one once only: why/purpose is there before"]),
    "a study after itself": ("[basics]", "[basics, reflecting]", [
        "studies[1].after: expected studies that do not lead back here: reflecting comes after reflecting"]),
    "two studies after one another": ("kind: core", "kind: core\n    after: [reflecting]", [
        "studies[0].after: expected studies that do not lead back here: "
        "basics comes after reflecting comes after basics"]),
    "the same study twice": ("[basics]", "[basics, basics]", [
        "studies[1].after[1]: expected each one once only: basics is there before"]),
    "the same statement twice": ('["8.3", 8.e]', '["8.3", "8.3"]', [
        "studies[1].sections[0].statements[1]: expected each one once only: 8.3 is there before"]),
    "the same reference twice": ("[smith]", "[smith, smith]", [
        "studies[1].sections[0].references[1]: expected each one once only: smith is there before"]),
    "the same phase twice": ("[primary, secondary]", "[primary, primary]", [
        "studies[1].sections[0].phases[1]: expected each one once only: primary is there before"]),
    "a statement defined twice": ("code: 8.e", 'code: "8.3"', [
        "statements[1].code: expected a code of its own: 8.3 is used at year-1.yaml:23",
        "studies[1].sections[0].statements[1]: expected the code of a statement: there is no 8.e",
        "sessions[0].statements[0]: expected the code of a statement: there is no 8.e"]),
    "a standard that is none": ("code: TS8", "code: TS9", [
        "standards[0].code: expected one of TS1, TS2, TS3, TS4, TS5, TS6, TS7, TS8, P2"]),
    "a paragraph defined twice": ('number: "2.53"', 'number: "2.52"', [
        "guidance[0].paragraphs[1].number: expected a number of its own: 2.52 is used at year-1.yaml:14"]),
    "a paragraph with another number": ('number: "2.53"', "number: 2-53", [
        'guidance[0].paragraphs[1].number: expected the number of a paragraph in quotes, such as "2.52"']),
    "guidance without paragraphs": ("    paragraphs:\n      - number: \"2.52\"\n        text: Reviews are termly.\n"
        "      - number: \"2.53\"\n        text: Targets are agreed.\n", "    paragraphs: []\n", [
        "guidance[0].paragraphs: expected at least one item"]),
    "an address that is not safe": ("https://guidance.example", "http://guidance.example", [
        "guidance[0].url: expected an address that begins with https://"]),
    "an address that runs a script": ("https://works.example/smith", "javascript:alert(1)", [
        "references[0].url: expected an address that begins with https://"]),
    "a code of another form": ("code: 8.e", "code: eight", [
        'statements[1].code: expected the code of a statement, such as "8.3" or "8.e", in quotes',
        "studies[1].sections[0].statements[1]: expected the code of a statement: there is no 8.e",
        "sessions[0].statements[0]: expected the code of a statement: there is no 8.e"]),
    "a year that is none": ("year: 1\n", "year: 3\n", ["modules[0].year: expected one of 1, 2"]),
    "a number that is too large": ("number: 4\n", "number: 31\n", ["modules[0].number: expected a number of at most 30"]),
    "a study of no kind": ("kind: elective", "kind: novel", ["studies[1].kind: expected one of core, elective, handbook"]),
    "an unknown audience": ("audience: both", "audience: tutor", [f"studies[0].sections[0].audience: expected {AUDIENCE}"]),
    "an unknown phase": ("[primary, secondary]", "[primary, sixth-form]", [
        f"studies[1].sections[0].phases[1]: expected {PHASE}"]),
    "a scenario of an unknown phase": ("phase: primary", "phase: college", [
        f"studies[1].scenarios[0].phase: expected {PHASE}"]),
    "a scenario without options": ("        options: [Ask, Watch]\n", "", [
        "studies[1].scenarios[0].options: expected the key options"]),
    "no minutes": ("minutes: 15", "minutes: 0", ["studies[1].sections[0].minutes: expected a number of at least 1"]),
    "something else to show": ("shows: scenarios", "shows: pictures", [
        "studies[1].sections[0].shows: expected one of scenarios, scenario_options, actions"]),
    "a section without text": ('        text: "**Because** it helps."\n', "", [
        "studies[1].sections[0].text: expected the key text"]),
    "a blank text of a section": ('"**Because** it helps."', '" "', [
        "studies[1].sections[0].text: expected some text, with Markdown where it helps"]),
    "two sections of one name": ("slug: with-your-ect", "slug: why", [
        "studies[1].sections[1].slug: expected a slug of its own: why is used at year-1.yaml:80"]),
    "an audit at another time": ("audit: end", "audit: noon", ["sessions[0].audit: expected one of start, end"]),
    "a week that is none": ("week: 6", "week: 41", ["sessions[0].week: expected a number of at most 40"]),
    "an activity without supports": ("            supports: [Pause, Ask why]\n", "", [
        "sessions[0].agenda[1].activities[0].supports: expected the key supports"]),
    "agenda items of one name": ("slug: practice", "slug: review", [
        "sessions[0].agenda[1].slug: expected a slug of its own: review is used at year-1.yaml:124"]),
    # what was of another shape is told once, and not once more by whatever refers to it
    "modules that are no list": (MODULES, "modules: some\n", ["modules: expected a list"]),
    "a module that is no piece": (MODULES, "modules: [growing]\n", ["modules[0]: expected keys and values"]),
    "a reference that is no name": ("[smith]", "[[smith]]", [f"studies[1].sections[0].references[0]: expected {TEXT}"]),
    "references that are no list": ("[smith]", "smith", ["studies[1].sections[0].references: expected a list"]),
    "a section that is no piece": ("      - slug: with-your-ect\n", "      - why\n      - slug: with-your-ect\n", [
        "studies[1].sections[1]: expected keys and values"]),
    "ingredients that are no list": (INGREDIENTS, "        ingredients: some\n", [
        "studies[1].sections[0].ingredients: expected a list"]),
    "an ingredient that is no piece": (INGREDIENTS, "        ingredients: [purpose]\n", [
        "studies[1].sections[0].ingredients[0]: expected keys and values"]),
    "sections that are no list": (YEAR_1[YEAR_1.index("    sections:\n      - slug: why"):YEAR_1.index("    scenarios:")],
        "    sections: some\n", ["studies[1].sections: expected a list"]),
}  # fmt: skip


def faults_of(sources):
    with pytest.raises(BrokenPacks) as broken:
        checks.plan(sources)
    return [str(fault) for fault in broken.value.faults]


@pytest.mark.django_db
@pytest.mark.parametrize(("before", "after", "said"), BROKEN.values(), ids=BROKEN)
def test_a_broken_pack_says_where_and_what_is_expected(before, after, said):
    assert faults_of(small(before, after)) == [f"small.yaml:{fault}" for fault in said]


@pytest.mark.django_db
@pytest.mark.parametrize(("before", "after", "said"), BROKEN_YEAR_1.values(), ids=BROKEN_YEAR_1)
def test_a_broken_pack_of_year_1_says_what_is_expected(before, after, said):
    lines = [fault.split(":", 2) for fault in faults_of(year_1((before, after)))]
    assert [rest.strip() for _, _, rest in lines] == said
    text = year_1((before, after))[0].content.decode().splitlines()
    assert all(0 < int(line) <= len(text) for _, line, _ in lines)


@pytest.mark.django_db
def test_a_pack_keeps_what_other_loaded_packs_refer_to():
    load(year_1())
    at = YEAR_1.index("modules:")
    head = 'slug: other\ntitle: Other\nedition: "1"\n'
    load([Source("year-1.yaml", YEAR_1[:at].encode()), Source("other.yaml", (head + YEAR_1[at:]).encode())])
    less = YEAR_1[:at].replace("  - slug: smith", "  - slug: miller").replace('  - code: "8.3"', '  - code: "8.4"')
    less = less.replace('statements: ["8.3"]', 'statements: ["8.4"]')
    assert faults_of([Source("year-1.yaml", less.encode())]) == [
        "year-1.yaml:22: statements.8.3: expected this statement to stay: the pack other refers to it",
        "year-1.yaml:27: references.smith: expected this reference to stay: the pack other refers to it",
    ]
    given_both = YEAR_1[at:].replace("[smith]", "[miller]").replace('["8.3", 8.e]', "[8.e]")
    assert load([Source("y.yaml", less.encode()), Source("o.yaml", (head + given_both).encode())]).retired
    assert load([Source("y.yaml", less.replace("  - slug: jones", "  - slug: james").encode())]).retired


@pytest.mark.django_db
def test_every_round_of_studies_is_told_with_what_is_loaded_already():
    """A round may lead through packs that are not given, and each is told once."""
    load(year_1())
    studies = """\
slug: more
title: More
edition: "1"
studies:
  - {slug: third, module: growing, kind: core, title: T, summary: S, after: [reflecting], sections: [&]}
  - {slug: fourth, module: growing, kind: core, title: T, summary: S, after: [fifth, third], sections: [&]}
  - {slug: fifth, module: growing, kind: core, title: T, summary: S, after: [fourth], sections: [&]}
""".replace("&", "{slug: a, title: A, audience: both, minutes: 1, text: A}")
    more = Source("more.yaml", studies.encode())
    assert faults_of([more]) == [
        "more.yaml:6: studies[1].after: expected studies that do not lead back here: "
        "fourth comes after fifth comes after fourth"
    ]
    load([Source("more.yaml", studies.replace("[fourth]", "[basics]").encode())])
    assert faults_of(year_1(("kind: core", "kind: core\n    after: [fourth]"))) == [
        "year-1.yaml:62: studies[0].after: expected studies that do not lead back here: "
        "basics comes after fourth comes after fifth comes after basics"
    ]
    # a round that the new text of a pack takes apart is none
    turned = year_1(("kind: core", "kind: core\n    after: [reflecting]"), ("    after: [basics]\n", ""))
    assert load(turned).changed


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "1: document: expected a pack, but the file is empty"),
        (b"# nothing yet\n", "1: document: expected a pack, but the file is empty"),
        (b"---\n...\n", "1: document: expected keys and values"),
        (b"- a\n- list\n", "1: document: expected keys and values"),
        (
            b'slug: a\ntitle: A\nedition: "1"\n',
            "1: document: expected at least one of programmes, guidance, standards, statements, references, templates, "
            "modules, studies, sessions, cycles",
        ),
        (b"slug: caf\xe9\n", "1: document: expected text in UTF-8"),
        (b"slug: a\ntitle: caf\xe9\n", "2: document: expected text in UTF-8"),
        ("slug: a\n".encode("utf-16"), "1: document: expected text in UTF-8"),
        (b"slug: a\ntitle: \x00\n", "2: document: expected no control characters"),
        (b"#" * (LARGEST + 1), "1: document: expected a file of at most 5 MB"),
        (b"[" * 100_000, f"1: {'[0]' * (DEEPEST + 1)}: expected at most {DEEPEST} levels within one another"),
    ],
)
def test_a_file_that_is_no_pack_at_all_says_so(content, said):
    assert faults_of([Source("odd.yaml", content)]) == [f"odd.yaml:{said}"]


@pytest.mark.django_db
def test_aliases_that_would_grow_without_end_are_refused_one_by_one():
    levels = "".join(f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 9)}]\n" for n in range(1, 40))
    faults = faults_of([Source("bomb.yaml", ("l0: &l0 [a]\n" + levels).encode())])
    assert faults[0] == "bomb.yaml:1: l0: expected no anchor (&l0)"
    assert faults[1] == "bomb.yaml:2: l1: expected no anchor (&l1)"
    assert faults[2] == "bomb.yaml:2: l1[0]: expected no alias: write out what *l0 stands for"
    assert len(faults) == MOST_FAULTS


@pytest.mark.django_db
def test_a_file_with_more_faults_than_anybody_reads_tells_the_first_of_them():
    # as many pieces of another shape as make the checker stop, which then checks no names either
    wrong = "".join("  - code: TS1\n    title: 1\n" for _ in range(MOST_FAULTS + 10))
    text = 'slug: many\ntitle: &x Many\nedition: "1"\nstandards:\n' + wrong
    faults = faults_of([Source("many.yaml", text.encode())])
    assert len(faults) == MOST_FAULTS
    assert faults[0] == "many.yaml:2: title: expected no anchor (&x)"
    assert {fault.split(": ", 2)[2] for fault in faults[1:]} == {f"expected {TEXT}"}


@pytest.mark.django_db
def test_every_fault_of_every_file_is_told_at_once():
    several = SMALL.replace("title: Chat", "title: 5").replace("theme: talk", "theme: song").replace("[chat]", "[cat]")
    faults = faults_of([Source("b.yaml", several.encode()), Source("a.yaml", b"slug: &x a\n")])
    assert [fault.split(": expected")[0] for fault in faults] == [
        "a.yaml:1: document",
        "a.yaml:1: edition",
        "a.yaml:1: slug",
        "a.yaml:1: title",
        "b.yaml:7: templates[0].title",
        "b.yaml:57: cycles[0].steps[0].templates[0]",
        "b.yaml:60: cycles[0].steps[0].prompts[0].theme",
        "b.yaml:61: cycles[0].steps[0].prompts[0].section",
    ]


@pytest.mark.django_db
def test_two_files_cannot_define_the_same_pack_or_template():
    twice = [*small(), Source("again.yaml", SMALL.encode())]
    assert "again.yaml:1: slug: expected a slug of its own: small is used at small.yaml:1" in faults_of(twice)
    other = Source("other.yaml", SMALL.replace("slug: small", "slug: other").encode())
    assert faults_of([*small(), other]) == [
        "other.yaml:5: templates[0].slug: expected a slug of its own: chat is used at small.yaml:5",
        "other.yaml:27: cycles[0].slug: expected a slug of its own: spring is used at small.yaml:27",
        "other.yaml:71: programmes[0].slug: expected a slug of its own: two-years is used at small.yaml:71",
    ]


@pytest.mark.django_db
def test_a_pack_cannot_take_what_another_loaded_pack_defines():
    load(small())
    other = Source("other.yaml", SMALL.replace("slug: small", "slug: other").encode())
    assert faults_of([other]) == [
        "other.yaml:5: templates[0].slug: expected a slug of its own: the pack small has chat",
        "other.yaml:27: cycles[0].slug: expected a slug of its own: the pack small has spring",
        "other.yaml:71: programmes[0].slug: expected a slug of its own: the pack small has two-years",
    ]


@pytest.mark.django_db
def test_one_broken_pack_keeps_all_others_from_being_loaded():
    with pytest.raises(BrokenPacks):
        load([*small(), Source("bad.yaml", b"slug: bad\n")])
    assert not Pack.objects.exists()
    assert not Template.objects.exists()


def test_yaml_is_read_the_same_without_the_fast_parser(monkeypatch):
    fast = documents.read("small.yaml", SMALL.encode())
    monkeypatch.setattr(documents, "PARSER", yaml.SafeLoader)
    plain = documents.read("small.yaml", SMALL.encode())
    assert (plain.content, plain.lines, plain.faults) == (fast.content, fast.lines, {})


def test_words_that_yaml_would_take_for_something_else_are_text():
    content = documents.read("a", b"a: no\nb: 12:30\nc: 2026-11-22\nd: 1.5\ne: on\nf: ~\ng: true\nh: -3\n").content
    assert content == {
        "a": "no", "b": "12:30", "c": "2026-11-22", "d": "1.5", "e": "on", "f": None, "g": True, "h": -3,
    }  # fmt: skip


def test_what_a_pack_leaves_to_a_folder_is_read_in_the_order_of_names(tmp_path):
    (tmp_path / "sub").mkdir()
    for name in ["b.yaml", "a.yaml", "notes.txt", "sub/c.yaml"]:
        (tmp_path / name).write_text(name)
    assert [source.content for source in packs.gather([tmp_path])] == [b"a.yaml", b"b.yaml", b"sub/c.yaml"]

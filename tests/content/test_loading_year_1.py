"""Programmes, guidance, statements, modules, studies and sessions: what loading them adds, changes and retires."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction

from content import checks
from content.actions import load
from content.models import (
    Activity,
    AgendaItem,
    Guidance,
    Ingredient,
    Module,
    Pack,
    PackLoad,
    Paragraph,
    Programme,
    Reference,
    Scenario,
    Session,
    Statement,
    Study,
    StudySection,
    SuggestedAction,
    standard_of,
)
from content.packs import PARTS, Source
from tests.content.packs import YEAR_1, cut, year_1

pytestmark = pytest.mark.django_db

PIECES = [
    "packs/year-1",
    "programmes/two-years",
    "guidance/induction",
    "guidance/induction/paragraphs/2.52",
    "guidance/induction/paragraphs/2.53",
    "standards/TS8",
    "statements/8.3",
    "statements/8.e",
    "references/smith",
    "references/jones",
    "templates/module-audit",
    "templates/module-audit/sections/reflects",
    "templates/chat",
    "templates/chat/sections/welcome",
    "modules/growing",
    "studies/basics",
    "studies/basics/sections/start",
    "studies/reflecting",
    "studies/reflecting/sections/why",
    "studies/reflecting/sections/why/ingredients/purpose",
    "studies/reflecting/sections/why/ingredients/honesty",
    "studies/reflecting/sections/with-your-ect",
    "studies/reflecting/scenarios/tariq",
    "studies/reflecting/actions/diary",
    "sessions/week-6",
    "sessions/week-6/agenda/review",
    "sessions/week-6/agenda/practice",
    "sessions/week-6/agenda/practice/activities/watch",
]


def changes(plan):
    """What a load changed: each piece's address with the fields that differ."""
    return {entry.address: entry.differs for entry in plan.changed}


def retired(plan):
    return [kept.address for kept in plan.retired]


def everything():
    """All rows of content and all that they point at, to compare before and after."""
    rows = {model: list(model.objects.order_by("pk").values()) for model in [*(part.model for part in PARTS), PackLoad]}
    for part in PARTS:
        for relation in part.refers:
            if relation.many:
                pointers = getattr(part.model, relation.name).through.objects
                rows[relation, part.name] = sorted(pointers.values_list())
    return rows


def test_every_kind_of_piece_is_added():
    plan = load(year_1())
    assert [entry.address for entry in plan.added] == PIECES
    module = Module.objects.get()
    assert (str(module.programme), str(module.audit), module.year, module.number) == ("Two years", "Module audit", 1, 4)
    study = Study.objects.for_reading().get(slug="reflecting")
    assert (study.module, [str(earlier) for earlier in study.after.all()]) == (module, ["Basics"])
    why, with_your_ect = study.sections.all()
    assert (why.phases, why.shows, why.minutes) == (["primary", "secondary"], "scenarios", 15)
    assert [str(statement) for statement in why.statements.all()] == ["8.3 Reflection helps.", "8.e Engage critically."]
    assert [str(work) for work in why.references.all()] == ["Smith (2019) On reflecting."]
    assert [str(ingredient) for ingredient in why.ingredients.all()] == ["Clear purpose", "Honesty"]
    assert (with_your_ect.beside, with_your_ect.phases) == ("why", [])
    assert study.scenarios.get().options == ["Ask", "Watch"]
    assert study.actions.get().ingredients == ["why/purpose", "why/honesty"]
    session = Session.objects.for_reading().get()
    assert (session.module, session.week, session.audit) == (module, 6, "end")
    assert [(item.title, item.minutes) for item in session.agenda.all()] == [("Review", 5), ("Theory to practice", 35)]
    assert session.agenda.all()[1].activities.get().supports == ["Pause", "Ask why"]


def test_a_second_load_changes_nothing():
    load(year_1())
    before = everything()
    plan = load(year_1())
    assert plan.changes_nothing
    assert len(plan.unchanged) == len(PIECES)
    assert everything() == before


@pytest.mark.parametrize(
    ("before", "after", "changed"),
    [
        ("Small things for", "Large things for", {"programmes/two-years": ["summary"]}),
        ("edition: April 2026", "edition: May 2027", {"guidance/induction": ["edition"]}),
        ("Reviews are termly.", "Reviews are held.", {"guidance/induction/paragraphs/2.52": ["text"]}),
        ("[Contribute, Work together]", "[Contribute]", {"standards/TS8": ["points"]}),
        ("Engage critically.", "Engage.", {"statements/8.e": ["text"]}),
        ("    url: https://works.example/smith\n", "", {"references/smith": ["url"]}),
        ("    audit: module-audit\n", "", {"modules/growing": ["audit"]}),
        ("    number: 4\n", "", {"modules/growing": ["number"]}),
        ("    after: [basics]\n", "", {"studies/reflecting": ["after"]}),
        ("kind: elective", "kind: handbook", {"studies/reflecting": ["kind"]}),
        ("audience: both", "audience: ect", {"studies/basics/sections/start": ["audience"]}),
        ("        phases: [primary, secondary]\n", "", {"studies/reflecting/sections/why": ["phases"]}),
        ("[smith]", "[jones]", {"studies/reflecting/sections/why": ["references"]}),
        ("[smith]", "[jones, smith]", {"studies/reflecting/sections/why": ["references"]}),
        ('["8.3", 8.e]', "[8.e]", {"studies/reflecting/sections/why": ["statements"]}),
        ("        beside: why\n", "", {"studies/reflecting/sections/with-your-ect": ["beside"]}),
        ("Say what happened.", "Say it.", {"studies/reflecting/sections/why/ingredients/honesty": ["text"]}),
        ("phase: primary", "phase: eyfs", {"studies/reflecting/scenarios/tariq": ["phase"]}),
        (", why/honesty]", "]", {"studies/reflecting/actions/diary": ["ingredients"]}),
        ("week: 6", "week: 7", {"sessions/week-6": ["week"]}),
        ("    statements: [8.e]\n    audit: end\n", "", {"sessions/week-6": ["audit", "statements"]}),
        ("minutes: 35", "minutes: 30", {"sessions/week-6/agenda/practice": ["minutes"]}),
        ("[Pause, Ask why]", "[Pause]", {"sessions/week-6/agenda/practice/activities/watch": ["supports"]}),
    ],
)
def test_what_is_different_is_changed_and_the_way_back_is_the_same(before, after, changed):
    load(year_1())
    assert changes(load(year_1((before, after)))) == changed
    assert changes(load(year_1())) == changed
    assert load(year_1()).changes_nothing


def test_a_piece_may_be_pointed_at_another_that_comes_in_the_same_load():
    load(year_1())
    second = "modules:\n  - {slug: starting, programme: second, year: 1, title: Starting, summary: Starting.}\n"
    programme = "programmes:\n  - {slug: second, title: Second, summary: Another.}\n"
    plan = load(
        year_1(("programmes:\n", programme), ("modules:\n", second), ("kind: elective", "kind: core"),
               ("  - slug: basics\n    module: growing", "  - slug: basics\n    module: starting"))
    )  # fmt: skip
    assert [entry.address for entry in plan.added] == ["programmes/second", "modules/starting"]
    assert changes(plan)["studies/basics"] == ["module"]
    assert str(Study.objects.get(slug="basics").module.programme) == "Second"


def test_what_is_dropped_is_retired_with_all_that_stands_in_it_and_comes_back_the_same():
    load(year_1())
    was = everything()
    plan = load(year_1(cut("  - slug: reflecting", "sessions:")))
    assert set(retired(plan)) == {address for address in PIECES if address.startswith("studies/reflecting")}
    assert [study.slug for study in Study.objects.current()] == ["basics"]
    assert not SuggestedAction.objects.current().exists()
    plan = load(year_1())
    assert all(differs == ["retired"] for differs in changes(plan).values())
    assert everything()[StudySection] == was[StudySection]


def test_a_dropped_activity_leaves_its_agenda():
    load(year_1())
    activities = YEAR_1[YEAR_1.index("        activities:") :]
    assert retired(load(year_1((activities, "")))) == ["sessions/week-6/agenda/practice/activities/watch"]
    session = Session.objects.for_reading().get()
    assert [len(item.activities.all()) for item in session.agenda.all()] == [0, 0]


def test_pieces_of_every_kind_may_move_to_another_pack():
    load(year_1())
    before = {model: list(model.objects.values_list("pk", flat=True)) for model in (Study, StudySection, Module)}
    at = YEAR_1.index("modules:")
    first = Source("a.yaml", YEAR_1[:at].encode())
    second = Source("b.yaml", ('slug: other\ntitle: Other\nedition: "1"\n' + YEAR_1[at:]).encode())
    plan = load([first, second])
    assert [entry.address for entry in plan.added] == ["packs/other"]
    assert changes(plan) == {
        "modules/growing": ["pack"],
        "studies/basics": ["pack"],
        "studies/reflecting": ["pack"],
        "sessions/week-6": ["pack"],
    }
    assert retired(plan) == []
    assert {model: list(model.objects.values_list("pk", flat=True)) for model in before} == before
    assert Session.objects.get().pack.slug == "other"


def test_a_reference_may_be_to_what_is_loaded_already():
    at = YEAR_1.index("modules:")
    load([Source("a.yaml", YEAR_1[:at].encode())])
    head = 'slug: other\ntitle: Other\nedition: "1"\n'
    assert not checks.plan([Source("b.yaml", (head + YEAR_1[at:]).encode())]).changes_nothing


def test_pieces_are_called_by_what_they_say():
    load(year_1())
    names = {
        model.__name__: str(model.objects.order_by("pk").first())
        for model in (Guidance, Paragraph, Statement, Reference, Module, Study, StudySection, Ingredient, Scenario,
                      SuggestedAction, Session, AgendaItem, Activity)
    }  # fmt: skip
    assert names == {
        "Guidance": "Induction, April 2026",
        "Paragraph": "Induction, paragraph 2.52",
        "Statement": "8.3 Reflection helps.",
        "Reference": "Smith (2019) On reflecting.",
        "Module": "Growing",
        "Study": "Basics",
        "StudySection": "Start",
        "Ingredient": "Clear purpose",
        "Scenario": "Tariq in year 3",
        "SuggestedAction": "Keep a diary",
        "Session": "Looking back",
        "AgendaItem": "Review",
        "Activity": "Watch a lesson",
    }


def test_a_statement_knows_its_standard_and_whether_it_is_about_practice():
    load(year_1())
    told = [(each.code, standard_of(each.code), each.is_practice) for each in Statement.objects.all()]
    assert told == [("8.3", "TS8", False), ("8.e", "TS8", True)]


@pytest.mark.parametrize(
    "wrong",
    [
        lambda pack: Programme(pack=pack, slug="two-years", title="P", summary="P", position=1),
        lambda pack: Module(pack=pack, programme=Programme.objects.get(), slug="m", year=3, title="M", position=1),
        lambda pack: Study(pack=pack, module=Module.objects.get(), slug="s", kind="song", title="S", position=1),
        lambda pack: study_section(slug="why"),
        lambda pack: study_section(audience="tutor"),
        lambda pack: study_section(minutes=0),
        lambda pack: Ingredient(section=StudySection.objects.get(slug="why"), slug="purpose", title="I", position=1),
        lambda pack: Scenario(study=reflecting(), slug="tariq", phase="primary", title="S", position=1),
        lambda pack: SuggestedAction(study=reflecting(), slug="diary", title="A", position=1),
        lambda pack: AgendaItem(session=Session.objects.get(), slug="review", title="A", minutes=5, position=1),
        lambda pack: AgendaItem(session=Session.objects.get(), slug="a", title="A", minutes=0, position=1),
        lambda pack: Activity(item=AgendaItem.objects.get(slug="practice"), slug="watch", title="A", position=1),
        lambda pack: Paragraph(guidance=Guidance.objects.get(), number="2.52", text="P", position=1),
        lambda pack: Statement(pack=pack, code="8.3", text="S", position=1),
    ],
)
def test_the_database_refuses_what_cannot_be(wrong):
    load(year_1())
    row = wrong(Pack.objects.get())
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save()


def reflecting():
    return Study.objects.get(slug="reflecting")


def study_section(**facts):
    facts = {"slug": "s", "audience": "ect", "minutes": 5, "title": "S", "text": "S", "position": 1} | facts
    return StudySection(study=reflecting(), **facts)


def test_a_dry_run_tells_what_would_become_of_the_new_kinds(tmp_path):
    load(year_1())
    was = everything()
    changed = year_1(("minutes: 35", "minutes: 30"), ("[smith]", "[jones]"), cut("    scenarios:", "    actions:"))
    (tmp_path / "year-1.yaml").write_bytes(changed[0].content)
    out = StringIO()
    call_command("loadcontent", tmp_path, "--dry-run", stdout=out)
    assert out.getvalue().splitlines() == [
        "changed  studies/reflecting/sections/why (references)",
        "changed  sessions/week-6/agenda/practice (minutes)",
        "retired  studies/reflecting/scenarios/tariq",
        f"0 added, 2 changed, 1 retired, {len(PIECES) - 3} as before.",
        "Dry run: nothing was written.",
    ]
    assert everything() == was

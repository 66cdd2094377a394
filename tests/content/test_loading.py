"""Loading packs adds, changes and retires; it never deletes, and a second load changes nothing."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.utils import timezone

from content import checks
from content.actions import load
from content.models import (
    ActionStepExample,
    Area,
    Cycle,
    CycleStep,
    DiagnosticItem,
    Pack,
    PackLoad,
    Programme,
    Section,
    Standard,
    Template,
    Theme,
)
from content.packs import Source
from tests.content.packs import SMALL, small

pytestmark = pytest.mark.django_db

PIECES = [Programme, Standard, Template, Section, Cycle, Theme, Area, DiagnosticItem, ActionStepExample, CycleStep]


def everything():
    """All rows of content, to compare before and after."""
    return {model: list(model.objects.order_by("pk").values()) for model in [Pack, PackLoad, *PIECES]}


def addresses(entries):
    return [entry.address for entry in entries]


def test_a_new_pack_adds_every_piece():
    plan = load(small())
    assert addresses(plan.added) == [
        "packs/small",
        "programmes/two-years",
        "templates/chat",
        "templates/chat/sections/welcome",
        "templates/chat/sections/checks",
        "templates/chat/sections/log",
        "cycles/spring",
        "cycles/spring/themes/talk",
        "cycles/spring/themes/talk/areas/pairs",
        "cycles/spring/themes/talk/areas/pairs/diagnostic_items/knows",
        "cycles/spring/themes/talk/areas/pairs/diagnostic_items/sees",
        "cycles/spring/themes/talk/examples/one-minute",
        "cycles/spring/steps/first",
        "cycles/spring/steps/visit",
    ]
    assert (plan.changed, plan.retired, plan.unchanged) == ([], [], [])
    first = CycleStep.objects.get(slug="first")
    assert (first.interaction, first.position, [str(template) for template in first.templates.all()]) == (
        1,
        1,
        ["Chat"],
    )
    assert first.prompts == [{"title": "On talk", "theme": "talk", "section": "welcome", "prompts": ["Who talks?"]}]


def test_a_second_load_of_the_same_pack_changes_nothing():
    load(small())
    before = everything()
    plan = load(small())
    assert plan.changes_nothing
    assert len(plan.unchanged) == 14
    assert everything() == before


def test_a_comment_changes_nothing():
    load(small())
    before = everything()
    assert load(small("slug: small\n", "# the smallest\nslug: small\n")).changes_nothing
    assert everything() == before


def test_a_plan_alone_writes_nothing():
    assert len(checks.plan(small()).added) == 14
    assert not Pack.objects.exists()


def test_a_changed_piece_keeps_its_row():
    load(small())
    before = Section.objects.get(key="checks")
    plan = load(small("title: Checks", "title: Three checks\n        hint: Look twice."))
    assert [(entry.address, entry.differs) for entry in plan.changed] == [
        ("templates/chat/sections/checks", ["title", "hint"])
    ]
    after = Section.objects.get(key="checks")
    assert (after.pk, after.title, after.hint) == (before.pk, "Three checks", "Look twice.")


def test_what_a_file_leaves_out_goes_back_to_what_it_is_by_default():
    load(small("        private: true\n", "        private: true\n        minutes: 5\n"))
    load(small("        private: true\n"))
    welcome = Section.objects.get(key="welcome")
    assert (welcome.private, welcome.minutes) == (False, None)


def test_a_dropped_piece_is_retired_and_comes_back_when_it_is_there_again():
    load(small())
    without = small("      - key: welcome\n        title: Welcome\n        kind: text\n        private: true\n")
    without = [Source("small.yaml", without[0].content.replace(b"            section: welcome\n", b""))]
    welcome = Section.objects.get(key="welcome")
    plan = load(without)
    assert addresses(plan.retired) == ["templates/chat/sections/welcome"]
    welcome.refresh_from_db()
    assert welcome.retired
    assert [section["key"] for section in Template.objects.get().copy()] == ["checks", "log"]
    assert load(without).changes_nothing
    plan = load(small())
    assert ("templates/chat/sections/welcome", ["retired"]) in [
        (entry.address, entry.differs) for entry in plan.changed
    ]
    assert [section["key"] for section in Template.objects.get().copy()] == ["welcome", "checks", "log"]


def test_what_stands_in_a_dropped_piece_is_retired_with_it():
    load(small())
    only_template = SMALL[: SMALL.index("cycles:")]
    plan = load([Source("small.yaml", only_template.encode())])
    assert addresses(plan.retired) == [
        "programmes/two-years",
        "cycles/spring",
        "cycles/spring/themes/talk",
        "cycles/spring/themes/talk/areas/pairs",
        "cycles/spring/themes/talk/areas/pairs/diagnostic_items/knows",
        "cycles/spring/themes/talk/areas/pairs/diagnostic_items/sees",
        "cycles/spring/themes/talk/examples/one-minute",
        "cycles/spring/steps/first",
        "cycles/spring/steps/visit",
    ]
    assert not Cycle.objects.current().exists()
    assert Cycle.objects.exists()


def test_a_pack_that_is_not_loaded_again_is_left_alone():
    load(small())
    other = 'slug: other\ntitle: Other\nedition: "1"\nstandards:\n  - code: TS1\n    title: One\n'
    assert load([Source("other.yaml", other.encode())]).retired == []
    assert Template.objects.current().exists()


def test_a_reference_may_be_to_a_pack_that_is_loaded_already():
    template, cycle = SMALL.split("cycles:\n")
    head = 'slug: other\ntitle: Other\nedition: "1"\ncycles:\n'
    load([Source("small.yaml", template.encode())])
    load([Source("other.yaml", (head + cycle).encode())])
    assert CycleStep.objects.get(slug="first").templates.get().slug == "chat"


def test_a_piece_that_moves_to_another_pack_keeps_its_row():
    load(small())
    before = Template.objects.get()
    template, cycle = SMALL.split("cycles:\n")
    moved = template.replace("slug: small", "slug: other", 1)
    rest = 'slug: small\ntitle: A small pack\nedition: "2026"\ncycles:\n' + cycle
    plan = load([Source("a.yaml", moved.encode()), Source("b.yaml", rest.encode())])
    assert [(entry.address, entry.differs) for entry in plan.changed] == [("templates/chat", ["pack"])]
    assert plan.retired == []
    after = Template.objects.get()
    assert (after.pk, after.pack.slug) == (before.pk, "other")


def test_a_step_that_refers_to_other_templates_is_changed():
    load(small())
    second = (
        "    title: Chat\n    sections: [{key: welcome, title: Hello, kind: text}]\n  - slug: talk\n    kind: meeting\n"
    )
    plan = load(
        [
            Source(
                "small.yaml",
                SMALL.replace("    title: Chat\n", second + "    title: Talk\n", 1)
                .replace("[chat]", "[talk]")
                .encode(),
            )
        ]
    )
    assert ("cycles/spring/steps/first", ["templates"]) in [(entry.address, entry.differs) for entry in plan.changed]
    assert CycleStep.objects.get(slug="first").templates.get().slug == "talk"


def test_a_template_gets_a_new_version_whenever_it_or_a_section_is_different():
    def version():
        return Template.objects.get().version

    load(small())
    assert version() == 1
    load(small())
    assert version() == 1
    load(small("title: Chat", "title: Talk"))
    assert version() == 2
    load(small("title: Chat\n", "title: Talk\n    introduction: Hello.\n"))
    assert version() == 3
    log = SMALL[SMALL.index("      - key: log") : SMALL.index("cycles:")]
    load(small(log))  # the section goes and the title comes back: one load, one version
    assert version() == 4
    load(small(log, log + "      - key: last\n        title: Last\n        kind: yes_no\n"))
    assert version() == 5
    load(small("summary: Choose.", "summary: Choose well."))  # the section goes again
    assert version() == 6


def test_what_a_record_has_copied_stays_as_it_was_asked():
    load(small())
    asked = Template.objects.get().copy()
    load(small("title: Checks", "title: Other checks"))
    assert asked[1] == {
        "key": "checks",
        "title": "Checks",
        "hint": "",
        "prompts": [],
        "kind": "checklist",
        "needed": True,
        "private": False,
        "minutes": None,
        "columns": [],
        "options": ["Seen", "Small"],
        "statements": [],
    }
    assert Template.objects.get().copy()[1]["title"] == "Other checks"


def test_who_loaded_what_and_when_is_kept(cast):
    load(small())
    load(small(), by=cast["olive"])  # nothing changed, so nothing was loaded
    load(small("title: Welcome", "title: Hello"), by=cast["olive"])
    noted = [(note.by, note.added, note.changed, note.retired) for note in PackLoad.objects.order_by("pk")]
    assert noted == [(None, 14, 0, 0), (cast["olive"], 0, 1, 0)]
    pack = Pack.objects.with_last_load().get()
    assert (pack.loaded_by, pack.loaded_at) == ("Olive Turner", PackLoad.objects.latest("pk").at)


def test_the_list_of_loads_is_append_only():
    load(small())
    with pytest.raises(IntegrityError), transaction.atomic():
        PackLoad.objects.update(added=0)
    with pytest.raises(IntegrityError), transaction.atomic():
        PackLoad.objects.all().delete()


def test_pieces_are_called_by_their_titles():
    load([*small(), Source("s.yaml", b'slug: s\ntitle: S\nedition: "1"\nstandards: [{code: TS1, title: High}]\n')])
    names = {model.__name__: [str(row) for row in model.objects.order_by("pk")] for model in [Pack, *PIECES]}
    assert names == {
        "Pack": ["A small pack", "S"],
        "Programme": ["Two years"],
        "Standard": ["TS1 High"],
        "Template": ["Chat"],
        "Section": ["Welcome", "Checks", "Log"],
        "Cycle": ["Spring"],
        "Theme": ["Talk"],
        "Area": ["Pairs"],
        "DiagnosticItem": ["I know why.", "Pupils talk."],
        "ActionStepExample": ["One minute"],
        "CycleStep": ["First meeting", "Visit"],
    }
    note = PackLoad.objects.get(pack__slug="s")
    assert str(note) == f"S at {note.at:%Y-%m-%d %H:%M}"


def loadcontent(*arguments):
    out = StringIO()
    call_command("loadcontent", *arguments, stdout=out)
    return out.getvalue().splitlines()


def test_the_command_says_what_it_did(tmp_path):
    file = tmp_path / "small.yaml"
    file.write_text(SMALL)
    assert loadcontent(file)[0] == "added    packs/small"
    assert loadcontent(tmp_path) == ["Nothing changed: all 14 pieces are loaded already."]
    changed = SMALL.replace("title: Chat", "title: Talk")
    file.write_text(changed[: changed.index("        examples:")] + changed[changed.index("    steps:") :])
    assert loadcontent(file) == [
        "changed  templates/chat (title)",
        "retired  cycles/spring/themes/talk/examples/one-minute",
        "0 added, 1 changed, 1 retired, 12 as before.",
    ]


def test_the_command_leaves_alone_what_somebody_has_loaded_on_the_page(tmp_path, cast):
    (tmp_path / "small.yaml").write_text(SMALL)
    (tmp_path / "other.yaml").write_text('slug: other\ntitle: O\nedition: "1"\nstandards: [{code: TS1, title: One}]\n')
    loadcontent(tmp_path)
    load(small("title: Chat", "title: Partners"), by=cast["olive"])
    said = loadcontent(tmp_path)
    day = f"{timezone.localdate():%-d %B %Y}"
    assert said == [
        f"left alone small: Olive Turner loaded it on {day} (--replace loads it too)",
        "Nothing changed: all 2 pieces are loaded already.",
    ]
    assert Template.objects.get().title == "Partners"
    (tmp_path / "list.yaml").write_text("- no pack\n")
    with pytest.raises(CommandError, match="expected keys and values"):
        loadcontent(tmp_path)
    (tmp_path / "list.yaml").unlink()
    assert "changed  templates/chat (title)" in loadcontent(tmp_path, "--replace")
    assert Template.objects.get().title == "Chat"


def test_a_dry_run_shows_the_same_and_writes_nothing(tmp_path):
    (tmp_path / "small.yaml").write_text(SMALL)
    lines = loadcontent(tmp_path, "--dry-run")
    assert lines[-2:] == ["14 added, 0 changed, 0 retired, 0 as before.", "Dry run: nothing was written."]
    assert not Pack.objects.exists()


def test_the_command_refuses_a_broken_pack_with_every_fault(tmp_path):
    file = tmp_path / "small.yaml"
    file.write_text(SMALL.replace("title: Chat", "title: 5").replace("view: ect", "view: tutor"))
    for extra in ([], ["--dry-run"]):
        with pytest.raises(CommandError) as refused:
            loadcontent(file, *extra)
        assert str(refused.value).splitlines() == [
            f"{file}:7: templates[0].title: "
            "expected text (in quotes where it looks like a number, or like true, false or null)",
            f"{file}:41: cycles[0].themes[0].areas[0].diagnostic_items[0].view: expected one of ect, mentor",
            "Nothing was loaded: 2 to put right.",
        ]
    assert not Pack.objects.exists()


def test_the_command_says_when_there_is_nothing_to_load(tmp_path):
    with pytest.raises(CommandError, match=r"no \.yaml files"):
        loadcontent(tmp_path)
    with pytest.raises(CommandError, match=r"Cannot read .*missing.yaml: No such file or directory\."):
        loadcontent(tmp_path / "missing.yaml")


@pytest.mark.parametrize(
    "wrong",
    [
        lambda pack: Template(pack=pack, slug="t", kind="letter", title="T", position=1),
        lambda pack: Section(template=Template.objects.get(), key="log", title="S", kind="text", position=1),
        lambda pack: Section(template=Template.objects.get(), key="s", title="S", kind="song", position=1),
        lambda pack: Section(template=Template.objects.get(), key="s", title="S", kind="text", minutes=0, position=1),
        lambda pack: Theme(cycle=Cycle.objects.get(), slug="talk", number="1.1", title="T", position=1),
        lambda pack: Area(theme=Theme.objects.get(), slug="pairs", title="A", text="A", position=1),
        lambda pack: DiagnosticItem(area=Area.objects.get(), slug="knows", view="ect", text="I", position=1),
        lambda pack: DiagnosticItem(area=Area.objects.get(), slug="i", view="head", text="I", position=1),
        lambda pack: ActionStepExample(theme=Theme.objects.get(), slug="one-minute", title="E", text="E", position=1),
        lambda pack: CycleStep(cycle=Cycle.objects.get(), slug="s", kind="refocus", half_term=1, position=1),
        lambda pack: CycleStep(
            cycle=Cycle.objects.get(), slug="s", kind="drop_in", interaction=1, half_term=1, position=1
        ),
        lambda pack: CycleStep(cycle=Cycle.objects.get(), slug="s", kind="drop_in", half_term=3, position=1),
        lambda pack: CycleStep(cycle=Cycle.objects.get(), slug="visit", kind="drop_in", half_term=1, position=1),
        lambda pack: Cycle(
            pack=pack, programme=Programme.objects.get(), slug="spring", number=1, title="C", summary="C", position=1
        ),
    ],
)
def test_the_database_refuses_what_cannot_be(wrong):
    load(small())
    row = wrong(Pack.objects.get())
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save()

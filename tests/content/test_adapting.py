"""A school adapts a meeting template: its own rows, put to use for new meetings, with old records as they were asked."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from content.actions import load
from content.adapting import actions
from content.adapting.forms import ADDABLE, MOST
from content.adapting.versions import Difference, differences, since
from content.adapting.workflow import STEPS, State
from content.forms import FIELDS
from content.models import Adaptation, AdaptedSection, Cycle, CycleStep, Pack, Programme, Section, Template
from content.packs import BrokenPacks, Source
from content.sections import CARRIES
from cycles.actions import start_meeting
from people.actions import Refused
from people.models import Event, Induction, Post, School
from tests.test_odd_input import ODD

SECTIONS = [
    {"key": "check_in", "title": "Check-in", "kind": "text", "private": True, "prompts": ["What was your week like?"]},
    {"key": "praise", "title": "Praise", "kind": "text", "needed": True, "minutes": 5},
    {"key": "precise_action", "title": "Precise action", "kind": "checklist", "needed": True, "options": ["Observable"]},
    {"key": "follow_up", "title": "Follow-up", "kind": "text"},
    {"key": "colleagues", "title": "Colleagues", "kind": "rows", "columns": [{"key": "who", "title": "Who"}]},
]  # fmt: skip
KEYS = [section["key"] for section in SECTIONS]
THREE = ("grace", "ruth", "joan")  # induction tutor, headteacher and school administrator of Ashdown
ALL = ("amira", "ben", "tom", "priya", "colin", "olive", "zofia", "daniel", "helen", "samuel", "farah", "nadia", *THREE)


@pytest.fixture
def original(db):
    pack = Pack.objects.create(slug="meetings", title="Meetings", edition="1")
    made = Template.objects.create(
        pack=pack, slug="six-step-meeting", kind="meeting", title="Mentor meeting", introduction="Talk.", position=1
    )
    for position, section in enumerate(SECTIONS):
        Section.objects.create(template=made, position=position, **section)
    return made


@pytest.fixture
def school(cast):
    return School.objects.get(name="Ashdown School")


@pytest.fixture
def draft(cast, school, original):
    return actions.begin(school, original, by=cast["grace"])


@pytest.fixture
def as_(cast):
    """`as_("grace")` is a browser in which Grace is signed in."""

    def signed_in(name):
        client = Client()
        client.force_login(cast[name])
        return client

    return signed_in


@pytest.fixture
def use(cast):
    """`use(draft)` puts it to use."""

    def put(adaptation, by="ruth", name="put_to_use"):
        adaptation = Adaptation.objects.select_related("adapted_from").get(pk=adaptation.pk)
        actions.take_step(
            adaptation, name, by=cast[by], revision=adaptation.revision, version=adaptation.adapted_from.version
        )
        adaptation.refresh_from_db()
        return adaptation

    return put


@pytest.fixture
def plan(cast, original):
    """`plan()` is a new meeting of Amira with Ben; `plan("zofia", "daniel")` one at the other school."""

    def planned(ect="amira", mentor="ben", days=1, **more):
        induction = Induction.objects.get(ect=cast[ect])
        when = timezone.now() + timedelta(days=days)
        return start_meeting(induction, by=cast[mentor], template=original, planned_for=when, **more)

    return planned


def soup(response):
    return BeautifulSoup(response.content, "html.parser")


def text_of(response):
    return " ".join(soup(response).get_text(" ").split())


def filled(response):
    """The controls of the draft's page with their values, as a browser would send them; no button pressed."""
    sent = {}
    for control in soup(response).select("main form input, main form textarea"):
        if control.get("type") == "checkbox" and not control.has_attr("checked"):
            continue
        if control.get("name"):
            sent[control["name"]] = (
                control.text.removeprefix("\n") if control.name == "textarea" else control.get("value", "")
            )
    return sent


def page_of(client, adaptation):
    return filled(client.get(adaptation.get_absolute_url()))


def rows(adaptation):
    return {section.key: section for section in adaptation.sections.all()}


def titles(response):
    return [legend.text for legend in soup(response).select(".app-section > legend")]


def said(adaptation, **changes):
    """What the form would say of the sections, with changes by key."""
    return [
        {
            **{name: getattr(row, name) for name in (*actions.ADDED, "key")},
            **changes.get(key, {}),
        }
        for key, row in rows(adaptation).items()
    ]


def save(adaptation, by, *, revision=None, sections=None):
    actions.save(
        adaptation,
        title="Our meeting",
        introduction="",
        sections=said(adaptation) if sections is None else sections,
        revision=adaptation.revision if revision is None else revision,
        by=by,
    )
    adaptation.refresh_from_db()


# A draft is a copy


def test_a_draft_begins_as_a_copy_of_the_programmes_template(draft, original):
    assert draft.copy() == original.copy()
    assert (draft.title, draft.introduction, draft.version) == ("Mentor meeting", "Talk.", 1)
    assert draft.original == {"title": "Mentor meeting", "introduction": "Talk.", "sections": original.copy()}
    event = Event.objects.about(draft).get()
    assert (event.what, event.detail["template"]) == ("adapt_template", "six-step-meeting")


def test_beginning_twice_opens_the_one_draft(cast, draft, school, original):
    assert actions.begin(school, original, by=cast["joan"]) == draft


def test_a_draft_after_that_begins_as_a_copy_of_what_is_in_use(cast, draft, school, original, use):
    save(draft, cast["grace"], sections=said(draft, praise={"title": "Glows", "hidden": True}))
    used = use(draft)

    second = actions.begin(school, original, by=cast["grace"])

    assert second != used
    assert (second.title, rows(second)["praise"].title, rows(second)["praise"].hidden) == ("Our meeting", "Glows", True)
    assert second.original == used.original


@pytest.mark.parametrize("who", [name for name in ALL if name not in THREE])
def test_nobody_else_adapts(cast, school, original, draft, who):
    for doing in (
        lambda: actions.begin(school, original, by=cast[who]),
        lambda: save(draft, cast[who]),
        lambda: actions.take_step(draft, "put_to_use", by=cast[who], revision=0, version=1),
    ):
        with pytest.raises(Refused):
            doing()
    assert not Adaptation.objects.visible_to(cast[who]).exists()
    assert draft.steps_for(cast[who]) == []


@pytest.mark.parametrize("who", THREE)
def test_tutor_headteacher_and_administrator_of_the_school_adapt(cast, draft, who):
    assert Adaptation.objects.visible_to(cast[who]).get() == draft
    assert draft.may(cast[who], "edit")
    assert draft.steps_for(cast[who]) == ["put_to_use", "discard"]


def test_only_a_meeting_that_the_programme_has_now_is_adapted(cast, school, original):
    for facts in ({"kind": "audit"}, {"kind": "meeting", "retired": True}):
        Template.objects.update(**facts)
        original.refresh_from_db()
        with pytest.raises(Refused, match="has now"):
            actions.begin(school, original, by=cast["grace"])


# What the school may change


def test_of_a_section_of_the_programme_only_the_words_are_taken(cast, draft):
    forged = {"check_in": {"title": "Hello", "private": False, "kind": "yes_no", "options": ["x"]}}
    sections = [{**row, "private": False} for row in said(draft, **forged)]

    save(draft, cast["grace"], sections=sections)

    row = rows(draft)["check_in"]
    assert (row.title, row.private, row.kind, row.options) == ("Hello", True, "text", [])


def test_a_section_of_the_programme_cannot_be_left_out(cast, draft):
    with pytest.raises(Refused, match="not removed"):
        save(draft, cast["grace"], sections=said(draft)[1:])
    assert list(rows(draft)) == KEYS


@pytest.mark.parametrize("key", CARRIES)
def test_what_the_application_rests_on_is_never_hidden(cast, draft, key):
    with pytest.raises(IntegrityError), transaction.atomic():
        save(draft, cast["grace"], sections=said(draft, **{key: {"hidden": True}}))


@pytest.mark.parametrize(
    "broken",
    [
        {"key": "praise", "kind": "text"},
        {"key": "song", "kind": "song"},
        {"key": "short", "kind": "text", "minutes": 0},
    ],
)
def test_the_database_refuses_sections_that_cannot_be(draft, broken):
    with pytest.raises(IntegrityError), transaction.atomic():
        AdaptedSection.objects.create(adaptation=draft, title="T", position=9, **broken)


@pytest.mark.parametrize(
    "broken", [{}, {"state": "lost"}, {"state": "in_use"}, {"state": "draft", "used_from": timezone.now()}]
)
def test_the_database_refuses_versions_that_cannot_be(cast, draft, school, original, broken):
    """A second draft, an unknown state, in use from no day, a draft that is in use."""
    facts = {"school": school, "adapted_from": original, "version": 1, "original": {}, "title": "T"}
    if broken:
        draft.delete()
    with pytest.raises(IntegrityError), transaction.atomic():
        Adaptation.objects.create(state_by=cast["grace"], **facts | broken)


def test_two_versions_cannot_be_in_use_for_one_meeting(cast, draft, school, original, use):
    use(draft)
    with pytest.raises(IntegrityError), transaction.atomic():
        Adaptation.objects.create(
            school=school, adapted_from=original, version=1, original={}, title="T", state_by=cast["grace"],
            state=State.IN_USE, used_from=timezone.now(),
        )  # fmt: skip


def test_every_kind_that_can_be_added_can_be_asked():
    assert set(ADDABLE) < set(FIELDS)


# Meetings


def test_new_meetings_of_the_school_ask_its_own_version_and_old_ones_stay_as_they_were(cast, draft, plan, use):
    before = plan()
    save(draft, cast["grace"], sections=said(draft, praise={"hidden": True}, check_in={"title": "How are you?"}))
    still = plan(days=2)
    use(draft)

    after, elsewhere = plan(days=3), plan("zofia", "daniel", days=3)

    assert (after.title, [section["title"] for section in after.sections]) == (
        "Our meeting",
        ["How are you?", "Precise action", "Follow-up", "Colleagues"],
    )
    assert after.sections[0]["private"]
    for meeting in (before, still, elsewhere):
        meeting.refresh_from_db()
        assert meeting.title == "Mentor meeting"
        assert [section["title"] for section in meeting.sections] == [section["title"] for section in SECTIONS]


def test_a_meeting_keeps_what_it_asks_when_the_version_is_put_away(draft, plan, use):
    draft.sections.filter(key="praise").update(title="Glows")
    use(draft)
    meeting = plan()
    use(draft, name="go_back")
    AdaptedSection.objects.all().delete()

    meeting.refresh_from_db()

    assert meeting.section("praise")["title"] == "Glows"
    assert plan(days=5).section("praise")["title"] == "Praise"


def test_the_prompts_of_a_cycles_step_come_to_the_schools_sections_too(draft, original, plan, use):
    programme = Programme.objects.create(pack=original.pack, slug="p", title="T", summary="S", position=1)
    cycle = Cycle.objects.create(
        pack=original.pack, programme=programme, slug="one", number=1, title="One", summary="First", position=1
    )
    step = CycleStep.objects.create(
        cycle=cycle, slug="interaction-4", kind="integrate", interaction=4, half_term=2, title="Integrate", summary="…",
        position=4, prompts=[{"title": "Praise", "section": "praise", "prompts": ["Was the step seen?"]}],
    )  # fmt: skip
    draft.sections.filter(key="praise").update(title="Glows", prompts=["Our own"])
    use(draft)

    meeting = plan(cycle_step=step)

    assert meeting.title == "Integrate"
    assert meeting.section("praise") | {"title": "Glows", "prompts": ["Was the step seen?", "Our own"]} == (
        meeting.section("praise")
    )


# Putting to use, and away


def test_putting_to_use_replaces_the_one_before_and_is_told_in_the_chain(cast, draft, school, original, use):
    first = use(draft)
    second = use(actions.begin(school, original, by=cast["grace"]), by="joan")

    first.refresh_from_db()
    assert (first.state, second.state) == (State.PUT_AWAY, State.IN_USE)
    assert second.state_by == cast["joan"]
    event = Event.objects.about(second).get(what="put_to_use_template")
    assert (event.by, event.detail) == (
        cast["joan"],
        {"replaces": first.pk, "school": school.pk, "template": "six-step-meeting"},
    )


def test_going_back_to_the_programmes_own_is_a_step(draft, original, school, use):
    used = use(draft)
    assert original.asked_at(school) == used

    use(used, name="go_back")

    assert original.asked_at(school) == original
    assert Event.objects.about(used).filter(what="go_back_template").exists()


@pytest.mark.parametrize("away", ["go_back", "discard"])
def test_what_was_put_away_can_be_begun_from_again_and_stays_as_it_was(cast, as_, draft, use, away):
    save(draft, cast["grace"], sections=said(draft, praise={"title": "Glows", "hidden": True}))
    earlier = use(use(draft) if away == "go_back" else draft, name=away)
    before = Adaptation.objects.filter(pk=earlier.pk).values().get(), list(earlier.sections.values())
    client = as_("joan")
    (button,) = soup(client.get(f"/cycles/templates/{earlier.pk}/")).select("main form button")
    assert button.text == "Begin a draft from this version"

    answer = client.post(button.find_parent("form")["action"])

    second = Adaptation.objects.get(state=State.DRAFT)
    assert answer.url == second.get_absolute_url()
    assert (second.title, second.state_by) == ("Our meeting", cast["joan"])
    assert (rows(second)["praise"].title, rows(second)["praise"].hidden) == ("Glows", True)
    assert second.original == earlier.original
    assert Event.objects.about(second).get().detail["copied_from"] == earlier.pk
    assert (Adaptation.objects.filter(pk=earlier.pk).values().get(), list(earlier.sections.values())) == before
    assert use(second).state == State.IN_USE


def test_nothing_is_begun_from_an_earlier_version_beside_another_draft(cast, as_, draft, school, original, use):
    earlier = use(draft, name="discard")
    second = actions.begin(school, original, by=cast["grace"])

    answer = as_("grace").post(f"/templates/{earlier.pk}/copy/", follow=True)

    assert "Start using it or discard it first." in text_of(answer)
    assert Adaptation.objects.get(state=State.DRAFT) == second


def test_only_what_was_put_away_is_begun_from(cast, as_, draft, school, original, use):
    used = use(draft)
    assert not soup(as_("grace").get(f"/cycles/templates/{used.pk}/")).select("main form button")
    with pytest.raises(Refused, match="no longer used"):
        actions.begin(school, original, by=cast["grace"], earlier=used)


def test_a_draft_is_put_away_without_having_been_used(draft, use):
    away = use(draft, name="discard")
    assert (away.state, away.used_from, away.colour) == (State.PUT_AWAY, None, "grey")


# state: the steps that can be taken then
ALLOWED = {State.DRAFT: {"put_to_use", "discard"}, State.IN_USE: {"replace", "go_back"}, State.PUT_AWAY: set()}


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("name", STEPS)
def test_each_step_can_be_taken_in_its_state_only(cast, draft, state, name):
    draft.state = state
    why = draft.why_not(name, cast["grace"])
    assert (why == "") == (name in ALLOWED[state])
    assert (name in draft.steps_for(cast["grace"])) == (name in ALLOWED[state] - {"replace"})


def test_nothing_is_put_to_use_that_asks_nothing_or_that_the_programme_dropped(cast, draft, original, use):
    AdaptedSection.objects.filter(key__in=CARRIES).delete()
    AdaptedSection.objects.update(hidden=True)
    with pytest.raises(Refused, match="Show at least one"):
        use(draft)
    Template.objects.update(retired=True)
    with pytest.raises(Refused, match="dropped this meeting"):
        use(draft)


@pytest.mark.parametrize(("revision", "version"), [(7, 1), (0, 7), (None, None)])
def test_a_page_that_is_no_longer_true_puts_nothing_to_use(cast, draft, revision, version):
    with pytest.raises(Refused, match="changed since"):
        actions.take_step(draft, "put_to_use", by=cast["grace"], revision=revision, version=version)


# The programme's template changes

PACK = """slug: meetings
title: Meetings
edition: "1"
templates:
  - slug: six-step-meeting
    kind: meeting
    title: Mentor meeting
    sections:
      - {key: praise, title: PRAISE, kind: text}
      - {key: plan, title: Plan, kind: text, minutes: 10, hint: When, needed: true}
"""


@pytest.fixture
def loaded(db):
    """`loaded(title)` loads the pack with another title of its first section."""

    def load_pack(title):
        return load([Source("meetings.yaml", PACK.replace("PRAISE", title).encode())])

    return load_pack


def test_loading_leaves_the_schools_versions_alone(cast, school, loaded, use):
    loaded("Praise")
    original = Template.objects.get()
    draft = actions.begin(school, original, by=cast["grace"])
    save(draft, cast["grace"], sections=said(draft, praise={"title": "Glows"}))
    use(draft)
    before = list(Adaptation.objects.values()), list(AdaptedSection.objects.values())

    again, changed = loaded("Praise"), loaded("Well done")

    assert again.changes_nothing
    assert [entry.address for entry in changed.changed] == ["templates/six-step-meeting/sections/praise"]
    assert not changed.retired
    assert (list(Adaptation.objects.values()), list(AdaptedSection.objects.values())) == before


def test_a_later_version_of_the_programmes_own_is_told_and_changes_nothing(as_, cast, school, loaded, use):
    loaded("Praise")
    used = use(actions.begin(school, Template.objects.get(), by=cast["grace"]))
    assert since(used) is None

    loaded("Well done")

    used = Adaptation.objects.get()
    assert since(used) == [Difference("Well done", "Title: Praise", "Title: Well done")]
    assert rows(used)["praise"].title == "Praise"
    listed = text_of(as_("grace").get(f"/templates/schools/{school.pk}/"))
    assert "The programme’s own has changed since" in listed
    assert "Well done" in text_of(as_("grace").get(f"/cycles/templates/{used.pk}/"))

    second = actions.begin(school, Template.objects.get(), by=cast["grace"])
    assert "Well done" in text_of(as_("grace").get(second.get_absolute_url()))
    assert "Well done" in text_of(as_("grace").get(f"/templates/{second.pk}/put_to_use/"))
    assert since(use(second)) is None  # who puts it to use has seen what is different


def test_a_version_that_differs_only_in_its_number_says_so(as_, draft):
    Template.objects.update(version=4)
    assert "the same as they were then" in text_of(as_("grace").get(draft.get_absolute_url()))


def test_differences_are_told_in_words():
    then = {"title": "A", "introduction": "", "sections": [
        {"key": "a", "title": "First", "hint": "", "minutes": None, "prompts": [], "options": [], "columns": [], "needed": False},
        {"key": "b", "title": "Second", "hint": "", "minutes": None, "prompts": [], "options": [], "columns": [], "needed": False},
    ]}  # fmt: skip
    new = {"key": "c", "title": "Third", "hint": "Short", "minutes": 5, "prompts": ["Why?"], "options": ["Yes"],
           "columns": [{"key": "who", "title": "Who"}], "needed": True, "hidden": True}  # fmt: skip
    now = {"title": "B", "introduction": "", "sections": [new, then["sections"][0]]}

    assert differences(then, then) == []
    assert differences(then, now) == [
        ("Title", "A", "B"),
        (
            "Third",
            "",
            "Title: Third\nHint: Short\nMinutes: 5\nPrompt: Why?\nOption: Yes\nColumn: Who\nMust be answered\nHidden",
        ),
        ("Second", "Title: Second", ""),
        ("Order of the sections", "1. First\n2. Second", "1. Third\n2. First"),
    ]


# The list of templates


def test_the_school_page_leads_those_who_adapt_to_the_templates(as_, school):
    for who, there in (("grace", 1), ("ruth", 1), ("joan", 1), ("colin", 0), ("olive", 0)):
        page = soup(as_(who).get(school.get_absolute_url()))
        assert len(page.select(f'a[href="/templates/schools/{school.pk}/"]')) == there


def test_the_list_begins_a_draft_and_says_where_each_meeting_is(as_, cast, school, original, use):
    address, client = f"/templates/schools/{school.pk}/", as_("joan")
    assert "The programme’s own questions" in text_of(client.get(address))

    answer = client.post(address, {"original": "six-step-meeting"})

    draft = Adaptation.objects.get()
    assert answer.url == draft.get_absolute_url()
    assert "Begun on" in text_of(client.get(address))
    save(draft, cast["grace"])
    assert "Last saved on" in text_of(client.get(address))
    used = use(draft)
    page = text_of(client.get(address))
    assert "Your school’s version, “Our meeting”" in page
    assert ", by Ruth Bennett" in page
    use(used, name="go_back")
    use(actions.begin(school, original, by=cast["grace"]), name="discard")
    page = text_of(client.get(address))
    assert "No longer used" in page
    assert "in use from" in page
    assert "a draft that was discarded" in page


def test_the_list_says_when_nothing_is_loaded(as_, school):
    assert "No meeting template is loaded yet" in text_of(as_("grace").get(f"/templates/schools/{school.pk}/"))


def test_a_meeting_that_the_programme_dropped_can_still_be_gone_back_from(as_, draft, school, use):
    use(draft)
    Template.objects.update(retired=True)
    page = as_("grace").get(f"/templates/schools/{school.pk}/")
    assert "the programme has dropped this meeting" in text_of(page)
    assert soup(page).select_one(f'a[href="/templates/{draft.pk}/go_back/"]')
    assert not soup(page).select("button[name=original]")


def test_what_cannot_be_adapted_is_said_or_not_found(as_, school, original):
    address, client = f"/templates/schools/{school.pk}/", as_("grace")
    Template.objects.update(kind="audit")
    page = client.post(address, {"original": original.slug}, follow=True)
    assert "Only a meeting that the programme has now" in text_of(page)
    for nonsense in ("nothing", "\0", ""):
        assert client.post(address, {"original": nonsense}).status_code == 404


def test_people_of_another_school_find_nothing(as_, draft, school):
    addresses = [f"/templates/schools/{school.pk}/", draft.get_absolute_url(), f"/templates/{draft.pk}/put_to_use/",
                 f"/cycles/templates/{draft.pk}/"]  # fmt: skip
    for who in ("helen", "samuel", "farah", "ben", "amira", "colin", "olive"):
        client = as_(who)
        assert {client.get(address).status_code for address in addresses} == {404}
        assert {client.post(address, {"title": "x"}).status_code for address in addresses[:3]} == {404}


# The draft's page


def test_the_page_says_what_cannot_be_hidden_and_what_stays_private(as_, draft):
    page = soup(as_("grace").get(draft.get_absolute_url()))
    by_title = {row.legend.text: row for row in page.select(".app-section")}
    assert list(by_title) == ["1. Check-in", "2. Praise", "3. Precise action", "4. Follow-up", "5. Colleagues"]
    for title, row in by_title.items():
        carries = title in ("3. Precise action", "4. Follow-up")
        assert ("not hide it:" in row.text) == carries
        assert bool(row.select("input[name$=-hidden]")) != carries
        assert ("between the ECT and the mentor" in row.text) == (title == "1. Check-in")
        assert bool(row.select("button[name=up]")) == (title != "1. Check-in")
        assert bool(row.select("button[name=down]")) == (title != "5. Colleagues")


def test_words_are_saved(as_, cast, draft):
    client = as_("joan")
    sent = page_of(client, draft)
    sent |= {"title": "Ours", "introduction": "Be brief.", "praise-title": "Glows", "praise-hint": "One thing",
             "praise-minutes": "7", "praise-prompts": " First? \r\n\r\nSecond?", "praise-hidden": "on"}  # fmt: skip
    del sent["praise-needed"]

    answer = client.post(draft.get_absolute_url(), sent)

    assert answer.url == draft.get_absolute_url()
    draft.refresh_from_db()
    row = rows(draft)["praise"]
    assert (draft.title, draft.introduction, draft.saved_by) == ("Ours", "Be brief.", cast["joan"])
    assert (row.title, row.hint, row.minutes, row.prompts) == ("Glows", "One thing", 7, ["First?", "Second?"])
    assert (row.needed, row.hidden) == (False, True)
    assert list(rows(draft)) == KEYS
    assert "praise" not in [section["key"] for section in draft.copy()]
    assert rows(draft)["colleagues"].columns == [{"key": "who", "title": "Who"}]


@pytest.mark.parametrize(
    ("button", "leads_to"),
    [("Save", "{}"), ("Save and preview", "/cycles{}"), ("Save and start using it", "{}put_to_use/")],
)
def test_each_button_of_the_draft_saves_and_then_goes_on(as_, draft, button, leads_to):
    client = as_("grace")
    page = client.get(draft.get_absolute_url())
    (pressed,) = (found for found in soup(page).select("main form button") if found.text == button)
    sent = filled(page) | {"praise-title": "Glows"} | ({pressed["name"]: pressed["value"]} if button != "Save" else {})

    answer = client.post(draft.get_absolute_url(), sent)

    assert answer.url == leads_to.format(draft.get_absolute_url())
    assert rows(draft)["praise"].title == "Glows"

    faulty = client.post(draft.get_absolute_url(), sent | {"revision": "1", "praise-title": ""})
    assert "Enter the title of section 2" in text_of(faulty)


def test_no_link_of_the_drafts_page_leads_on_without_saving(as_, draft):
    links = [link["href"] for link in soup(as_("grace").get(draft.get_absolute_url())).select("main a")]
    assert links == [f"/templates/{draft.pk}/discard/"]


def test_moving_keeps_what_is_typed_and_saves_nothing(as_, draft):
    client = as_("grace")
    typed = page_of(client, draft) | {"praise-title": "Glows", "check_in-title": "", "praise-minutes": "soon"}

    moved = client.post(draft.get_absolute_url(), typed | {"down": "check_in"})

    assert titles(moved)[:2] == ["1. Glows", "2. New section"]
    assert not soup(moved).select(".govuk-error-message")
    assert soup(moved).select_one("[autofocus]")["value"] == "check_in"
    assert "not saved yet" in text_of(moved)
    assert filled(moved)["praise-minutes"] == "soon"
    assert list(rows(draft)) == KEYS

    again = client.post(draft.get_absolute_url(), filled(moved) | {"up": "check_in"})
    assert titles(again)[0] == "1. New section"
    assert soup(again).select_one("[autofocus]")["name"] == "down"  # there is no way up from there

    sent = filled(moved) | {"check_in-title": "Hello", "praise-minutes": "3"}
    assert client.post(draft.get_absolute_url(), sent).status_code == 302
    assert list(rows(draft)) == ["praise", "check_in", *KEYS[2:]]


def test_the_last_cannot_be_moved_further_and_focus_goes_to_the_other_button(as_, draft):
    client = as_("grace")
    sent = page_of(client, draft)
    last = client.post(draft.get_absolute_url(), sent | {"down": "follow_up"})
    assert titles(last)[-1] == "5. Follow-up"
    assert soup(last).select_one("[autofocus]")["name"] == "up"
    for button, key in (("down", "colleagues"), ("up", "check_in"), ("up", "nothing"), ("remove", "praise")):
        page = client.post(draft.get_absolute_url(), sent | {button: key})
        assert [title[3:] for title in titles(page)] == [section["title"] for section in SECTIONS]


# kind: what is typed, what is kept
ADDED = {
    "text": ({}, {}),
    "rows": ({"columns": "Who\nWhen"}, {"columns": [{"key": "column_1", "title": "Who"}, {"key": "column_2", "title": "When"}]}),
    "yes_no": ({}, {}),
    "checklist": ({"options": "One\nTwo"}, {"options": ["One", "Two"]}),
    "choice": ({"options": "Red\nGreen\nBlue"}, {"options": ["Red", "Green", "Blue"]}),
}  # fmt: skip


@pytest.mark.parametrize("kind", ADDED)
def test_a_section_of_each_kind_can_be_added_with_a_key_that_no_pack_can_have(as_, draft, plan, use, kind):
    typed, kept = ADDED[kind]
    client = as_("grace")
    page = client.post(draft.get_absolute_url(), page_of(client, draft) | {"add": kind})
    assert titles(page)[-1] == "6. New section"
    assert soup(page).select_one("[autofocus]")["name"] == "own__1-title"
    assert soup(page).select_one("[autofocus]").find_parent("details").has_attr("open")

    sent = filled(page) | {"own__1-title": "Ours"} | {f"own__1-{name}": text for name, text in typed.items()}
    assert client.post(draft.get_absolute_url(), sent).status_code == 302

    row = rows(draft)["own__1"]
    assert (row.kind, row.title, row.private) == (kind, "Ours", False)
    assert {name: getattr(row, name) for name in kept} == kept
    use(draft)
    assert plan().section("own__1")["title"] == "Ours"
    # and once more from the row: nothing is lost
    assert filled(client.get(draft.get_absolute_url(), follow=True)) == {}


def test_a_pack_cannot_have_the_key_of_an_added_section(db):
    with pytest.raises(BrokenPacks):
        load([Source("meetings.yaml", PACK.replace("key: plan", "key: own__1").encode())])


def test_an_added_section_can_be_changed_and_removed_again(as_, draft):
    client = as_("grace")
    page = client.post(draft.get_absolute_url(), page_of(client, draft) | {"add": "choice"})
    page = client.post(draft.get_absolute_url(), filled(page) | {"add": "rows", "own__1-title": "Mood"})
    sent = filled(page) | {"own__1-options": "Good\nBad", "own__2-title": "Talks", "own__2-columns": "Who"}
    client.post(draft.get_absolute_url(), sent)
    assert list(rows(draft)) == [*KEYS, "own__1", "own__2"]

    sent = page_of(client, draft)
    assert (sent["own__1-options"], sent["own__2-columns"]) == ("Good\nBad", "Who")
    page = client.post(draft.get_absolute_url(), sent | {"remove": "own__1"})
    assert titles(page)[-1] == "6. Talks"
    client.post(draft.get_absolute_url(), filled(page) | {"own__2-title": "Conversations"})
    assert list(rows(draft)) == [*KEYS, "own__2"]
    assert rows(draft)["own__2"].title == "Conversations"
    page = client.post(draft.get_absolute_url(), page_of(client, draft) | {"add": "text"})
    assert "own__3-title" in filled(page)


def test_there_is_an_end_to_adding(as_, draft):
    AdaptedSection.objects.bulk_create(
        AdaptedSection(adaptation=draft, key=f"own__{n}", title="T", kind="text", position=n + 9) for n in range(1, 56)
    )
    client = as_("grace")
    page = client.get(draft.get_absolute_url())
    assert len(titles(page)) == MOST
    assert not soup(page).select("button[name=add]")
    assert len(titles(client.post(draft.get_absolute_url(), filled(page) | {"add": "text"}))) == MOST


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({"title": ""}, "Enter an answer for “Title of the meeting”"),
        ({"praise-title": ""}, "Enter the title of section 2"),
        ({"praise-title": "x" * 201}, "Shorten “Title” to 200 characters"),
        ({"praise-hint": "x" * 4001}, "Shorten this to 4000 characters"),
        ({"praise-minutes": "0"}, "“Minutes” must be 1 or more"),
        ({"praise-minutes": "soon"}, "Enter “Minutes” as a number"),
        ({"praise-prompts": "x" * 4001}, "Shorten the line that begins “xxx"),
        ({"praise-prompts": "x\n" * 61}, "Enter 60 lines or fewer: there are 61"),
        ({"own__1-options": ""}, "Enter the options of section 6"),
        ({"own__1-options": "One"}, "Enter 2 or more, each on a line of its own"),
        ({"own__1-options": "One\nTwo\nOne"}, "“One” is there twice"),
        ({"own__1-title": "\0"}, "Remove the invisible characters from “Title”"),
        ({"revision": "x"}, "as a number"),
    ],
)
def test_a_fault_is_said_beside_its_field_and_all_that_was_typed_is_kept(as_, draft, typed, message):
    client = as_("grace")
    page = client.post(draft.get_absolute_url(), page_of(client, draft) | {"add": "checklist"})
    sent = filled(page) | {"own__1-title": "Mood", "own__1-options": "A\nB", "check_in-hint": "Kept"} | typed

    answer = client.post(draft.get_absolute_url(), sent)

    assert answer.status_code == 200
    assert message in text_of(answer)
    field = next(iter(typed))
    if field not in ("title", "revision"):
        group = soup(answer).select_one(f'[name="{field}"]').find_parent("details")
        assert group.has_attr("open")
        assert group.select_one(".govuk-error-message")
    got = filled(answer)
    assert got["check_in-hint"] == "Kept"
    assert {name: got[name].replace("\r\n", "\n").strip("\0") for name in typed} == {
        name: text.strip("\0") for name, text in typed.items()
    }
    assert not Adaptation.objects.get().saved_at


def test_what_nobody_offered_is_left_out(as_, draft):
    client = as_("grace")
    sent = page_of(client, draft)
    sent["order"] = "follow_up own__1 own__2 own__x follow_up praise nothing"
    sent |= {"own__1-kind": "rating", "own__1-title": "Rated", "own__2-kind": "text", "own__2-title": "Said",
             "check_in-private": "", "precise_action-hidden": "on"}  # fmt: skip

    assert client.post(draft.get_absolute_url(), sent).status_code == 302

    found = rows(draft)
    assert list(found) == ["follow_up", "own__2", "praise", "check_in", "precise_action", "colleagues"]
    assert found["check_in"].private
    assert not found["precise_action"].hidden


@pytest.mark.parametrize("odd", ODD)
def test_no_odd_word_breaks_saving(as_, draft, odd):
    client = as_("grace")
    client.raise_request_exception = False
    sent = filled(client.post(draft.get_absolute_url(), page_of(client, draft) | {"add": "rows"}))
    for words in (
        dict.fromkeys(sent, odd),
        dict.fromkeys(sent, odd) | {name: sent[name] for name in ("order", "revision", "own__1-kind")},
        sent | {name: odd for name in sent if name.endswith(("title", "hint", "prompts", "columns"))},
    ):
        assert client.post(draft.get_absolute_url(), words).status_code < 500
        assert client.get(draft.get_absolute_url()).status_code == 200


def test_a_stale_page_gets_both_versions_and_may_choose(as_, draft):
    mine, theirs = as_("grace"), as_("ruth")
    sent = mine.post(draft.get_absolute_url(), page_of(mine, draft) | {"add": "text"})
    sent = filled(sent) | {"own__1-title": "Mine alone", "check_in-title": "My check-in"}
    other = page_of(theirs, draft) | {"praise-title": "Their praise", "title": "Theirs", "check_in-hidden": "on"}
    theirs.post(draft.get_absolute_url(), other)

    answer = mine.post(draft.get_absolute_url(), sent)

    assert answer.status_code == 409
    shown = {row.dt.text.strip(): row.dd.text for row in soup(answer).select(".govuk-summary-list__row")}
    assert shown["Title"] == "Theirs"
    assert "Title: Their praise" in shown["Their praise"]
    assert "Hidden" in shown["Check-in"]
    assert shown["Mine alone"] == "Not there"
    assert not any("Colleagues" in about for about in shown)
    assert filled(answer)["check_in-title"] == "My check-in"
    assert rows(draft)["praise"].title == "Their praise"

    assert mine.post(draft.get_absolute_url(), filled(answer)).status_code == 302
    assert rows(draft)["own__1"].title == "Mine alone"
    assert rows(draft)["praise"].title == "Praise"


def test_a_second_click_on_save_counts_once(as_, draft):
    client = as_("grace")
    sent = page_of(client, draft) | {"praise-title": "Glows"}
    client.post(draft.get_absolute_url(), sent)

    second = client.post(draft.get_absolute_url(), sent)

    assert second.status_code == 302
    assert rows(draft)["praise"].title == "Glows"
    assert Adaptation.objects.get().revision == 1


def test_what_was_typed_is_given_back_once_it_is_no_draft(as_, draft, use):
    client = as_("grace")
    sent = page_of(client, draft) | {"praise-title": "Too late"}
    use(draft)

    answer = client.post(draft.get_absolute_url(), sent)

    assert answer.status_code == 409
    assert "not a draft any more" in text_of(answer)
    assert filled(answer)["praise-title"] == "Too late"
    assert rows(draft)["praise"].title == "Praise"


# The preview, and the steps


def test_a_title_with_line_breaks_is_one_line_and_meetings_with_it_are_told_of(as_, draft, use, plan, mailoutbox):
    client = as_("grace")
    client.post(draft.get_absolute_url(), page_of(client, draft) | {"title": "Weekly\r\nBcc: x@y\r\n\r\nBody"})
    draft.refresh_from_db()
    assert draft.title == "Weekly Bcc: x@y Body"
    use(draft)
    mailoutbox.clear()
    plan()
    assert [message.subject.partition(": ")[2] for message in mailoutbox] == [draft.title]


def test_the_preview_is_the_page_as_it_will_be_asked_and_harmless(as_, draft):
    draft.sections.filter(key="praise").update(hidden=True)
    page = soup(as_("grace").get(f"/cycles/templates/{draft.pk}/"))

    assert not page.select("main form")
    for control in page.select("main input, main textarea, main button, main select"):
        assert control.find_parent("fieldset", disabled=True) is not None
    words = page.main.get_text(" ")
    for there in (
        "Check-in",
        "Action step",
        "Success criteria",
        "Date of the follow-up observation",
        "Colleagues",
        "Draft",
    ):
        assert there in words
    assert "Praise" not in words
    assert page.find("a", string="Go on writing")["href"] == draft.get_absolute_url()


def test_what_is_no_draft_opens_as_a_preview(as_, draft, use):
    use(draft)
    client = as_("grace")
    answer = client.get(draft.get_absolute_url())
    assert answer.url == f"/cycles/templates/{draft.pk}/"
    page = soup(client.get(answer.url))
    assert page.find("a", string="Go on writing") is None
    assert page.find("a", string="Go back to the programme’s own")


@pytest.mark.parametrize(
    ("name", "words", "done"),
    [
        ("put_to_use", "planned from now on", "Your version is in use"),
        ("discard", "Nobody has been asked anything", "The draft is discarded"),
    ],
)
def test_a_step_says_what_it_means_and_a_second_click_does_nothing(as_, draft, name, words, done):
    client, address = as_("ruth"), f"/templates/{draft.pk}/{name}/"
    page = client.get(address)
    assert words in text_of(page)
    sent = filled(page)

    first, second = client.post(address, sent, follow=True), client.post(address, sent, follow=True)

    assert done in text_of(first)
    assert "so this step cannot be taken" in text_of(second)
    assert not soup(second).select("main form button")
    assert Event.objects.about(draft).count() == 2


def test_a_step_of_the_table_without_a_page_is_not_found(as_, draft):
    for name in ("replace", "nothing"):
        assert as_("grace").get(f"/templates/{draft.pk}/{name}/").status_code == 404


def test_a_step_with_nonsense_for_a_revision_is_asked_again(as_, draft):
    answer = as_("grace").post(f"/templates/{draft.pk}/put_to_use/", {"revision": "x", "version": ""})
    assert answer.status_code == 200
    assert Adaptation.objects.get().state == State.DRAFT


# Many


@pytest.fixture
def many(cast, draft, school, original, use):
    """`many(30)` gives the programme so many more meetings, each adapted and in use, and the draft so many more sections."""

    def made(number):
        grace = cast["grace"]
        templates = Template.objects.bulk_create(
            Template(pack=original.pack, slug=f"t{n}", kind="meeting", title=f"Meeting {n}", position=n + 2) for n in range(number)
        )  # fmt: skip
        versions = [
            Adaptation(
                school=school, adapted_from=template, version=2, original={}, title="T", state_by=grace, state=state,
                saved_by=grace, saved_at=timezone.now(), used_from=None if state == State.DRAFT else timezone.now(),
            )
            for template in templates for state in State
        ]  # fmt: skip
        Adaptation.objects.bulk_create(versions)
        AdaptedSection.objects.bulk_create(
            AdaptedSection(adaptation=draft, key=f"own__{n}", title="T", kind="checklist", options=["A", "B"], position=n + 9)
            for n in range(1, number + 1)
        )  # fmt: skip

    return made


@pytest.mark.parametrize("number", [1, 30])
def test_no_page_asks_the_database_more_because_there_is_more(
    as_, cast, draft, school, many, django_assert_max_num_queries, number
):
    many(number)
    Post.objects.filter(school=school).update(
        user=cast["grace"]
    )  # of several parts at a school there is no more to ask
    client = as_("grace")
    Template.objects.filter(pk=draft.adapted_from_id).update(version=9)
    addresses = [
        f"/templates/schools/{school.pk}/",
        draft.get_absolute_url(),
        f"/templates/{draft.pk}/put_to_use/",
        f"/cycles/templates/{draft.pk}/",
    ]
    for address in addresses:
        with django_assert_max_num_queries(12):
            assert client.get(address).status_code == 200
    sent = page_of(client, draft)
    with django_assert_max_num_queries(20):
        assert client.post(draft.get_absolute_url(), sent).status_code == 302

"""Reflections beside the text: private until shared, shared until taken back, kept once the mentor has opened them."""

import itertools

import pytest
from bs4 import BeautifulSoup
from django.db import IntegrityError, transaction
from django.urls import reverse

from content import actions
from content.actions import load
from content.models import Reflection, SectionDone, Study, StudySection
from content.packs import Source
from content.permissions import MEANS, RULES
from content.workflow import STEPS, State
from people.actions import Refused, end_post
from people.models import Event, Induction, Notice, Post, User
from people.permissions import Role
from tests.content.packs import READING
from tests.cycles.test_workflow import EVERYBODY

PAIRS = reverse("content:section", args=["talking", "pairs"])
HTMX = {"HX-Request": "true"}
WORDS = "Four pairs talked and one waited."

ALLOWED = {
    *((state, "amira", action) for state in State.values for action in ("see", "read")),
    ("private", "amira", "write"),
    ("shared", "ben", "see"),
    ("opened", "ben", "see"),
    ("opened", "ben", "read"),
}
ALLOWED_STEPS = {("private", "amira", "share"), ("shared", "amira", "take_back"), ("shared", "ben", "open")}


def text_of(response):
    return " ".join(BeautifulSoup(response.content, "lxml").select_one("main").get_text().split())


@pytest.fixture
def section(reading):
    return StudySection.objects.select_related("study").get(slug="pairs")


@pytest.fixture
def as_(cast, sign_in, section):
    return lambda name: sign_in(cast[name])


@pytest.fixture
def private(cast, section):
    return actions.write_reflection(section, WORDS, revision=0, by=cast["amira"])


@pytest.fixture
def shared(cast, private):
    actions.take_step(private, "share", by=cast["amira"])
    return private


@pytest.fixture
def opened(cast, shared):
    actions.take_step(shared, "open", by=cast["ben"])
    return shared


@pytest.fixture
def in_state(request):
    return lambda state: request.getfixturevalue(state)


# Who may do what: written by hand, against all that is possible


@pytest.mark.parametrize("state", State.values)
def test_each_person_may_do_exactly_what_is_written_above(cast, in_state, state):
    reflection = in_state(state)
    asked = ("see", "read", "write")
    found = {
        (state, who, action) for who, action in itertools.product(EVERYBODY, asked) if reflection.may(cast[who], action)
    }
    assert found == {triple for triple in ALLOWED if triple[0] == state}
    seeing = {who for who in EVERYBODY if Reflection.objects.visible_to(cast[who]).exists()}
    assert seeing == {who for _, who, may in found if may == "see"}
    waiting = {who for who in EVERYBODY if Reflection.objects.waiting_on(cast[who]).exists()}
    assert waiting == ({"ben"} if state == "shared" else set())


@pytest.mark.parametrize("state", State.values)
def test_each_person_may_take_exactly_the_steps_written_above(cast, in_state, state):
    reflection = in_state(state)
    found = {(state, who, step) for who in EVERYBODY for step in reflection.steps_for(cast[who])}
    assert found == {triple for triple in ALLOWED_STEPS if triple[0] == state}
    for who, step in itertools.product(EVERYBODY, STEPS):
        if (state, who, step) not in ALLOWED_STEPS:
            with pytest.raises(Refused):
                actions.take_step(reflection, step, by=cast[who])


def test_every_rule_is_explained():
    assert MEANS.keys() == RULES.keys()


# Writing


def test_an_ect_writes_beside_the_text_and_it_is_saved_as_it_is_typed(as_, cast):
    client = as_("amira")
    page = client.get(PAIRS).content.decode()
    assert "What did you hear?" in page
    assert f'hx-post="{PAIRS}"' in page
    answer = client.post(PAIRS, {"text": WORDS, "revision": "0"}, headers=HTMX)
    assert "Saved at" in answer.content.decode()
    assert 'name="revision" id="id_revision" value="1"' in answer.content.decode()
    assert WORDS in client.get(PAIRS).content.decode()
    reflection = Reflection.objects.get()
    assert (reflection.text, reflection.question, reflection.state) == (WORDS, "What did you hear?", "private")
    assert not Event.objects.filter(what__endswith="reflection").exists()


def test_a_save_that_changes_nothing_writes_nothing(as_, private):
    client = as_("amira")
    client.post(PAIRS, {"text": WORDS, "revision": "1"}, headers=HTMX)
    client.post(PAIRS, {"revision": "1"}, headers=HTMX)  # only what has changed is sent
    private.refresh_from_db()
    assert private.revision == 1
    assert private.text == WORDS


def test_nothing_typed_makes_no_reflection(as_):
    client = as_("amira")
    assert client.post(PAIRS, {"text": "  ", "revision": "0"}, headers=HTMX).status_code == 200
    assert client.post(PAIRS, {"text": "", "revision": ""}).url == PAIRS
    assert not Reflection.objects.exists()
    assert "Saved" not in text_of(client.get(PAIRS))


def test_the_button_says_that_it_is_saved_and_for_whom(as_):
    client = as_("amira")
    answer = client.post(PAIRS, {"text": "One\r\ntwo", "revision": "0"}, follow=True)
    assert "Saved. Only you can read it until you share it." in text_of(answer)
    assert Reflection.objects.get().text == "One\ntwo"


def test_done_and_next_keeps_what_was_typed(as_):
    as_("amira").post(PAIRS, {"text": WORDS, "revision": "0", "done": "1"})
    assert Reflection.objects.get().text == WORDS


def test_what_is_too_long_is_not_saved_and_stays_on_the_page(as_):
    client, long = as_("amira"), "x" * 20_001
    assert "data-unsaved" in client.post(PAIRS, {"text": long, "revision": "0"}, headers=HTMX).content.decode()
    answer = client.post(PAIRS, {"text": long, "revision": "0", "done": "1"})
    assert "There is a problem" in text_of(answer)
    assert long in answer.content.decode()
    assert not Reflection.objects.exists()


def test_another_window_has_saved_so_both_versions_are_shown_and_one_may_choose(as_, private):
    client = as_("amira")
    assert client.post(PAIRS, {"text": "Mine", "revision": "0"}, headers=HTMX).status_code == 409
    answer = client.post(PAIRS, {"text": "Mine", "revision": "0", "done": "1"})
    assert answer.status_code == 409
    page = answer.content.decode()
    assert WORDS in page
    assert "Mine" in page
    assert 'value="1"' in page
    private.refresh_from_db()
    assert private.text == WORDS
    client.post(PAIRS, {"text": "Mine", "revision": "1"})
    private.refresh_from_db()
    assert private.text == "Mine"


def test_a_page_from_before_it_was_shared_changes_nothing_and_gives_back_what_was_typed(as_, shared):
    client = as_("amira")
    assert client.post(PAIRS, {"text": "More", "revision": "1"}, headers=HTMX).status_code == 409
    answer = client.post(PAIRS, {"text": "More", "revision": "1"})
    assert answer.status_code == 409
    assert "This reflection is shared, so it cannot be changed." in text_of(answer)
    assert "More" in text_of(answer)
    assert client.post(PAIRS, {"text": WORDS, "revision": "1", "done": "1"}).status_code == 302
    shared.refresh_from_db()
    assert shared.text == WORDS


def test_a_page_from_before_it_was_opened_begins_no_second_one(as_, opened):
    client = as_("amira")
    answer = client.post(PAIRS, {"text": "More", "revision": "1"})
    assert "Your mentor has read this reflection in the meantime" in text_of(answer)
    assert client.post(PAIRS, {"text": WORDS, "revision": "1"}).status_code == 302
    assert Reflection.objects.count() == 1


def test_a_revision_of_nothing_is_refused(as_):
    assert as_("amira").post(PAIRS, {"text": "More", "revision": "7"}).status_code == 409


def test_another_reflection_may_follow_one_that_was_opened(as_, opened):
    client = as_("amira")
    client.post(PAIRS, {"text": "A week later", "revision": "0"})
    assert [one.text for one in Reflection.objects.all()] == [WORDS, "A week later"]
    page = client.get(PAIRS)
    assert WORDS in text_of(page)
    assert "A week later" in page.content.decode()


def test_there_is_one_open_reflection_beside_a_section(private):
    with pytest.raises(IntegrityError), transaction.atomic():
        Reflection.objects.create(induction=private.induction, section=private.section)


def test_only_an_ect_is_asked(as_):
    for name in ("ben", "ruth"):
        assert "Your reflection" not in text_of(as_(name).get(PAIRS))
    assert "Your reflection" not in text_of(as_("amira").get(reverse("content:section", args=["talking", "next"])))


def test_an_ects_words_are_not_on_anybody_elses_page(as_, private):
    for name in EVERYBODY:
        if name != "amira":
            for url in (PAIRS, reverse("content:section", args=["talking", "for-mentors"])):
                answer = as_(name).get(url)
                assert answer.status_code == 404 or WORDS not in answer.content.decode()
            assert as_(name).get(private.get_absolute_url()).status_code == 404


# When the text is no longer theirs


def load_without_pairs():
    """The section is retired, and another is where it was."""
    load([Source("reading.yaml", READING.replace("pairs", "threes").encode())])


def retire_the_study():
    StudySection.objects.update(retired=True)
    Study.objects.update(retired=True)


def come_into_another_phase():
    StudySection.objects.filter(slug="pairs").update(phases=["eyfs"])
    Induction.objects.update(phase="secondary")


def give_it_to_mentors():
    StudySection.objects.filter(slug="pairs").update(audience="mentor")


def ask_no_more():
    StudySection.objects.filter(slug="pairs").update(reflection="")


CHANGES = [load_without_pairs, retire_the_study, come_into_another_phase, give_it_to_mentors, ask_no_more]


@pytest.mark.parametrize("change", CHANGES)
def test_a_private_reflection_is_written_on_and_shared_whatever_becomes_of_its_section(as_, private, change):
    change()
    client = as_("amira")
    page = client.get(PAIRS)
    assert WORDS in text_of(page)
    assert "What did you hear?" in text_of(page)
    links = BeautifulSoup(page.content, "lxml").select("a.govuk-back-link")
    assert [client.get(link["href"]).status_code for link in links] == [200]
    assert "Saved at" in client.post(PAIRS, {"text": "More", "revision": "1"}, headers=HTMX).content.decode()
    answer = client.post(PAIRS, {"text": "More still", "revision": "2", "share": "1"}, follow=True)
    assert "Shared. Your mentor has been told." in text_of(answer)
    assert "More still" in text_of(answer)
    assert "Share with my mentor" not in text_of(answer)
    too_late = client.post(PAIRS, {"text": "And more", "revision": "2"})
    assert (too_late.status_code, "And more" in text_of(too_late)) == (409, True)
    mentor = as_("ben")
    assert mentor.get(PAIRS).status_code == 200
    mentor.post(reverse("content:reflection_step", args=[private.pk, "open"]))
    assert mentor.get(PAIRS).status_code == 200


def test_a_section_that_is_retired_says_so_and_is_offered_to_nobody_else(as_, private):
    load_without_pairs()
    page = text_of(as_("amira").get(PAIRS))
    assert "This section is no longer part of the programme." in page
    assert "Done" not in page
    threes = BeautifulSoup(as_("amira").get(PAIRS.replace("pairs", "threes")).content, "lxml")
    assert not threes.select(f"a[href='{PAIRS}']")
    for name in ("ben", "tom", "ruth"):
        assert as_(name).get(PAIRS).status_code == 404


def test_what_is_being_written_in_another_phase_is_kept_and_ticks_nothing(as_):
    come_into_another_phase()
    client = as_("amira")
    assert "Your reflection" not in text_of(client.get(PAIRS))
    answer = client.post(PAIRS, {"text": WORDS, "revision": "0", "done": "1"}, follow=True)  # of a page from before
    assert "Saved. Only you can read it until you share it." in text_of(answer)
    assert WORDS in text_of(answer)
    assert not SectionDone.objects.exists()
    assert client.post(PAIRS, {"undo": "1"}).status_code == 302
    assert client.post(PAIRS.replace("pairs", "early-years"), {"done": "1"}).status_code == 403


# Sharing


def test_a_reflection_is_shared_on_its_own_page_too(as_, private):
    client = as_("amira")
    page = client.get(private.get_absolute_url())
    assert "Share with my mentor" in text_of(page)
    answer = client.post(reverse("content:reflection_step", args=[private.pk, "share"]), follow=True)
    assert "Shared. Your mentor has been told." in text_of(answer)
    assert "Take it back" in text_of(answer)


def test_sharing_tells_the_mentor_who_opens_it_by_a_step(as_, cast, private, django_capture_on_commit_callbacks):
    client = as_("amira")
    answer = client.post(PAIRS, {"text": WORDS + " Then two.", "revision": "1", "share": "1"}, follow=True)
    assert "Shared. Your mentor has been told." in text_of(answer)
    assert "Share with my mentor" not in text_of(answer)
    notice = Notice.objects.get()
    assert notice.to == cast["ben"]
    assert WORDS not in notice.text + notice.subject

    client = as_("ben")
    assert "Read a reflection" in text_of(client.get("/"))
    assert "Amira Khan: Pairs" in text_of(client.get(reverse("content:reading")))
    for slug in ("pairs", "for-mentors"):
        beside = client.get(reverse("content:section", args=["talking", slug]))
        assert "Amira Khan has shared a reflection with you" in text_of(beside)
    page = client.get(private.get_absolute_url())
    assert "Amira Khan can take it back until you read it." in text_of(page)
    assert WORDS not in page.content.decode()
    opened = client.post(reverse("content:reflection_step", args=[private.pk, "open"]), follow=True)
    assert "Four pairs talked and one waited. Then two." in text_of(opened)
    assert "It is kept as it was read." in text_of(opened)
    assert "Read a reflection" not in text_of(client.get("/"))


def test_what_is_shared_can_be_taken_back_until_it_was_opened(as_, shared):
    client = as_("amira")
    assert "You can take it back until your mentor reads it." in text_of(client.get(shared.get_absolute_url()))
    answer = client.post(reverse("content:reflection_step", args=[shared.pk, "take_back"]), follow=True)
    assert "Taken back. Only you can read it now." in text_of(answer)
    assert answer.redirect_chain[-1][0] == PAIRS
    assert "Share with my mentor" in text_of(answer)
    assert "You can go on writing beside the text." in text_of(client.get(shared.get_absolute_url()))
    assert as_("ben").get(shared.get_absolute_url()).status_code == 404


def test_what_is_shared_can_be_taken_back_beside_the_text_too(as_, shared):
    def back(client):
        path = reverse("content:reflection_step", args=[shared.pk, "take_back"])
        return BeautifulSoup(client.get(PAIRS).content, "lxml").select(f'form[action="{path}"] button')

    assert not back(as_("ben"))
    client = as_("amira")
    assert [button.text for button in back(client)] == ["Take it back"]
    client = as_("ben")
    client.post(reverse("content:reflection_step", args=[shared.pk, "open"]))
    client = as_("amira")
    assert WORDS in text_of(client.get(PAIRS))
    assert not back(client)


def test_what_was_opened_cannot_be_taken_back(as_, opened):
    answer = as_("amira").post(reverse("content:reflection_step", args=[opened.pk, "take_back"]), follow=True)
    assert "This reflection is at “Read by the mentor” now, so this step cannot be taken." in text_of(answer)


def test_events_of_a_reflection_belong_to_no_induction_and_hold_no_word_of_it(opened):
    events = Event.objects.about(opened)
    assert [(event.what, event.role, event.induction, event.detail) for event in events] == [
        ("share_reflection", Role.ECT, None, {}),
        ("open_reflection", Role.MENTOR, None, {}),
    ]


def test_nothing_is_shared_before_something_is_written(as_, cast, private):
    client = as_("amira")
    answer = client.post(PAIRS, {"text": "", "revision": "1", "share": "1"}, follow=True)
    assert "Write something before you share it." in text_of(answer)
    Reflection.objects.all().delete()
    answer = client.post(PAIRS, {"text": "", "revision": "0", "share": "1"}, follow=True)
    assert "Write something before you share it." in text_of(answer)


def test_without_a_mentor_there_is_nobody_to_share_it_with(cast, private):
    end_post(Post.objects.get(user=cast["ben"]), on=Post.objects.get(user=cast["ben"]).starts_on, by=None)
    private.refresh_from_db()
    with pytest.raises(Refused, match="You have no mentor to share it with yet"):
        actions.take_step(private, "share", by=cast["amira"])


def test_a_double_click_shares_once(cast, private):
    again = Reflection.objects.get()
    actions.take_step(private, "share", by=cast["amira"])
    with pytest.raises(Refused, match="has changed since you opened it"):
        actions.take_step(again, "share", by=cast["amira"])
    assert Notice.objects.count() == 1


def test_a_step_is_taken_by_a_button_and_must_be_one(as_, shared):
    client = as_("amira")
    assert client.get(reverse("content:reflection_step", args=[shared.pk, "take_back"])).status_code == 405
    assert client.post(reverse("content:reflection_step", args=[shared.pk, "burn"])).status_code == 404


def test_a_mentor_of_today_reads_what_was_opened_before(as_, cast, opened):
    assert WORDS in text_of(as_("ben").get(opened.get_absolute_url()))
    post = Post.objects.get(user=cast["ben"], role=Role.MENTOR)
    Post.objects.filter(pk=post.pk).update(user=cast["priya"])
    assert WORDS in text_of(as_("priya").get(opened.get_absolute_url()))
    assert as_("ben").get(opened.get_absolute_url()).status_code == 404


def test_rows_say_what_they_are(cast, opened):
    actions.tick(opened.section, by=cast["amira"])
    actions.keep_place(opened.section, by=cast["amira"])
    assert str(opened) == "Reflection on “Pairs”"
    assert str(opened.section.done.get()) == "Amira Khan: Pairs"
    assert str(User.objects.get(pk=cast["amira"].pk).kept_places.get()) == "Amira Khan: Pairs"

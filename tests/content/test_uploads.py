"""The page where a programme administrator uploads packs: previewed first, loaded by the worker, and exactly as previewed."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.module_loading import import_string

from content import actions, checks, previews, tasks
from content.actions import load
from content.documents import LARGEST
from content.load_progress import LoadProgress
from content.models import Adaptation, Pack, PackLoad, PackUpload, SectionDone, StudySection, Template
from content.packs import Source, gather
from content.uploads import LARGEST_IN_ALL, MOST_FILES
from people.actions import Refused
from people.models import Event, Induction
from tests.content.packs import SMALL, YEAR_1, cut, small, year_1

pytestmark = pytest.mark.django_db

UPLOAD = reverse("content:upload")
CHANGED = ("title: Chat", "title: Talk")


def text_of(response):
    return " ".join(response.content.decode().split())


def file(text=SMALL, name="small.yaml"):
    return SimpleUploadedFile(name, text if isinstance(text, bytes) else text.encode())


QUEUE = []  # jobs for the worker: ids of uploads


@pytest.fixture(autouse=True)
def _no_worker(settings, tmp_path, monkeypatch):
    """Jobs wait until a test runs them, and files are this test's own."""
    settings.PRIVATE = tmp_path
    monkeypatch.setattr("content.actions.uploads.async_task", lambda name, upload_id: QUEUE.append(upload_id))
    QUEUE.clear()


@pytest.fixture
def olive(cast, sign_in):
    """The programme administrator's browser."""
    return sign_in(cast["olive"])


@pytest.fixture
def upload(olive):
    """The small pack with another title of its template, uploaded by Olive while the first is loaded."""
    load(small())
    olive.post(UPLOAD, {"packs": [file(SMALL.replace(*CHANGED, 1))]})
    return PackUpload.objects.get()


def press_load(client, upload):
    return client.post(upload.get_absolute_url(), {"digest": upload.digest}, follow=True)


def run_jobs():
    """What the worker would do: each job of the queue once."""
    while QUEUE:
        tasks.load_upload(QUEUE.pop(0))


def test_a_preview_says_what_would_change_and_loads_nothing(olive):
    load(small())
    changed = SMALL.replace("title: Chat", "title: Talk").replace("view: ect", "view: mentor")
    less = changed[: changed.index("        examples:")] + changed[changed.index("    steps:") :]
    page = text_of(olive.post(UPLOAD, {"packs": [file(less)]}, follow=True))
    assert "What loading these packs would do" in page
    assert "From small.yaml. Nothing has been loaded yet." in page
    assert "0 added, 2 changed, 1 retired." in page
    assert "This takes 1 piece of the programme away from its readers. Is the file complete?" in page
    assert "templates/chat changes" in page
    assert '<td class="govuk-table__cell" data-label="Until now">Chat</td>' in page
    assert '<td class="govuk-table__cell" data-label="New">Talk</td>' in page
    assert "cycles/spring/themes/talk/examples/one-minute" in page
    assert "“Talk” gets" not in page
    assert "“Chat” gets version 2 for new records. Records keep the questions they were started with." in page
    assert "What is retired is offered to nobody new." in page
    assert Template.objects.get().title == "Chat"
    assert QUEUE == []


def test_nobody_waits_for_a_preview_that_is_being_made(olive, monkeypatch):
    """On SQLite a transaction of ours keeps everybody else from writing."""
    plan, inside = checks.plan, []

    def planning(sources):
        inside.append(len(connection.atomic_blocks))
        return plan(sources)

    monkeypatch.setattr("content.checks.plan", planning)
    olive.post(UPLOAD, {"packs": [file()]})
    assert inside == [len(connection.atomic_blocks)]


def test_several_packs_may_refer_to_each_other(olive):
    at = YEAR_1.index("modules:")
    second = 'slug: other\ntitle: Other\nedition: "1"\n' + YEAR_1[at:]
    page = text_of(olive.post(UPLOAD, {"packs": [file(second, "b.yaml"), file(YEAR_1[:at], "a.YML")]}, follow=True))
    assert "From b.yaml, a.YML." in page
    assert "All that is added: Year 1" in page
    assert "All that is added: Other" in page


def test_a_pack_that_is_loaded_already_offers_nothing_to_load(olive):
    load(small())
    page = text_of(olive.post(UPLOAD, {"packs": [file()]}, follow=True))
    assert "Nothing is different: all 14 pieces are loaded already." in page
    assert "Load these packs" not in page
    with pytest.raises(Refused):
        actions.ask_to_load(PackUpload.objects.get(), digest=PackUpload.objects.get().digest)


def test_a_broken_pack_lists_every_fault_and_is_not_kept(olive):
    broken = SMALL.replace("title: Chat", "title: 5").replace("view: ect", "view: tutor")
    response = olive.post(UPLOAD, {"packs": [file(broken, "<b>bad.yaml")]})
    page = text_of(response)
    assert "There is a problem" in page
    assert "&lt;b&gt;bad.yaml, line 7, templates[0].title: expected text" in page
    assert "&lt;b&gt;bad.yaml, line 41, cycles[0].themes[0].areas[0].diagnostic_items[0].view: expected one of" in page
    assert "<title>Error: Upload packs" in page
    assert not PackUpload.objects.exists()


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ([], "Choose one or more packs"),
        ([file(name="small.txt")], "small.txt must be a YAML file: its name ends in .yaml"),
        ([file(b"\xff\xfes", "odd.yaml")], "odd.yaml must be text in UTF-8. Save it again in that encoding"),
        ([file(b"a\0b", "odd.yaml")], "odd.yaml must be text in UTF-8. Save it again in that encoding"),
        ([file(b"", "none.yaml")], "none.yaml is empty"),
        ([file(b"#" * (LARGEST + 1), "big.yaml")], "big.yaml must be smaller than 5 MB"),
        (
            [file(b"#" * (LARGEST_IN_ALL // 3 + 1), f"{n}.yaml") for n in range(3)],
            "All files together must be smaller than",
        ),
        ([file(name=f"{n}.yaml") for n in range(MOST_FILES + 1)], "Choose 20 files at most"),
        ([file(name="a.txt"), file(name="b.pdf")], "b.pdf must be a YAML file"),
        ([file(name="\u202elmay.exe")], "lmay.exe must be a YAML file"),
    ],
)
def test_what_is_no_pack_is_told_beside_the_field(olive, files, said):
    for each in files:
        each.seek(0)
    page = text_of(olive.post(UPLOAD, {"packs": files}))
    assert f'<a href="#id_packs">{said}' in page
    assert "govuk-error-message" in page
    assert "\u202e" not in page
    assert not PackUpload.objects.exists()


def test_a_long_name_is_shown_by_its_end(olive):
    olive.post(UPLOAD, {"packs": [file(name="x" * 90 + ".yaml")]})
    assert PackUpload.objects.get().names == ["x" * 75 + ".yaml"]


def test_what_was_previewed_is_what_the_worker_loads(olive, upload, cast):
    page = text_of(press_load(olive, upload))
    assert "Waiting to begin" in page
    assert Template.objects.get().title == "Chat"
    run_jobs()
    assert Template.objects.get().title == "Talk"
    page = text_of(olive.get(upload.get_absolute_url()))
    assert "These packs are loaded" in page
    assert "0 added, 1 changed, 0 retired." in page
    note = PackLoad.objects.latest("pk")
    assert (note.by, note.changed) == (cast["olive"], 1)
    event = Event.objects.get(what="load_packs")
    assert (event.by, event.role, event.subject_id) == (cast["olive"], "programme_admin", upload.pk)
    assert event.detail == {"packs": ["small"], "added": 0, "changed": 1, "retired": 0}


def test_a_page_that_waits_looks_again_without_a_script(olive, upload):
    assert "Refresh" not in olive.get(upload.get_absolute_url())
    press_load(olive, upload)
    LoadProgress(upload.pk).tell(1, 4)
    response = olive.get(upload.get_absolute_url())
    assert response["Refresh"] == "2"
    assert '<progress id="progress" class="app-load" max="100" value="25"></progress>' in text_of(response)
    assert "Loading: 25% done" in text_of(response)
    run_jobs()
    assert "Refresh" not in olive.get(upload.get_absolute_url())
    assert LoadProgress(upload.pk).percent() is None


def test_a_double_click_loads_once(olive, upload):
    press_load(olive, upload)
    press_load(olive, upload)
    assert len(QUEUE) == 1
    tasks.load_upload(upload.pk)
    tasks.load_upload(upload.pk)
    assert not actions.load_upload(upload.pk)
    assert Event.objects.filter(what="load_packs").count() == 1
    assert PackLoad.objects.count() == 2
    assert "These packs are loaded" in text_of(press_load(olive, upload))


def test_another_preview_than_the_one_that_was_shown_is_not_loaded(olive, upload):
    page = text_of(olive.post(upload.get_absolute_url(), {"digest": "another"}, follow=True))
    assert "This preview is out of date." in page
    assert QUEUE == []


def test_if_what_is_loaded_has_changed_the_preview_is_shown_anew(olive, upload):
    press_load(olive, upload)
    load(small("title: Chat", "title: Chatter"))
    run_jobs()
    assert Template.objects.get().title == "Chatter"
    page = text_of(olive.get(upload.get_absolute_url()))
    assert "Other packs were loaded after your upload" in page
    assert "Chatter</td>" in page
    assert not Event.objects.filter(what="load_packs").exists()
    press_load(olive, PackUpload.objects.get())
    run_jobs()
    assert Template.objects.get().title == "Talk"


def test_what_has_become_broken_since_is_told_and_not_loaded(olive):
    load(year_1())
    other = 'slug: other\ntitle: Other\nedition: "1"\nmodules:\n'
    other += "  - {slug: m, programme: two-years, year: 1, title: M, summary: M, audit: module-audit}\n"
    olive.post(UPLOAD, {"packs": [file(other, "other.yaml")]})
    upload = PackUpload.objects.get()
    press_load(olive, upload)
    load(year_1(*[("programme: two-years", "programme: ten-years"), ("slug: two-years", "slug: ten-years")]))
    run_jobs()
    page = text_of(olive.get(upload.get_absolute_url()))
    assert "other.yaml:5: modules[0].programme: expected the slug of a programme: there is no two-years" in page
    assert "Load these packs" not in page
    assert not Pack.objects.filter(slug="other").exists()


def test_a_load_that_a_worker_let_lie_can_be_tried_again(olive, upload):
    press_load(olive, upload)
    assert "Try again" not in text_of(olive.get(upload.get_absolute_url()))
    assert len(QUEUE) == 1
    PackUpload.objects.update(asked_at=timezone.now() - timedelta(minutes=4))
    page = text_of(olive.get(upload.get_absolute_url()))
    assert "This is taking unusually long. It may have been interrupted; nothing is ever half loaded." in page
    assert "Try again" in page
    olive.post(upload.get_absolute_url())
    assert len(QUEUE) == 2
    run_jobs()
    actions.ask_again(upload)
    assert QUEUE == []
    assert PackLoad.objects.count() == 2


def test_a_load_that_fails_halfway_leaves_nothing_behind(olive, upload, monkeypatch):
    press_load(olive, upload)
    monkeypatch.setattr("content.actions.packs._note_loads", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        tasks.load_upload(upload.pk)
    assert Template.objects.get().title == "Chat"
    assert PackUpload.objects.get().is_waiting
    monkeypatch.undo()
    run_jobs()
    assert Template.objects.get().title == "Talk"


def test_an_upload_that_was_not_loaded_makes_room_for_the_next(olive, upload, cast):
    other = actions.upload_packs(small(), by=cast["joan"])
    olive.post(UPLOAD, {"packs": [file()]})
    assert set(PackUpload.objects.values_list("by__name", flat=True)) == {"Olive Turner", cast["joan"].name}
    assert PackUpload.objects.filter(pk=other.pk).exists()
    assert not PackUpload.objects.filter(pk=upload.pk).exists()
    assert olive.get(upload.get_absolute_url()).status_code == 404


def test_only_programme_administrators_upload(cast, sign_in, upload):
    client = sign_in(cast["joan"])
    assert client.get(UPLOAD).status_code == 403
    assert client.post(UPLOAD, {"packs": [file()]}).status_code == 403
    assert client.get(upload.get_absolute_url()).status_code == 404
    assert client.post(upload.get_absolute_url(), {"digest": upload.digest}).status_code == 404
    assert "Upload packs" not in text_of(client.get(reverse("content:list")))


def test_a_pack_is_downloaded_as_the_file_that_it_was_loaded_from(olive, tmp_path):
    load(year_1())
    assert reverse("content:download", args=["year-1"]) in text_of(olive.get(reverse("content:list")))
    response = olive.get(reverse("content:download", args=["year-1"]))
    assert response["Content-Disposition"] == 'attachment; filename="year-1.yaml"'
    (tmp_path / "year-1.yaml").write_bytes(response.content)
    assert load(gather([tmp_path])).changes_nothing
    assert olive.get(reverse("content:download", args=["none"])).status_code == 404


def test_schools_that_adapted_a_template_are_spoken_of(olive, upload, cast):
    ashdown = Induction.objects.get(ect=cast["amira"]).school
    facts = {"version": 1, "original": [], "title": "Ours", "used_from": timezone.now(), "state_by": cast["grace"]}
    Adaptation.objects.create(school=ashdown, adapted_from=Template.objects.get(), state="in_use", **facts)
    page = text_of(olive.post(UPLOAD, {"packs": [file(SMALL.replace(*CHANGED, 1))]}, follow=True))
    assert "1 school adapted “Chat”: what is in use there stays as it is." in page


def test_marks_of_sections_that_change_are_spoken_of(olive, cast):
    load(year_1())
    SectionDone.objects.create(person=cast["amira"], section=StudySection.objects.get(slug="why"))
    page = text_of(olive.post(UPLOAD, {"packs": [file(year_1(("minutes: 15", "minutes: 20"))[0].content, "y.yaml")]},
                              follow=True))  # fmt: skip
    assert "1 section to read that is changed or retired has been marked as done. The marks stay." in page
    SectionDone.objects.create(person=cast["amira"], section=StudySection.objects.get(slug="with-your-ect"))
    source = year_1(cut("  - slug: reflecting", "sessions:"))[0].content
    page = text_of(olive.post(UPLOAD, {"packs": [file(source, "y.yaml")]}, follow=True))
    assert "2 sections to read that are changed or retired have been marked as done." in page


def test_old_and_new_values_are_told_in_words():
    load(year_1())
    plan = actions.packs.checks.plan(
        year_1(
            ("[smith]", "[jones]"),
            ("    number: 4\n", ""),
            ("[Ask, Watch]", "[Ask, Wait]"),
            ("audit: end", "audit: start"),
        )
    )
    told = {entry.address: list(previews.differences(entry)) for entry in plan.changed}
    assert told == {
        "modules/growing": [("number", "4", "nothing")],
        "studies/reflecting/sections/why": [("references", "smith", "jones")],
        "studies/reflecting/scenarios/tariq": [("options", "Ask; Watch", "Ask; Wait")],
        "sessions/week-6": [("audit", "end", "start")],
    }
    assert previews.in_words([{"key": "a", "needed": True}, False]) == "key: a, needed: yes; no"


def test_a_piece_that_moves_says_from_where_to_where():
    load(small())
    template, cycle = SMALL.split("cycles:\n")
    moved = template.replace("slug: small", "slug: other", 1)
    rest = 'slug: small\ntitle: A small pack\nedition: "2026"\ncycles:\n' + cycle
    plan = actions.packs.checks.plan([Source("a.yaml", moved.encode()), Source("b.yaml", rest.encode())])
    assert [list(previews.differences(entry)) for entry in plan.changed] == [[("pack", "small", "other")]]


@pytest.mark.parametrize(
    ("old", "new", "shown"),
    [
        ("short", "shorter", ("short", "shorter")),
        ("a" * 200, "a" * 199 + "b", ("…" + "a" * 41, "…" + "a" * 40 + "b")),
        ("a" * 400, "b" * 400, ("a" * 160 + "…", "b" * 160 + "…")),
        ("x", "a" * 400, ("x", "a" * 160 + "…")),
    ],
)
def test_of_long_texts_the_part_is_shown_where_they_differ(old, new, shown):
    field = previews.shortened({"name": "text", "old": old, "new": new})
    assert (field["old"], field["new"]) == shown


def test_of_very_many_pieces_the_first_are_named(monkeypatch):
    monkeypatch.setattr(previews, "MOST", 3)
    pack = previews.preview(actions.packs.checks.plan(small()))["packs"][0]
    assert pack["added"] == {
        "count": 14,
        "some": ["packs/small", "programmes/two-years", "templates/chat"],
        "more": 11,
    }


def test_progress_is_noted_now_and_then(monkeypatch):
    progress = LoadProgress(7)
    progress.tell(1, 2)
    progress.tell(2, 2)  # too soon after the first
    assert progress.percent() == 50
    progress.path.write_text("")
    assert progress.percent() is None
    progress.forget()
    progress.forget()


def test_the_database_refuses_an_upload_that_is_loaded_at_no_time(upload):
    with pytest.raises(IntegrityError), transaction.atomic():
        PackUpload.objects.update(state="loaded")
    assert str(upload) == "small.yaml"


def test_a_page_costs_no_more_queries_for_many_pieces(olive, upload, django_assert_max_num_queries):
    for address in (UPLOAD, upload.get_absolute_url(), reverse("content:list")):
        olive.get(address)
        with django_assert_max_num_queries(12):
            assert olive.get(address).status_code == 200


def test_a_download_costs_queries_by_kind_and_not_by_piece(olive, django_assert_num_queries):
    load(small())
    address = reverse("content:download", args=["small"])
    with CaptureQueriesContext(connection) as few:
        olive.get(address)
    many = "".join(f"      - {{key: k{n}, title: K, kind: text}}\n" for n in range(30))
    load(small("cycles:\n", f"{many}cycles:\n"))
    with django_assert_num_queries(len(few)):
        olive.get(address)


def test_the_job_stands_in_the_queue_by_a_name_that_the_worker_finds(olive, upload, monkeypatch):
    called = []
    monkeypatch.setattr("content.actions.uploads.async_task", lambda *job: called.append(job))
    press_load(olive, upload)
    assert called == [("content.tasks.load_upload", upload.pk)]
    assert import_string(called[0][0]) is tasks.load_upload


def test_nothing_is_done_by_a_click_on_what_is_loaded_or_being_loaded(olive, upload):
    press_load(olive, upload)
    olive.post(upload.get_absolute_url())
    assert len(QUEUE) == 1

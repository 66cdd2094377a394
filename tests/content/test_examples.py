"""A school's own examples: who sees and keeps them, what is asked of each kind, and where they are shown."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from content.actions import load
from content.examples.actions import add, change, remove
from content.models import SchoolExample, StudySection
from people.actions import Refused, Stale, end_post
from people.models import Event, Induction, Post, User
from tests.content.packs import to_read

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 32
ASHDOWN = {"amira", "ben", "tom", "priya", "grace", "ruth", "joan"}
KEEPERS = {"ben", "priya", "grace", "ruth", "joan"}

WORDS = {"kind": "text", "title": "Pairs in Year 8", "text": "They turn to each other first."}
LINK = {"kind": "link", "title": "Our page", "link": "https://ashdown.example/pairs"}
VIDEO = {"kind": "video", "title": "A lesson", "video": "https://video.example/1", "minutes": "2", "seconds": "30"}


def values(**changes):
    return {"kind": "text", "title": "Pairs", "text": "Look.", "url": "", "seconds": None, "file": None, **changes}


def a_file(name="pairs.pdf", content=PDF):
    return SimpleUploadedFile(name, content)


@pytest.fixture
def private_files(settings, tmp_path):
    """Uploads of a test go where nobody else's are."""
    default = {**settings.STORAGES["default"], "OPTIONS": {"location": tmp_path, "base_url": None}}
    settings.STORAGES = {**settings.STORAGES, "default": default}
    return tmp_path


def stored(folder):
    return [path for path in folder.rglob("*") if path.is_file()]


@pytest.fixture(scope="session")
def pack_of_today(made_once):
    """The rows of the pack to read, which asks for an example of mentors too."""
    return made_once(
        lambda: load(to_read("beside: pairs", "beside: pairs\n        school_example: What mentors do here."))
    )


@pytest.fixture
def school(cast, pack_of_today):
    pack_of_today.put_or_make()
    return Induction.objects.get(ect=cast["amira"]).school


def section(slug="pairs"):
    return StudySection.objects.get(slug=slug)


def page_of(client, slug="pairs"):
    return " ".join(client.get(section(slug).get_absolute_url()).content.decode().split())


def url_to_add(school, slug="pairs"):
    return reverse("examples:add", args=[school.pk, "talking", slug])


# Who


def test_exactly_the_people_of_the_school_see_an_example(cast, school):
    add(section(), school, values(), by=cast["grace"])
    seen = {key for key, user in cast.items() if SchoolExample.objects.visible_to(user).exists()}
    kept = {key for key, user in cast.items() if SchoolExample.objects.kept_by(user).exists()}
    assert seen == ASHDOWN
    assert kept == KEEPERS


def test_an_ect_does_not_see_what_is_beside_a_mentors_section(cast, school, sign_in):
    example = add(section("for-mentors"), school, values(), by=cast["ben"])
    assert not SchoolExample.objects.visible_to(cast["amira"]).exists()
    assert SchoolExample.objects.visible_to(cast["priya"]).get() == example
    assert sign_in(cast["amira"]).get(example.get_absolute_url()).status_code == 404


def test_a_mentor_of_yesterday_neither_sees_nor_keeps_them(cast, school):
    add(section(), school, values(), by=cast["ben"])
    post = Post.objects.get(user=cast["ben"])
    Post.objects.filter(pk=post.pk).update(starts_on=timezone.localdate() - timezone.timedelta(days=9))
    end_post(post, on=timezone.localdate() - timezone.timedelta(days=1), by=None)
    ben = User.objects.get(pk=cast["ben"].pk)
    assert not SchoolExample.objects.visible_to(ben).exists()
    with pytest.raises(Refused, match="Only people who look after ECTs"):
        add(section(), school, values(title="Another"), by=ben)


@pytest.mark.parametrize("key", ["amira", "helen", "colin", "olive"])
def test_nobody_else_adds_changes_or_removes_one(cast, school, key):
    example = add(section(), school, values(), by=cast["grace"])
    for attempt in (
        lambda by: add(section(), school, values(), by=by),
        lambda by: change(example, values(), revision=0, by=by),
        lambda by: remove(example, by=by),
    ):
        with pytest.raises(Refused):
            attempt(cast[key])
    assert SchoolExample.objects.get().revision == 0


@pytest.mark.parametrize(
    ("added_by", "removed_by"), [("ben", {"ben", "grace", "ruth", "joan"}), ("grace", {"grace", "ruth", "joan"})]
)
def test_an_example_is_removed_by_whoever_added_it_and_by_those_who_look_after_the_school(
    cast, school, added_by, removed_by
):
    example = add(section(), school, values(), by=cast[added_by])
    change(example, values(text="Changed."), revision=0, by=cast["priya"])  # which does not make it hers
    may = {key for key, user in cast.items() if SchoolExample.objects.removable_by(user).exists()}
    assert may == removed_by
    for key in KEEPERS - may:
        with pytest.raises(Refused, match="not yours to remove"):
            remove(example, by=cast[key])
    assert SchoolExample.objects.exists()


def test_a_page_shows_what_is_removed_before_it_is(cast, school, sign_in):
    example = add(section(), school, values(), by=cast["ben"])
    url, client = reverse("examples:remove", args=[example.pk]), sign_in(cast["ben"])
    assert url in client.get(example.get_absolute_url()).content.decode()
    page = client.get(url).content.decode()
    for words in ("Pairs", "Look.", "You cannot get it back."):
        assert words in page
    assert SchoolExample.objects.exists()
    assert "Removed." in client.post(url, follow=True).content.decode()
    assert not SchoolExample.objects.exists()


def test_whoever_may_not_remove_an_example_is_told_who_may(cast, school, sign_in):
    example = add(section(), school, values(), by=cast["ben"])
    url, client = reverse("examples:remove", args=[example.pk]), sign_in(cast["priya"])
    page = client.get(example.get_absolute_url()).content.decode()
    assert url not in page
    assert "Whoever added it, the induction tutor, the headteacher or the school administrator can remove it." in page
    assert (client.get(url).status_code, client.post(url).status_code) == (403, 403)


def test_events_tell_who_did_what_in_which_part_and_not_a_word_of_it(cast, school):
    example = add(section(), school, values(text="Secret words"), by=cast["joan"])
    pk = example.pk
    change(example, values(text="Other words"), revision=0, by=cast["ben"])
    remove(example, by=cast["ruth"])
    events = Event.objects.filter(subject="content.schoolexample", subject_id=pk)
    assert [(event.what, event.by.name, event.role) for event in events] == [
        ("add_example", "Joan Pike", "school_admin"),
        ("change_example", "Ben Carter", "mentor"),
        ("remove_example", "Ruth Bennett", "head"),
    ]
    assert all(event.induction is None and "words" not in str(event.detail) for event in events)


# What each kind asks for


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        (WORDS, ["Pairs in Year 8", "They turn to each other first."]),
        (LINK, ['href="https://ashdown.example/pairs"', "On ashdown.example"]),
        (VIDEO, ['href="https://video.example/1"', "Video on video.example, 2 minutes 30 seconds"]),
    ],
)
def test_each_kind_is_shown_beside_the_text_with_who_and_when(cast, school, sign_in, sent, shown):
    answer = sign_in(cast["grace"]).post(url_to_add(school), sent)
    assert answer.url == reverse("examples:list", args=[school.pk])
    for key in ("amira", "ben", "joan"):
        page = page_of(sign_in(cast[key]))
        for words in [*shown, "Ashdown School: Grace Okafor, " + f"{timezone.localdate():%-d %B %Y}"]:
            assert words in page
    for key in ("zofia", "colin", "olive"):
        assert sent["title"] not in page_of(sign_in(cast[key]))


@pytest.mark.parametrize(
    ("sent", "message"),
    [
        ({}, "Enter a title"),
        ({**WORDS, "text": " "}, "Write the example in words"),
        ({**WORDS, "text": "x" * 5001}, "Shorten this to 5000 characters or fewer"),
        ({**WORDS, "kind": "song"}, "Select a valid choice"),
        ({**LINK, "link": ""}, "Enter the address"),
        ({**LINK, "link": "http://ashdown.example/"}, "Enter a whole address that begins with https://"),
        ({**LINK, "link": "javascript:alert(1)"}, "Enter a whole address that begins with https://"),
        ({**VIDEO, "video": ""}, "Enter the address"),
        ({**VIDEO, "minutes": "", "seconds": "0"}, "Say how long the video is"),
        ({**VIDEO, "minutes": "-1"}, "“Minutes” must be 0 or more"),
        ({**VIDEO, "seconds": "60"}, "“Seconds” must be 59 or less"),
        ({"kind": "file", "title": "A file"}, "Choose a file"),
        (
            {"kind": "file", "title": "A file", "file": a_file("pairs.pdf", b"<html>")},
            "is not the pdf file that its name",
        ),
        ({"kind": "file", "title": "A file", "file": a_file("pairs.exe")}, "must be a PDF, a Word document"),
    ],
)
def test_what_is_missing_or_wrong_is_said_beside_the_field(cast, school, sign_in, private_files, sent, message):
    page = sign_in(cast["joan"]).post(url_to_add(school), sent).content.decode()
    assert message in page
    assert not SchoolExample.objects.exists()
    assert stored(private_files) == []


def test_a_video_of_more_than_three_minutes_is_kept_with_a_warning_beside_its_length(cast, school, sign_in):
    client = sign_in(cast["ben"])
    page = client.post(url_to_add(school), {**VIDEO, "minutes": "3", "seconds": "1"}, follow=True)
    assert page.redirect_chain[-1][0] == SchoolExample.objects.get().get_absolute_url()
    assert "This video takes 3 minutes 1 second." in page.content.decode()
    page = client.post(page.redirect_chain[-1][0], {**VIDEO, "minutes": "3", "seconds": "", "revision": 0}, follow=True)
    assert page.redirect_chain[-1][0] == reverse("examples:list", args=[school.pk])
    assert "3 minutes" in page.content.decode()
    assert "This video takes" not in client.get(SchoolExample.objects.get().get_absolute_url()).content.decode()


def test_only_what_belongs_to_the_kind_is_kept(cast, school, sign_in):
    sign_in(cast["ben"]).post(url_to_add(school), {**VIDEO, **WORDS, "link": LINK["link"]})
    example = SchoolExample.objects.get()
    assert (example.url, example.seconds, example.text) == ("", None, WORDS["text"])


def test_the_database_refuses_an_example_without_what_its_kind_needs(cast, school):
    for wrong in [values(text=""), values(kind="link"), values(kind="video", url="https://x"), values(kind="file")]:
        wrong.pop("file")
        with pytest.raises(IntegrityError), transaction.atomic():
            SchoolExample.objects.create(school=school, section=section(), saved_by=cast["ben"], **wrong)


# Files


def test_a_file_is_kept_under_a_made_up_name_and_given_back_as_a_download(cast, school, sign_in, private_files):
    sent = {"kind": "file", "title": "A sheet", "file": a_file("Sheet “one”.pdf")}
    sign_in(cast["grace"]).post(url_to_add(school), sent)
    (kept,) = stored(private_files)
    assert kept.suffix == ""
    example = SchoolExample.objects.get()
    for key in ("amira", "priya", "ruth"):
        download = sign_in(cast[key]).get(reverse("examples:file", args=[example.pk]))
        assert b"".join(download.streaming_content) == PDF
        assert download["Content-Disposition"].startswith("attachment;")
        assert download["Content-Type"] == "application/pdf"
        assert download["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'; sandbox"
        assert download["X-Content-Type-Options"] == "nosniff"
    assert sign_in(cast["zofia"]).get(reverse("examples:file", args=[example.pk])).status_code == 404


def test_what_is_no_file_cannot_be_downloaded(cast, school, sign_in):
    example = add(section(), school, values(), by=cast["grace"])
    assert sign_in(cast["grace"]).get(reverse("examples:file", args=[example.pk])).status_code == 404


def test_a_file_that_is_missing_from_the_storage_is_not_found(cast, school, sign_in, private_files):
    example = add(section(), school, values(kind="file", text="", file=a_file()), by=cast["grace"])
    (kept,) = stored(private_files)
    kept.unlink()
    assert sign_in(cast["grace"]).get(reverse("examples:file", args=[example.pk])).status_code == 404


def test_a_file_stays_until_another_takes_its_place_or_the_example_goes(
    cast, school, sign_in, private_files, django_capture_on_commit_callbacks
):
    client = sign_in(cast["grace"])
    client.post(url_to_add(school), {"kind": "file", "title": "A sheet", "file": a_file()})
    example = SchoolExample.objects.get()
    url = example.get_absolute_url()
    assert "“pairs.pdf” stays unless you choose another" in client.get(url).content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        client.post(url, {"kind": "file", "title": "The sheet", "revision": 0})
    assert SchoolExample.objects.get().title == "The sheet"
    assert len(stored(private_files)) == 1
    with django_capture_on_commit_callbacks(execute=True):
        client.post(url, {"kind": "file", "title": "A board", "file": a_file("b.png", PNG), "revision": 1})
    (kept,) = stored(private_files)
    assert kept.read_bytes() == PNG
    with django_capture_on_commit_callbacks(execute=True):
        client.post(url, {**WORDS, "revision": 2})
    assert stored(private_files) == []
    assert SchoolExample.objects.get().file_name == ""
    client.post(url, {"kind": "file", "title": "A board", "file": a_file("b.png", PNG), "revision": 3})
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("examples:remove", args=[example.pk]))
    assert stored(private_files) == []
    assert not SchoolExample.objects.exists()


AGAIN = '<a href="#id_file">Choose your file again</a>'


@pytest.mark.parametrize("wrong", [{"title": ""}, {"kind": ""}])
def test_a_file_beside_another_fault_is_asked_for_again(cast, school, sign_in, private_files, wrong):
    sent = {"kind": "file", "title": "A sheet", "file": a_file()} | wrong
    assert AGAIN in sign_in(cast["grace"]).post(url_to_add(school), sent).content.decode()
    assert stored(private_files) == []


def test_a_file_is_not_asked_for_again_where_none_was_sent_or_none_is_wanted(cast, school, sign_in):
    client = sign_in(cast["grace"])
    for sent in [{"kind": "file", "title": ""}, {**WORDS, "title": "", "file": a_file()}]:
        assert AGAIN not in client.post(url_to_add(school), sent).content.decode()


def test_a_file_that_meets_another_version_is_asked_for_again(cast, school, sign_in, private_files):
    example = add(section(), school, values(), by=cast["ben"])
    change(example, values(text="Saved first."), revision=0, by=cast["grace"])
    client = sign_in(cast["ben"])
    sent = {"kind": "file", "title": "A sheet", "revision": 0}
    page = client.post(example.get_absolute_url(), {**sent, "file": a_file()})
    assert page.status_code == 409
    assert AGAIN in page.content.decode()
    client.post(example.get_absolute_url(), {**sent, "revision": 1, "file": a_file()})
    (kept,) = stored(private_files)
    assert kept.read_bytes() == PDF


# Adding, changing, removing


def test_a_double_click_adds_once(cast, school, private_files):
    first = add(section(), school, values(), by=cast["ben"])
    assert add(section(), school, values(), by=cast["ben"]) == first
    assert add(section(), school, values(title="Other"), by=cast["ben"]) != first
    sheet = values(kind="file", text="")
    assert add(section(), school, sheet | {"file": a_file()}, by=cast["ben"]) == add(
        section(), school, sheet | {"file": a_file()}, by=cast["ben"]
    )


def test_another_file_of_the_same_name_and_title_is_another_example(cast, school, private_files):
    sheet = values(kind="file", text="")
    first = add(section(), school, sheet | {"file": a_file()}, by=cast["ben"])
    as_long = PDF.replace(b"1 0 obj", b"2 0 obj")
    for content in (as_long, PDF + b"\n"):
        assert add(section(), school, sheet | {"file": a_file(content=content)}, by=cast["ben"]) != first
    assert sorted(path.read_bytes() for path in stored(private_files)) == sorted([PDF, as_long, PDF + b"\n"])


def test_the_same_words_more_than_a_minute_later_are_no_double_click(cast, school):
    first = add(section(), school, values(), by=cast["ben"])
    SchoolExample.objects.update(saved_at=timezone.now() - timezone.timedelta(seconds=61))
    assert add(section(), school, values(), by=cast["ben"]) != first


def test_a_section_that_asks_for_none_gets_none(cast, school, sign_in):
    with pytest.raises(Refused, match="asks for no example"):
        add(section("welcome"), school, values(), by=cast["ben"])
    assert sign_in(cast["ben"]).get(url_to_add(school, "welcome")).status_code == 404


def test_a_page_that_is_out_of_date_shows_both_versions_and_can_be_saved_then(cast, school, sign_in):
    example = add(section(), school, values(kind="video", url="https://a.example/", seconds=90), by=cast["ben"])
    change(example, values(text="Saved first."), revision=0, by=cast["grace"])
    sent = {**LINK, "text": "Typed meanwhile.", "revision": 0}
    page = sign_in(cast["ben"]).post(example.get_absolute_url(), sent)
    assert page.status_code == 409
    html = page.content.decode()
    assert "Saved first." in html
    assert "Typed meanwhile." in html
    assert (
        'value="1"'
        in html.split('name="revision"')[1].split(">")[0] + html.split('name="revision"')[0].rsplit("<", 1)[1]
    )
    sign_in(cast["ben"]).post(example.get_absolute_url(), {**sent, "revision": 1})
    assert SchoolExample.objects.get().text == "Typed meanwhile."
    with pytest.raises(Stale):
        change(example, values(), revision=1, by=cast["ben"])


def test_a_second_click_on_save_counts_once_and_meets_no_other_version(cast, school, sign_in, private_files):
    sheet = values(kind="file", text="", file=a_file())
    example = add(section(), school, sheet, by=cast["ben"])
    client = sign_in(cast["ben"])
    sent = {"kind": "file", "title": "Renamed", "revision": 0}
    for _ in range(2):
        assert client.post(example.get_absolute_url(), sent).status_code == 302
    assert SchoolExample.objects.get().revision == 1
    assert Event.objects.filter(what="change_example").count() == 1
    page = client.post(example.get_absolute_url(), {**sent, "file": a_file("b.png", PNG)})
    assert page.status_code == 409


@pytest.mark.parametrize("change", [WORDS, {"kind": "file", "title": "Mine", "file": PNG}])
def test_another_mentors_file_is_not_taken_away_by_changing_the_example(cast, school, sign_in, private_files, change):
    example = add(section(), school, values(kind="file", text="", file=a_file()), by=cast["priya"])
    sent = {**change, "revision": 0} | ({"file": a_file("b.png", PNG)} if "file" in change else {})

    page = sign_in(cast["ben"]).post(example.get_absolute_url(), sent)
    assert page.status_code == 409
    assert "not yours to replace" in page.content.decode()
    assert change["title"] in page.content.decode()
    assert [kept.read_bytes() for kept in stored(private_files)] == [PDF]

    renamed = sign_in(cast["ben"]).post(example.get_absolute_url(), {"kind": "file", "title": "New", "revision": 0})
    assert renamed.status_code == 302
    assert SchoolExample.objects.get().title == "New"


def test_changing_what_somebody_has_removed_is_refused_and_removing_it_again_is_no_fault(cast, school, sign_in):
    example = add(section(), school, values(), by=cast["ben"])
    stale = SchoolExample.objects.get()
    remove(example, by=cast["grace"])
    remove(stale, by=cast["ben"])
    with pytest.raises(Refused, match="has removed this example"):
        change(stale, values(), revision=0, by=cast["ben"])
    assert sign_in(cast["ben"]).get(stale.get_absolute_url()).status_code == 404


def test_an_example_removed_between_reading_and_saving_is_told_and_what_was_typed_stays(
    cast, school, sign_in, monkeypatch
):
    example = add(section(), school, values(), by=cast["ben"])
    real = change

    def removed_first(found, *args, **kwargs):
        remove(found, by=cast["grace"])
        return real(SchoolExample(pk=example.pk, school=school), *args, **kwargs)

    monkeypatch.setattr("content.examples.actions.change", removed_first)
    page = sign_in(cast["ben"]).post(example.get_absolute_url(), {**WORDS, "revision": 0})
    assert page.status_code == 409
    assert WORDS["title"] in page.content.decode()
    assert "has removed this example" in page.content.decode()


def test_an_ect_sees_an_example_and_may_not_change_it(cast, school, sign_in):
    example = add(section(), school, values(), by=cast["ben"])
    client = sign_in(cast["amira"])
    assert client.get(example.get_absolute_url()).status_code == 403
    assert client.post(reverse("examples:remove", args=[example.pk])).status_code == 403
    assert client.get(reverse("examples:list", args=[school.pk])).status_code == 403
    assert "Add an example" not in page_of(client)


# Where it is shown


def test_our_examples_lists_every_place_that_asks_for_one_and_what_is_there(cast, school, sign_in):
    add(section(), school, values(title="Ours"), by=cast["ben"])
    birchwood = Induction.objects.get(ect=cast["zofia"]).school
    add(section(), birchwood, values(title="Theirs"), by=cast["helen"])
    page = " ".join(sign_in(cast["joan"]).get(reverse("examples:list", args=[school.pk])).content.decode().split())
    assert "What pairs look like here." in page
    assert "What mentors do here." in page
    assert "Nothing yet." in page
    assert "Ours" in page
    assert "Theirs" not in page
    assert url_to_add(school, "for-mentors") in page


def test_what_a_pack_has_dropped_is_still_listed_where_the_school_has_something(cast, school, sign_in):
    add(section(), school, values(title="Ours"), by=cast["ben"])
    load(to_read("        school_example: What pairs look like here.\n"))
    url = reverse("examples:list", args=[school.pk])
    client = sign_in(cast["joan"])
    assert "Ours" in client.get(url).content.decode()
    assert "Ours" not in page_of(client)
    load(to_read("- slug: talking", "- slug: gone"))
    page = client.get(url).content.decode()
    assert "No longer in the programme" in page
    assert url_to_add(school) not in page


def test_before_anything_asks_for_one_the_list_says_so(cast, sign_in):
    school = Induction.objects.get(ect=cast["amira"]).school
    page = sign_in(cast["joan"]).get(reverse("examples:list", args=[school.pk])).content.decode()
    assert "No section that is loaded asks for an example." in page


def test_a_place_without_an_example_says_what_belongs_there(cast, school, sign_in):
    assert "Nothing has been added here yet. The programme asks schools to show: What pairs look like here." in page_of(
        sign_in(cast["amira"])
    )
    page = page_of(sign_in(cast["ben"]))
    assert "What the programme asks for here" in page
    assert url_to_add(school) in page


def test_whoever_keeps_the_examples_of_two_schools_chooses_for_which(cast, school, sign_in):
    other = Induction.objects.get(ect=cast["zofia"])
    Post.objects.filter(user=cast["daniel"]).delete()
    Post.objects.create(user=cast["ben"], role="mentor", induction=other, starts_on=other.starts_on)
    page = page_of(sign_in(cast["ben"]))
    assert "Add an example for Ashdown School" in page
    assert "Add an example for Birchwood Academy" in page


def test_the_page_of_a_school_leads_its_people_there(cast, school, sign_in):
    link = reverse("examples:list", args=[school.pk])
    assert link in sign_in(cast["grace"]).get(school.get_absolute_url()).content.decode()
    assert link not in sign_in(cast["colin"]).get(school.get_absolute_url()).content.decode()


def test_what_people_write_is_shown_as_text(cast, school, sign_in):
    wild = "<b>Wild</b>"
    add(section(), school, values(title=wild, text=wild), by=cast["ben"])
    for page in [
        page_of(sign_in(cast["amira"])),
        sign_in(cast["ben"]).get(reverse("examples:list", args=[school.pk])).content.decode(),
    ]:
        assert wild not in page
        assert "&lt;b&gt;Wild&lt;/b&gt;" in page


def test_a_page_asks_as_often_for_thirty_examples_as_for_one(
    cast, school, sign_in, django_assert_max_num_queries, django_assert_num_queries
):
    client = sign_in(cast["ben"])
    add(section(), school, values(), by=cast["ben"])
    pages = [section().get_absolute_url(), reverse("examples:list", args=[school.pk])]
    counts = []
    for url in pages:
        client.get(url)
        with django_assert_max_num_queries(14) as asked:
            client.get(url)
        counts.append(len(asked))
    for number in range(30):
        add(section(), school, values(title=f"Example {number}"), by=cast["ben"])
    for url, count in zip(pages, counts, strict=True):
        with django_assert_num_queries(count):
            client.get(url)
    assert max(counts) <= 12

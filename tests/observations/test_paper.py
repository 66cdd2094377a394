"""A paper version in place of the answers."""

import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from observations.actions import attach_paper, save, take_step
from observations.workflow import State
from people.actions import Refused
from people.models import Event

from .conftest import answers, digests, fresh, person

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 32


def document():
    """The least that counts as a Word document."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("word/document.xml", "<document/>")
    return held.getvalue()


def a_file(name="notes.pdf", content=PDF):
    return SimpleUploadedFile(name, content)


def stored(folder):
    return [path for path in folder.rglob("*") if path.is_file()]


def address(proforma, page="paper/"):
    return f"/experts/{proforma.pk}/{page}"


@pytest.mark.parametrize(
    ("name", "content"), [("notes.pdf", PDF), ("Notes and “more”.PNG", PNG), ("ноты.docx", document())]
)
def test_a_paper_version_is_kept_under_a_made_up_name_and_given_back(cast, make, sign_in, private_files, name, content):
    proforma, client = make(), sign_in(cast["amira"])
    assert "It takes the place of the questions" in client.get(address(proforma, "paper/upload/")).content.decode()

    page = client.post(address(proforma, "paper/upload/"), {"paper": a_file(name, content)}, follow=True)

    assert "Paper version added" in page.content.decode()
    (kept,) = stored(private_files)
    assert kept.suffix == ""
    assert kept.read_bytes() == content
    for key in ("amira", "ben"):
        download = sign_in(cast[key]).get(address(proforma))
        assert b"".join(download.streaming_content) == content
        assert download["Content-Disposition"].startswith("attachment;")
        assert download["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'; sandbox"
        assert download["X-Content-Type-Options"] == "nosniff"
        assert "no-store" in download["Cache-Control"]
    assert fresh(proforma).paper_name == name


@pytest.mark.parametrize(
    ("upload", "message"),
    [
        (a_file("notes.pdf", b"<html><script>alert(1)</script></html>"), "is not the pdf file that its name says"),
        (a_file("notes.png", PDF), "is not the png file that its name says"),
        (a_file("notes.html", b"<html></html>"), "must be a PDF, a Word document"),
        (a_file("notes.pdf", b""), "The selected file is empty"),
        (None, "Choose a file for “Scan or photograph”"),
    ],
)
def test_a_file_that_is_not_what_it_says_is_refused(cast, make, sign_in, private_files, upload, message):
    proforma = make()

    page = sign_in(cast["amira"]).post(address(proforma, "paper/upload/"), {"paper": upload} if upload else {})

    assert message in page.content.decode()
    assert stored(private_files) == []
    assert not fresh(proforma).paper


def test_a_file_that_is_too_large_is_refused(cast, make, sign_in, settings):
    settings.UPLOAD_LIMIT = 20
    proforma = make()

    page = sign_in(cast["amira"]).post(address(proforma, "paper/upload/"), {"paper": a_file()})

    assert "must be smaller than" in page.content.decode()
    assert not fresh(proforma).paper


def test_another_file_takes_the_place_of_the_first(
    cast, make, sign_in, private_files, django_capture_on_commit_callbacks
):
    proforma, client = make(), sign_in(cast["amira"])
    with django_capture_on_commit_callbacks(execute=True):
        client.post(address(proforma, "paper/upload/"), {"paper": a_file()})
        client.post(address(proforma, "paper/upload/"), {"paper": a_file("better.png", PNG)})

    (kept,) = stored(private_files)
    assert kept.read_bytes() == PNG
    assert fresh(proforma).paper_name == "better.png"
    assert "Download better.png" in client.get(address(proforma, "paper/upload/")).content.decode()


def test_the_paper_version_is_taken_away_for_good(
    cast, make, sign_in, private_files, django_capture_on_commit_callbacks
):
    proforma, client = make(), sign_in(cast["amira"])
    client.post(address(proforma, "paper/upload/"), {"paper": a_file()})

    with django_capture_on_commit_callbacks(execute=True):
        pages = [client.post(address(proforma, "paper/upload/"), {"remove": "1"}, follow=True) for _ in range(2)]

    assert all("Paper version removed" in page.content.decode() for page in pages)
    assert stored(private_files) == []
    assert client.get(address(proforma)).status_code == 404
    assert [event.what for event in Event.objects.about(proforma)][2:] == ["attach_paper", "remove_paper"]


def test_a_paper_version_that_is_missing_from_the_storage_is_not_found(cast, make, sign_in, private_files):
    proforma, client = make(), sign_in(cast["amira"])
    client.post(address(proforma, "paper/upload/"), {"paper": a_file()})
    (kept,) = stored(private_files)
    kept.unlink()
    assert client.get(address(proforma)).status_code == 404


def test_a_paper_version_stands_for_the_answers_but_not_for_expert_and_day(cast, make, sign_in):
    proforma, client, amira = make(), sign_in(cast["amira"]), person(cast["amira"])
    attach_paper(proforma, a_file(), by=amira)
    assert "the questions may stay empty" in client.get(address(proforma, "fill-in/")).content.decode()

    assert fresh(proforma).missing() == {"happened_on": "When it took place"}
    happened_on = answers()["happened_on"]
    save(
        proforma,
        {"expert_name": "Wilhelmina Quince", "happened_on": happened_on},
        seen=digests(proforma),
        by=amira,
    )
    take_step(fresh(proforma), "complete", by=amira)

    assert fresh(proforma).state == State.COMPLETED
    assert "Download notes.pdf" in client.get(address(proforma, "")).content.decode()


def test_a_finished_proforma_keeps_its_paper_version(cast, make, sign_in):
    proforma = make(State.COMPLETED)

    with pytest.raises(Refused):
        attach_paper(proforma, a_file(), by=person(cast["amira"]))
    for sent in ({"paper": a_file()}, {"remove": "1"}):
        page = sign_in(cast["amira"]).post(address(proforma, "paper/upload/"), sent, follow=True)
        assert "To change it, choose “Change what you wrote”" in page.content.decode()

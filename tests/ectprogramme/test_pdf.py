"""HTML to PDF: what the standards ask, what readers see, and what is never fetched."""

import datetime
import io
import json
import socket
import subprocess
import sys

import page
import pypdf
import pytest
from django.template import engines
from django.utils.html import escape
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ectprogramme import pdf
from ectprogramme.pdf import fonts

NAMES = "Łukasz Şebnem Nguyễn Ελένη Юлия שָׁלוֹם محمّد Adébáyọ̀"
MADE_AT = datetime.datetime(2027, 4, 4, 16, 40, tzinfo=datetime.timezone(datetime.timedelta(hours=1)))
RECORD = """{% extends "pdf/base.html" %}{% block title %}Review of {{ who }}{% endblock %}
{% block caption %}Spring term{% endblock %}{% block heading %}{{ who }}{% endblock %}
{% block body %}
<p class="lead">A <em>short</em> <strong>summary</strong>.</p>
<div class="note"><p>Something to know.</p></div>
<h2>Facts</h2>
<table class="summary"><tbody><tr><th scope="row">Name</th><td>{{ who }}</td></tr></tbody></table>
<h2>Words</h2>
<h3>Question</h3><p class="answer">{{ words }}</p><ul><li>One</li></ul>
<table class="list"><caption>Visits</caption>
<thead><tr><th scope="col">Date</th><th scope="col">Focus</th></tr></thead>
<tbody>{% for day in days %}<tr><td>{{ day }} March</td><td>Questions</td></tr>{% endfor %}</tbody></table>
<h2>Signatures</h2>
<table class="signatures"><thead><tr><th scope="col">Signed by</th><th scope="col">When</th></tr></thead>
<tbody><tr><th scope="row">{{ who }}</th><td>4 April 2027 at 16:40</td></tr></tbody></table>
{% endblock %}"""
DATES = '<meta name="dcterms.created" content="2027-04-04"><meta name="dcterms.modified" content="2027-04-04">'
SMALL = f'<html lang="en-GB"><head><title>A title</title>{DATES}</head><body>%s</body></html>'


def record(who=NAMES):
    context = {"who": who, "words": "One.\r\n\r\nTwo.", "days": range(1, 31), "made_at": MADE_AT, "code": "7KQ4-M2XD"}
    return engines["django"].from_string(RECORD).render(context)


def faults(document):
    """What an independent validator finds against PDF/A-3a and PDF/UA-1.

    It miscounts a compressed stream that happens to end in a carriage return, which is no fault.
    """
    found = [f for profile in ("pdfa3a", "ua1") for f in page.validate_pdf_bytes(document, profile=profile).failures]
    return {f"{fault.rule_id}: {fault.message}" for fault in found if "STREAM-LENGTH" not in fault.rule_id}


def read(document):
    return pypdf.PdfReader(io.BytesIO(document), strict=True)


@pytest.fixture(scope="module")
def rendered():
    return pdf.render(record(), attachments={"record.json": json.dumps({"who": NAMES}).encode()})


def test_a_record_is_archivable_and_accessible(rendered):
    assert page.is_pdf_compliant_bytes(rendered, profile="pdfa3a")
    assert page.is_pdf_compliant_bytes(rendered, profile="ua1")
    assert not faults(rendered)


def test_the_validator_notices_what_is_neither():
    from weasyprint import HTML

    assert faults(HTML(string=record()).write_pdf())


def test_a_record_says_its_title_language_and_dates(rendered):
    reader = read(rendered)
    assert reader.metadata.title == f"Review of {NAMES}"
    assert reader.metadata.creation_date == reader.metadata.modification_date == MADE_AT
    assert reader.trailer["/Root"]["/Lang"] == "en-GB"


def test_every_page_says_confidential_the_code_and_its_number(rendered):
    pages = [sheet.extract_text() for sheet in read(rendered).pages]
    assert len(pages) > 1
    for number, text in enumerate(pages, 1):
        assert "Confidential" in text
        assert "Record 7KQ4-M2XD" in text
        assert f"Page {number} of {len(pages)}" in text


def test_table_headers_say_what_they_head(rendered):
    reader = read(rendered)
    objects = [reader.get_object(number) for number in range(1, int(reader.trailer["/Size"]))]
    headers = [item for item in objects if isinstance(item, dict) and item.get("/S") == "/TH"]
    scopes = {str(item["/P"]["/P"]["/S"]): str(item["/A"]["/Scope"]) for item in headers}
    assert scopes == {"/THead": "/Column", "/TBody": "/Row"}


def test_names_keep_their_letters(rendered):
    text = read(rendered).pages[0].extract_text().replace("\N{ZERO WIDTH SPACE}", "")
    for name in NAMES.split():
        assert name in text
    assert fonts.REPLACEMENT not in text


def test_names_are_drawn_in_our_fonts_only(rendered):
    embedded = {name.get_object()["/BaseFont"][8:] for name in read(rendered).pages[0]["/Resources"]["/Font"].values()}
    assert embedded == {"Record", "Record-Bold", "Record-Fallback", "Record-Fallback-Bold"}


def test_an_attachment_comes_back_as_it_was(rendered):
    reader = read(rendered)
    assert {name: [json.loads(data) for data in held] for name, held in reader.attachments.items()} == {
        "record.json": [{"who": NAMES}]
    }
    [file] = {reference.idnum: reference.get_object() for reference in reader.trailer["/Root"]["/AF"]}.values()
    assert file["/AFRelationship"] == "/Data"
    assert file["/EF"]["/F"]["/Subtype"] == "/application/json"


def test_equal_input_gives_equal_bytes_whatever_was_rendered_between():
    attachments = {"b.json": b"{}", "a.json": b"[]"}
    first = pdf.render(record(), attachments=attachments)
    assert pdf.render(record("Somebody Else"), attachments=attachments) != first
    assert pdf.render(record(), attachments=dict(reversed(attachments.items()))) == first


@pytest.mark.parametrize("part", ['lang="en-GB"', "<title>A title</title>", *DATES.replace("><", ">|<").split("|")])
def test_a_document_without_language_title_or_dates_is_refused(part):
    with pytest.raises(ValueError, match="needs a language, a title"):
        pdf.render((SMALL % "<p>Text</p>").replace(part, ""))


def test_nothing_is_fetched_from_the_network_or_from_files(tmp_path, caplog):
    secret = tmp_path / "secret.json"
    secret.write_text('{"secret": true}')
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        elsewhere = f"http://127.0.0.1:{server.getsockname()[1]}"
        document = pdf.render(
            SMALL
            % f"""<link rel="stylesheet" href="{elsewhere}/a.css"><style>@import url({elsewhere}/b.css);</style>
            <img src="{elsewhere}/c.png" alt="A picture"><img src="{secret.as_uri()}" alt="A file">
            <a rel="attachment" href="{secret.as_uri()}">A file</a>
            <style>@font-face {{ font-family: Other; src: url({elsewhere}/d.otf) }}</style>"""
        )
        with pytest.raises(BlockingIOError):
            server.accept()
    assert not read(document).attachments
    assert caplog.text.count("Not fetched") >= 5


def test_a_character_that_no_font_has_is_told_and_replaced():
    text = "Li Míng 李明, 李 👩🏽\x00\ud800\ue000 \ufff9"
    assert pdf.missing_characters(text) == "李明👩🏽\x00\ud800\ue000\ufff9"
    document = pdf.render(SMALL % f"<p>{text}</p>")
    assert not faults(document)
    assert f"Li Míng {fonts.REPLACEMENT * 2}, {fonts.REPLACEMENT}" in read(document).pages[0].extract_text()


def test_all_names_of_the_cast_can_be_drawn():
    assert pdf.missing_characters(NAMES + fonts.REPLACEMENT + " \t\r\n\v\f\N{LINE SEPARATOR}") == ""


def test_a_line_break_of_a_word_processor_is_a_line_break():
    assert fonts.legible("a\vb\fc\N{LINE SEPARATOR}d") == "a\nb\nc\nd"


@given(st.text(min_size=1, max_size=80) | st.text(st.sampled_from(sorted(fonts.drawable())), max_size=80))
@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
def test_any_text_can_be_archived(text):
    assert not faults(pdf.render(SMALL % f"<p>{escape(text)}</p><p><b>{escape(text)}</b></p>"))


def test_the_heavy_libraries_are_loaded_only_when_needed():
    program = (
        "import sys, ectprogramme.pdf; print([m for m in ('weasyprint', 'pyhanko', 'fontTools') if m in sys.modules])"
    )
    assert subprocess.run([sys.executable, "-c", program], capture_output=True, text=True).stdout.strip() == "[]"

"""The form pack's fields: dates in three boxes, times of day, long text, uploads."""

import datetime
import io
import zipfile

import pytest
from bs4 import BeautifulSoup
from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.template import Context
from hypothesis import given
from hypothesis import strategies as st

from ectprogramme import gov


class Meeting(gov.Form):
    held_on = gov.DateField(label="Date of meeting")
    begins = gov.TimeField(label="Start time", required=False)


def meeting(day, month, year, begins=""):
    return Meeting({"held_on-day": day, "held_on-month": month, "held_on-year": year, "begins": begins})


def page(form):
    return BeautifulSoup(gov.render_form(form, Context(), gov.layout_of(form)), "html.parser")


@given(st.dates(min_value=datetime.date(1000, 1, 1)))
def test_every_date_is_read_as_it_is_shown(date):
    shown = page(Meeting(initial={"held_on": date}))
    typed = {box["name"]: box["value"] for box in shown.find_all("input", inputmode="numeric")}
    form = Meeting(typed)
    assert form.is_valid()
    assert form.cleaned_data["held_on"] == date


@given(st.text(max_size=5), st.text(max_size=12), st.text(max_size=6))
def test_whatever_is_typed_for_a_date_is_a_date_or_an_error_and_is_kept(day, month, year):
    form = meeting(day, month, year)
    assert form.is_valid() or form.errors["held_on"]
    assert form["held_on"].value() == (day.strip(), month.strip(), year.strip())


@pytest.mark.parametrize("month", ["11", "Nov", "november", " NOVEMBER "])
def test_a_month_may_be_a_name(month):
    form = meeting("22", month, "2026")
    assert form.is_valid()
    assert form.cleaned_data["held_on"] == datetime.date(2026, 11, 22)


@pytest.mark.parametrize(
    ("typed", "message", "box"),
    [
        (("", "", ""), "Enter a date for “Date of meeting”", "day"),
        (("", "11", "2026"), "Date of meeting must include a day", "day"),
        (("22", "", "2026"), "Date of meeting must include a month", "month"),
        (("22", "", ""), "Date of meeting must include a month and year", "month"),
        (("22", "11", ""), "Date of meeting must include a year", "year"),
        (("22", "11", "26"), "Year must include 4 numbers", "year"),
        (("31", "11", "2026"), "Date of meeting must be a real date", "day"),
        (("x", "11", "2026"), "Date of meeting must be a real date", "day"),
        (("²", "11", "2026"), "Date of meeting must be a real date", "day"),
    ],
)
def test_a_wrong_date_says_what_is_wrong_and_leads_to_the_box(typed, message, box):
    assert list(gov.error_links(meeting(*typed))) == [(f"id_held_on-{box}", message)]


@pytest.mark.parametrize(("label", "what"), [("When did you meet?", "Date"), (None, "Date"), ("Start", "Start")])
def test_a_wrong_date_is_named_by_its_label_unless_that_is_a_question(label, what):
    with pytest.raises(forms.ValidationError) as refused:
        gov.DateField(label=label).clean(("31", "2", "2026"))
    assert refused.value.messages == [f"{what} must be a real date"]


def test_a_refused_date_comes_back_as_it_was_typed_with_the_wrong_box_marked():
    boxes = page(meeting("22", "", "2026")).find_all("input", inputmode="numeric")
    assert [box.get("value") for box in boxes] == ["22", None, "2026"]
    assert ["govuk-input--error" in box["class"] for box in boxes] == [False, True, False]


def test_a_date_that_cannot_be_changed_stays():
    class Fixed(gov.Form):
        held_on = gov.DateField(disabled=True)

    form = Fixed({"held_on-day": "1"}, initial={"held_on": datetime.date(2026, 11, 22)})
    assert form.is_valid()
    assert form.cleaned_data["held_on"] == datetime.date(2026, 11, 22)


def test_a_date_is_left_out_only_when_none_of_its_boxes_was_sent():
    widget = gov.DateField().widget
    assert widget.value_omitted_from_data({"held_on": ""}, {}, "held_on")
    assert not widget.value_omitted_from_data({"held_on-month": ""}, {}, "held_on")


@pytest.mark.parametrize(
    ("typed", "time"),
    [
        ("9:30", (9, 30)),
        ("930", (9, 30)),
        ("0930", (9, 30)),
        ("9.30am", (9, 30)),
        ("9:30 pm", (21, 30)),
        ("9pm", (21, 0)),
        ("12am", (0, 0)),
        ("12.15 P.M.", (12, 15)),
        (" 14:05 ", (14, 5)),
        ("00:00", (0, 0)),
    ],
)
def test_a_time_is_read_in_the_ways_people_write_it(typed, time):
    form = meeting("1", "1", "2026", typed)
    assert form.is_valid()
    assert form.cleaned_data["begins"] == datetime.time(*time)


@pytest.mark.parametrize("typed", ["9", "24:00", "9:60", "13pm", "0am", "half nine", "9:3", "٩:30", "9:30\x00"])
def test_what_is_no_time_is_refused_and_kept(typed):
    form = meeting("1", "1", "2026", typed)
    assert form.errors == {"begins": ["Enter a time, like 9:30am or 14:30"]}
    assert page(form).find(id="id_begins")["value"] == typed


@given(st.times().map(lambda time: time.replace(second=0, microsecond=0)))
def test_every_time_is_read_as_it_is_shown(time):
    field = gov.TimeField()
    assert field.clean(field.prepare_value(time)) == time


def test_a_time_may_be_missing_or_a_time_already():
    assert gov.TimeField(required=False).clean("") is None
    assert gov.TimeField().clean(datetime.time(9, 30)) == datetime.time(9, 30)


def test_the_end_of_a_line_counts_as_one_character():
    field = gov.TextAreaField(max_length=3)
    assert field.clean("a\r\nb") == "a\nb"
    with pytest.raises(forms.ValidationError, match="Shorten this to 3 characters or fewer: it has 4"):
        field.clean("a\r\nbc")


def test_long_text_may_be_missing():
    assert gov.TextAreaField(required=False).clean("") == ""
    assert gov.TextAreaField(required=False, empty_value=None).clean(None) == ""


@pytest.mark.parametrize("typed", ["\nfirst line is blank", "\r\nblank", "plain"])
def test_text_that_begins_with_a_blank_line_keeps_it(typed):
    class Notes(forms.Form):
        text = forms.CharField(widget=forms.Textarea, strip=False)

    html = gov.render_form(Notes(initial={"text": typed}), Context(), gov.layout_of(Notes()))
    shown = html.partition("<textarea")[2].partition(">")[2].partition("</textarea>")[0]
    assert shown == typed if typed == "plain" else shown == f"\n{typed}"  # a browser leaves out the first end of a line


def archive(*names, size=10, cut=None):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
        for name in names:
            made.writestr(name, b"x" * size)
    return file.getvalue()[:cut]


PDF = b"%PDF-1.7\n1 0 obj\n"
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00\x00\x00\rIHDR" + b"\x00" * 50
JPG = b"\xff\xd8\xff\xe0\x00\x10JFIF" + b"\x00" * 50
EXE = b"MZ\x90\x00" + b"\x00" * 300
GIF_AND_SCRIPT = b"GIF89a/*" + b"\x00" * 20 + b"*/=1;alert(1)"
DOCX = archive("[Content_Types].xml", "_rels/.rels", "word/document.xml")
XLSX = archive("xl/workbook.xml", "[Content_Types].xml")
LATE_DOCX = archive("docProps/app.xml", *(f"customXml/item{n}.xml" for n in range(9)), "word/document.xml")


def refusal(name, content):
    """What is said about an upload; nothing when it is accepted."""
    field = gov.UploadField()
    try:
        upload = field.clean(SimpleUploadedFile(name, content))
    except forms.ValidationError as refused:
        return refused.messages[0]
    assert upload.read() == content  # from its beginning
    return ""


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("plan.pdf", PDF),
        ("PLAN.PDF", PDF),
        ("picture.png", PNG),
        ("picture.jpg", JPG),
        ("picture.jpeg", JPG),
        ("notes.docx", DOCX),
        ("notes.docx", LATE_DOCX),
        ("table.xlsx", XLSX),
    ],
)
def test_a_file_that_is_what_it_says_is_accepted(name, content):
    assert refusal(name, content) == ""


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("plan.pdf", EXE),
        ("plan.pdf", GIF_AND_SCRIPT),
        ("picture.png", GIF_AND_SCRIPT),
        ("picture.png", JPG),
        ("plan.pdf", b"<html><script>alert(1)</script>"),
        ("notes.docx", XLSX),
        ("notes.docx", PDF),
        ("notes.docx", archive("readme.txt")),
        ("notes.docx", archive("word/document.xml", "xl/workbook.xml")),
        ("notes.docx", archive("word/document.xml", cut=60)),
        ("notes.docx", DOCX[:-10] + b"\xff" * 10),
    ],
    ids=lambda given: given if isinstance(given, str) else f"{len(given)} bytes",  # an archive has the time in it
)
def test_a_file_that_is_not_what_it_says_is_refused(name, content):
    extension = name.partition(".")[2]
    assert refusal(name, content).startswith(f"The selected file is not the {extension} file that its name says")


@pytest.mark.parametrize(
    "name", ["run.exe", "page.html", "picture.gif", "picture.svg", "plan.pdf.exe", "plan", "macro.docm"]
)
def test_other_kinds_of_file_are_refused(name):
    assert refusal(name, PDF).startswith("The selected file must be a PDF, a Word document")


def test_an_empty_file_is_refused():
    assert refusal("plan.pdf", b"") == "The selected file is empty"


def test_a_file_over_the_limit_is_refused(settings):
    settings.UPLOAD_LIMIT = 1024**2
    assert refusal("plan.pdf", PDF.ljust(1024**2)) == ""
    assert refusal("plan.pdf", PDF.ljust(1024**2 + 1)) == "The selected file must be smaller than 1 MB"


def test_an_archive_that_unpacks_to_more_than_ten_times_the_limit_is_refused(settings):
    settings.UPLOAD_LIMIT = 10_000
    assert refusal("notes.docx", archive("word/document.xml", size=100_000)) == ""
    assert refusal("notes.docx", archive("word/document.xml", size=100_001))


@given(st.integers(0, len(DOCX) - 1), st.integers(0, 255))
def test_a_damaged_archive_is_no_error_of_ours(place, byte):
    refusal("notes.docx", DOCX[:place] + bytes([byte]) + DOCX[place + 1 :])


def test_an_upload_may_be_missing():
    assert gov.UploadField(required=False).clean(None) is None


@pytest.mark.parametrize("typed", ["3:30", "3.30", "130", "6:59"])
def test_a_time_that_may_be_either_half_of_the_day_is_asked_again(typed):
    with pytest.raises(ValidationError, match="morning or the afternoon"):
        gov.TimeField().clean(typed)


@pytest.mark.parametrize("typed", ["03:30", "3:30am", "3:30pm", "7:15", "0130"])
def test_a_time_that_says_its_half_of_the_day_or_cannot_be_mistaken_is_taken(typed):
    assert gov.TimeField().clean(typed)


def test_a_day_beyond_all_numbers_is_no_date():
    with pytest.raises(ValidationError, match="must be a real date"):
        gov.DateField(label="Date").clean(("9" * 30, "1", "2026"))

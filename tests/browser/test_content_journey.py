"""A programme from its files to its readers: a changed pack, both sides of a section, a school's example, an audit."""

import re

from django.conf import settings
from playwright.sync_api import expect

PACK = settings.BASE / "fixtures" / "packs" / "assessment-for-learning.yaml"
OLD, NEW = "Lesson Study is one way of doing so.", "A lesson that you plan together is one way of doing so."
STUDY = "/content/studies/assessment-elective-5/"
EXAMPLE = "Exit tickets in Year 8"


def load(olive, text):
    """Through the upload page, with the worker."""
    olive.opens("/content/upload/")
    olive.page.get_by_label("Packs", exact=True).set_input_files(
        [{"name": PACK.name, "mimeType": "application/yaml", "buffer": text.encode()}]
    )
    olive.presses("Show what would change")
    olive.sees_heading("What loading these packs would do")
    olive.presses("Load these packs")
    olive.sees_heading("These packs are loaded")


def rate(ect, moment, scale):
    """Every statement of the audit with this option of the scale; then the rating is complete."""
    ect.presses(f"Rate the {moment}")
    options = ect.page.get_by_role("radio", name=scale, exact=True)
    expect(options.first).to_be_attached()
    for option in options.all():
        option.check()
    ect.sees_saved()
    ect.presses(f"Complete the {moment}")


def test_a_changed_pack_reaches_its_readers_a_school_adds_to_it_and_an_audit_is_rated_twice(someone, tmp_path):
    text = PACK.read_text(encoding="utf-8")
    assert OLD in text

    # The programme administrator loads the pack with a sentence changed.
    olive = someone("olive")
    load(olive, text.replace(OLD, NEW))

    # The ECT reads it; the mentor reads the mentor's side with the ECT's beside it.
    amira, ben, zofia = someone("amira"), someone("ben"), someone("zofia")
    amira.opens(f"{STUDY}summary/")
    amira.sees(NEW)
    ben.opens(f"{STUDY}mentor-reflective-practice/")
    expect(ben.page.locator(".app-beside__side")).to_have_count(2)
    assert amira.page.request.get(f"{STUDY}mentor-reflective-practice/").status == 404

    # The induction tutor adds the school's own example, which another school does not see.
    grace = someone("grace")
    grace.opens(f"{STUDY}reflective-practice/")
    grace.follows("Add an example")
    grace.enters(EXAMPLE, "What do you call it?")
    grace.chooses("A link", "What is it?")
    grace.enters("https://videos.example/exit-tickets", "Address of the link")
    grace.presses("Add the example")
    for reader in (amira, ben):
        reader.opens(f"{STUDY}reflective-practice/")
        expect(reader.page.get_by_role("link", name=EXAMPLE)).to_be_visible()
    zofia.opens(f"{STUDY}reflective-practice/")
    zofia.sees_heading("Developing your reflective practice")
    expect(zofia.page.get_by_text(EXAMPLE)).to_have_count(0)

    # An ECT rates the module at its start and at its end, and takes both along as a PDF.
    zofia.goes_to("Learning log")
    zofia.follows("Module audits")
    zofia.page.get_by_role("button", name=re.compile("^Begin")).click()
    zofia.page.get_by_role("navigation", name="Back").get_by_role("link").click()
    rate(zofia, "start", "I need support with this")
    rate(zofia, "end", "I can help others with this")
    zofia.sees("Start and end side by side")
    expect(zofia.page.get_by_role("img", name=re.compile("start", re.IGNORECASE)).filter(visible=True)).to_be_visible()
    with zofia.page.expect_download() as download:
        zofia.presses("Download as a PDF")
    assert download.value.path().read_bytes().startswith(b"%PDF-")

    load(olive, text)
    amira.opens(f"{STUDY}summary/")
    amira.sees(OLD)

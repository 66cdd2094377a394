"""A school adapts the template of its meetings, in a browser that runs no scripts, and each page on the way is looked at."""

import re

from playwright.sync_api import expect


def sees_first(person, *titles):
    """The page has sections with these titles, numbers and all, before any others."""
    legends = person.page.locator(".app-section > legend")
    for place, title in enumerate(titles):
        expect(legends.nth(place)).to_have_text(title)


def test_a_template_is_adapted_put_to_use_and_taken_back(someone):
    helen = someone("helen", java_script_enabled=False)
    helen.opens("/schools/2/")
    helen.follows("Meeting templates")
    helen.presses("Adapt Mentor and ECT meeting")
    helen.sees_heading("Adapt a meeting template")

    section = helen.page.get_by_role("group", name="2. Praise strengths", exact=True)
    section.get_by_text("What it asks").click()
    section.get_by_label("Title").fill("Glow")
    helen.presses("Move down Check-in")
    sees_first(helen, "1. Glow", "2. Check-in")
    expect(helen.page.locator("button[name=down][value=check_in]")).to_be_focused()
    helen.presses("Add a section One choice")
    last = helen.page.get_by_role("group", name=re.compile("New section"))
    expect(last.get_by_label("Title")).to_be_focused()
    last.get_by_label("Title").fill("Mood")
    last.get_by_label("Options").fill("Sunny")
    last.get_by_label("Title").press("Enter")  # saves, and moves nothing
    helen.sees("Enter 2 or more, each on a line of its own")
    mood = helen.page.get_by_role("group", name=re.compile(r"\d+\. Mood"))
    mood.get_by_label("Options").fill("Sunny\nCloudy")
    helen.presses("Save and preview")
    helen.sees("Draft saved. It is not in use yet.")
    expect(helen.page.get_by_label("Glow", exact=True)).to_be_disabled()
    expect(helen.page.get_by_label("Cloudy", exact=True)).to_be_disabled()

    helen.follows("Go on writing")
    helen.page.get_by_label("Introduction").fill("Ten minutes are enough.")
    helen.presses("Save and start using it")
    helen.presses("Start using it")
    helen.sees("Your version is in use. Meetings planned from now on ask it.")

    daniel = someone("daniel")
    daniel.opens("/cycles/")
    daniel.presses("Plan a meeting with Zofia Łukaszewska")
    daniel.presses("Plan the meeting")
    daniel.enters("Clear questions", "Glow")
    daniel.chooses("Cloudy", "Mood (optional)")
    daniel.sees_saved()

    helen.follows("Go back to the programme’s own")
    helen.presses("Go back to the programme’s own")
    helen.sees("Meetings planned from now on ask the programme’s own questions.")
    daniel.page.reload()
    daniel.sees_written("Clear questions", "Glow")

    helen.page.get_by_role("main").get_by_role("listitem").get_by_role("link", name="Mentor and ECT meeting").click()
    helen.presses("Begin a draft from this version")
    sees_first(helen, "1. Glow", "2. Check-in")


def test_every_page_of_adapting(someone, examiner, complaints):
    complaints.expect("409 (Conflict)")  # what a stale page is answered with
    ruth = someone("ruth")
    ruth.opens("/schools/1/")
    ruth.follows("Meeting templates")
    ruth.sees_heading("Meeting templates")
    found = examiner.faults(ruth.page)
    ruth.presses("Adapt Refocus: choosing a focus")
    ruth.sees_heading("Adapt a meeting template")
    found += examiner.faults(ruth.page)
    ruth.presses("Add a section List")
    ruth.sees("Your last changes are not saved yet.")
    found += examiner.faults(ruth.page)
    other = ruth.in_another_window()
    ruth.presses("Save")
    found += examiner.faults_after_error(ruth.page)
    other.enters("Ours", "Title of the meeting")
    other.presses("Save")
    other.sees("Draft saved.")
    section = ruth.page.get_by_role("group", name=re.compile("New section"))
    section.get_by_label("Title").fill("Visits")
    section.get_by_label("Columns").fill("Whom\nWhen")
    ruth.presses("Save")
    ruth.sees("Two versions")
    found += examiner.faults(ruth.page)
    ruth.presses("Save and preview")
    ruth.sees("Draft saved.")
    found += examiner.faults(ruth.page)
    for link in ("Start using it", "Discard the draft"):
        ruth.follows(link)
        ruth.sees_heading(link)
        found += examiner.faults(ruth.page)
        ruth.page.go_back()
    ruth.follows("Discard the draft")
    ruth.presses("Discard the draft")
    ruth.sees("The draft is discarded.")
    found += examiner.faults(ruth.page)
    ruth.page.get_by_role("main").get_by_role("listitem").get_by_role("link", name="Refocus: choosing a focus").click()
    ruth.sees("Begin a draft from this version")
    found += examiner.faults(ruth.page)
    assert found == []

"""Reading as ECT and as mentor, with a reflection that is written as one reads and then shared."""

from playwright.sync_api import expect

WORDS = "I ask one question to the whole class and read what they write."


def test_an_ect_reads_writes_and_shares_and_the_mentor_opens_it(someone):
    zofia = someone("zofia")
    zofia.goes_to("Reading")
    zofia.sees("In year 2 since")
    zofia.opens("/content/studies/assessment-elective-5/introduction/")  # it is listed once it is agreed on or begun
    zofia.sees_heading("Introduction")
    expect(zofia.page.get_by_role("heading", name="Primary: Mr Lewis")).to_be_visible()
    for heading in ("Developing your reflective practice", "Working with others to develop your practice"):
        zofia.presses("Done, next section")
        zofia.sees_heading(heading)
    zofia.presses("Done, next section")
    zofia.types(WORDS, "Your reflection")
    zofia.sees_saved()

    zofia.goes_to("Reading")
    zofia.follows("See year 1")
    zofia.sees("3 of 6 sections done, 12 minutes left")
    zofia.follows("Continue")
    zofia.sees_heading("Applying your learning: scenarios")
    zofia.sees_written(WORDS, "Your reflection")
    zofia.presses("Share with my mentor")
    zofia.sees("Shared. Your mentor has been told.")

    daniel = someone("daniel")
    daniel.goes_to("Reading")
    daniel.follows("Zofia Łukaszewska: Applying your learning: scenarios")
    daniel.sees("Zofia Łukaszewska can take it back until you read it.")
    daniel.presses("Open and read")
    daniel.sees(WORDS)
    daniel.page.get_by_role("navigation", name="Back").get_by_role("link").click()
    daniel.sees("What the mentor reads")


def test_the_sides_stand_beside_one_another_on_a_desk_and_below_on_a_phone(someone):
    ben = someone("ben")
    sides = ben.page.locator(".app-beside__side")
    for width, beside in ((1280, True), (320, False)):
        ben.page.set_viewport_size({"width": width, "height": 800})
        ben.opens("/content/studies/assessment-elective-5/mentor-reflective-practice/")
        first, second = sides.nth(0).bounding_box(), sides.nth(1).bounding_box()
        assert (first["x"] + first["width"] <= second["x"]) == beside
        assert (first["y"] + first["height"] <= second["y"]) == (not beside)

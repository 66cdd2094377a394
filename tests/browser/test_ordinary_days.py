"""What happens on ordinary days: two people write at once, a line is cut, a session ends, a button is pressed twice."""

import itertools
import re

import pytest
from playwright.sync_api import expect

from tests.browser.people import Person, until

MINUTES = itertools.count(1)


def a_meeting_of(mentor, ect) -> str:
    """Plans a meeting for this test alone: one at the very time of another would be that one."""
    mentor.opens("/cycles/")
    mentor.presses(f"Plan a meeting with {ect}")
    mentor.enters(f"8:{next(MINUTES):02}am", "Time")
    mentor.presses("Plan the meeting")
    mentor.sees("Meeting planned.")
    return mentor.path


def test_two_people_write_in_different_sections_and_nothing_is_lost(someone):
    daniel, zofia = someone("daniel"), someone("zofia")
    meeting = a_meeting_of(daniel, "Zofia Łukaszewska")
    zofia.opens(meeting)
    daniel.types("You waited for everybody.", "Praise strengths")
    zofia.types("I forgot the starter.", "Probe areas for development")
    daniel.sees_saved()
    zofia.sees_saved()
    daniel.types("Three seconds after each question", "Focus")
    daniel.sees_saved()
    daniel.sees_written("I forgot the starter.", "Probe areas for development")  # it came with the answer to a save
    zofia.page.reload()
    for person in (daniel, zofia):
        person.sees_written("You waited for everybody.", "Praise strengths")
        person.sees_written("I forgot the starter.", "Probe areas for development")


def test_two_people_write_in_the_same_section_and_see_both_versions(someone):
    daniel, zofia = someone("daniel"), someone("zofia")
    meeting = a_meeting_of(daniel, "Zofia Łukaszewska")
    zofia.opens(meeting)
    daniel.types("Year 8 on Thursday", "Plan")
    daniel.sees_saved()
    zofia.types("Year 9 on Friday", "Plan")
    zofia.sees("Daniel Reid wrote something different here while you were writing.")
    zofia.sees("Year 8 on Thursday")
    zofia.sees_written("Year 9 on Friday", "Plan")
    zofia.types("Year 8 on Thursday and Year 9 on Friday", "Plan")
    for _ in range(2):
        zofia.presses("Save")
        expect(zofia.page.get_by_role("alert").filter(has_text="There is a problem")).to_be_visible()
        expect(zofia.page.locator(".govuk-error-summary")).to_be_focused()
    zofia.follows("Choose which text to keep in “Plan”: Daniel Reid wrote something different")
    expect(zofia.box("Plan")).to_be_focused()
    daniel.page.reload()
    daniel.sees_written("Year 8 on Thursday", "Plan")
    zofia.presses("Keep mine")
    zofia.sees("Saved.")
    daniel.page.reload()
    daniel.sees_written("Year 8 on Thursday and Year 9 on Friday", "Plan")


def test_two_windows_of_one_person_show_both_versions_of_a_report(someone, complaints):
    complaints.expect("409")
    grace = someone("grace")
    grace.opens_last("Progress review", "Amira Khan")
    grace.presses("Fill in")
    other = grace.in_another_window()
    grace.types("Calm lessons", "Reasons for your answer")
    grace.sees_saved()
    other.types("Lively lessons", "Reasons for your answer")
    other.sees("Your last changes are not saved: somebody has changed this since you opened it.")
    other.presses("Save draft")
    other.sees("Two versions")
    other.sees("Calm lessons")
    other.sees_written("Lively lessons", "Reasons for your answer")
    other.presses("Save draft")
    other.sees("Draft saved.")
    other.sees("Lively lessons")


def test_a_button_that_is_pressed_while_a_save_is_under_way_waits_for_it(someone):
    grace = someone("grace")
    grace.opens_last("Progress review", "Amira Khan")
    grace.presses("Fill in")
    held = []
    grace.page.route(
        lambda url: True,
        lambda route: route.continue_() if held or not route.request.headers.get("hx-request") else held.append(route),
    )
    grace.types("Lessons begin on time", "Reasons for your answer")
    until(lambda: held or grace.page.wait_for_timeout(50), "no save was sent")
    grace.page.keyboard.type(" and end on time")
    grace.presses("Save draft")
    held[0].continue_()
    grace.sees("Draft saved.")
    grace.sees("Lessons begin on time and end on time")


def test_something_that_cannot_be_saved_yet_is_told_and_disturbs_nothing(someone):
    helen = someone("helen")
    helen.opens_last("Final formal assessment", "Zofia Łukaszewska")
    helen.presses("Fill in")
    helen.types("a few", "Days absent in this period")
    expect(helen.page.get_by_role("status")).to_contain_text("not yet")
    expect(helen.page.get_by_role("heading", level=1)).to_have_count(1)
    helen.types("2", "Days absent in this period")
    helen.sees_saved()


def test_what_is_emptied_unticked_or_taken_away_is_saved_too_and_nothing_else_is_lost(someone):
    grace = someone("grace")
    grace.opens_last("First formal assessment", "Amira Khan")  # no other test writes in this one
    grace.presses("Fill in")
    report = grace.path
    grace.types("Calm lessons", "Reasons for your answer")
    grace.types("Two observations", "The evidence that you drew on")
    grace.types("Wait three seconds.", "Target")
    grace.ticks("The ECT has agreed these targets")
    grace.sees_saved()
    grace.opens(report)
    grace.presses("Add another target")
    target = grace.page.get_by_role("group", name="Target 2", exact=True)
    target.get_by_label("Target", exact=True).press_sequentially("Ask everybody.")
    target.get_by_role("checkbox").first.check()
    agreed = grace.page.get_by_label("The ECT has agreed these targets")
    expect(agreed).not_to_be_checked()  # though all of the page was sent, since nobody had saved its second row
    grace.sees("The targets have changed: tick again that the ECT has agreed them.")
    agreed.check()
    grace.sees_saved()
    grace.opens(report)
    expect(agreed).to_be_checked()
    expect(target.get_by_label("Target", exact=True)).to_have_value("Ask everybody.")
    target.get_by_role("checkbox").first.uncheck()
    expect(agreed).not_to_be_checked()
    agreed.check()
    grace.sees_saved()
    agreed.uncheck()
    grace.types("", "Reasons for your answer")
    grace.sees_saved()
    grace.opens(report)
    expect(target.get_by_role("checkbox").first).not_to_be_checked()
    expect(agreed).not_to_be_checked()
    grace.sees_written("", "Reasons for your answer")
    grace.sees_written("Two observations", "The evidence that you drew on")
    grace.presses("Remove target 2")
    grace.types("Fewer words", "Reasons for your answer")
    grace.sees_saved()
    grace.opens(report)
    grace.sees_written("Wait three seconds.", "Target")
    grace.sees_written("Fewer words", "Reasons for your answer")


def test_two_people_type_at_the_same_moment_and_a_save_takes_only_ones_own(someone):
    daniel, zofia = someone("daniel"), someone("zofia")
    meeting = a_meeting_of(daniel, "Zofia Łukaszewska")
    zofia.opens(meeting)
    with zofia.page.expect_request(lambda request: request.method == "POST") as saving:
        zofia.types("I forgot the starter.", "Probe areas for development")
    hidden = re.compile(r"seen-.*|csrfmiddlewaretoken|opened_by|revision|.*-")
    assert [name for name in saving.value.post_data_json if not hidden.fullmatch(name)] == ["answer_probe"]
    daniel.types("You waited.", "Praise strengths")
    daniel.sees_saved()
    zofia.page.reload()
    zofia.sees_written("I forgot the starter.", "Probe areas for development")
    zofia.sees_written("You waited.", "Praise strengths")


BEHIND_THE_LINE = """() => {
    const [box, line] = [document.activeElement, document.querySelector(".app-sticky")].map((one) => one.getBoundingClientRect());
    return box.top >= line.top && box.bottom <= line.bottom;
}"""


def test_nothing_that_has_the_focus_is_behind_the_line_that_says_what_is_saved(someone):
    daniel = someone("daniel", viewport={"width": 320, "height": 640})
    a_meeting_of(daniel, "Zofia Łukaszewska")
    page = daniel.page
    page.get_by_role("group", name="Date of the follow-up observation (optional)").get_by_label("Day").fill("1")
    daniel.types("soon", "How long, in minutes (optional)")
    daniel.sees("but not yet: Date of the follow-up observation")  # a long line on a phone
    page.evaluate("scrollTo(0, 0)")
    page.get_by_role("link", name="Skip to main content").focus()
    reached, hidden = [], []
    while page.evaluate("document.activeElement.closest('footer') === null"):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.id || document.activeElement.textContent"))
        if page.evaluate(BEHIND_THE_LINE):
            hidden.append(reached[-1])
    assert "id_follow_up_on-year" in reached
    assert len(reached) > 40
    assert hidden == []


@pytest.mark.parametrize("width", [320, 1280])
def test_links_lead_to_the_sections_of_a_meeting(someone, width):
    daniel = someone("daniel", viewport={"width": width, "height": 640})
    a_meeting_of(daniel, "Zofia Łukaszewska")
    contents = daniel.page.get_by_role("navigation", name="On this page")
    contents.get_by_text("On this page").click()
    contents.get_by_role("link", name="Plan", exact=True).click()
    expect(daniel.box("Plan")).to_be_in_viewport()


def test_a_cut_line_is_told_and_everything_is_saved_when_it_is_back(someone, complaints):
    complaints.expect("ERR_INTERNET_DISCONNECTED")
    complaints.expect("htmx:")
    daniel = someone("daniel")
    a_meeting_of(daniel, "Zofia Łukaszewska")
    daniel.page.context.set_offline(True)
    daniel.types("Written in a tunnel", "Practise")
    daniel.sees("Your last changes are not saved yet. We keep trying.")
    daniel.page.context.set_offline(False)
    daniel.sees_saved()
    daniel.page.reload()
    daniel.sees_written("Written in a tunnel", "Practise")


def test_a_session_that_ended_is_told_and_everything_is_saved_after_signing_in_elsewhere(someone, complaints):
    complaints.expect("403 (Forbidden)")
    complaints.expect("Response Status Error")
    tom = someone("tom")
    tom.opens("/reviews/")
    tom.follows("Comment")
    comment = tom.path
    tom.page.context.clear_cookies()
    tom.types("Written after the session had ended", "Your comment")
    tom.sees("Your session has ended.")
    other = tom.in_another_window()
    other.sign_in()
    tom.sees_saved()
    other.opens(comment)
    other.sees_written("Written after the session had ended", "Your comment")


def test_a_form_that_came_after_the_session_had_ended_is_sent_again_by_one_press(someone, complaints):
    complaints.expect("403 (Forbidden)")
    daniel = someone("daniel")
    a_meeting_of(daniel, "Zofia Łukaszewska")
    daniel.follows("Cancel this meeting")
    daniel.enters("The library is closed.", "Why is the meeting not taking place? (optional)")
    daniel.page.context.clear_cookies()
    daniel.presses("Cancel the meeting")
    daniel.sees_heading("Your session has ended")
    daniel.in_another_window().sign_in()
    daniel.presses("Send my form again")
    daniel.sees("Meeting cancelled.")
    daniel.sees("The library is closed.")


def test_nothing_is_saved_as_somebody_elses_who_signs_in_in_the_same_browser(someone, complaints):
    complaints.expect("403 (Forbidden)")
    complaints.expect("Response Status Error")
    tom = someone("tom")
    tom.opens("/reviews/")
    tom.follows("Comment")
    grace = Person("grace", tom.page)
    grace.sign_in()
    tom.types("Not for Grace to say", "Your comment")
    tom.sees("Your session has ended.")
    tom.presses("Save draft")
    tom.sees_heading("Somebody else is signed in")
    tom.sees("Tom Hughes opened this form, and Grace Okafor is signed in now.")
    expect(tom.page.get_by_text("Not for Grace to say")).to_be_hidden()
    tom.in_another_window().sign_in()
    tom.presses("Send my form again")
    tom.sees("Draft saved.")


def test_a_button_pressed_twice_or_in_two_windows_counts_once(someone, site, complaints):
    complaints.expect("409 (Conflict)")
    grace = someone("grace")
    grace.opens_last("Progress review", "Tom Hughes")
    site.begins_today(grace.path)
    grace.presses("Fill in")
    grace.fills_in_the_report()
    grace.presses("Save and continue to release")
    other = grace.in_another_window()
    grace.page.get_by_role("button", name="Release to ECT").dblclick()
    grace.sees("Released. The ECT has been asked to comment.")
    report = grace.path
    other.presses("Release to ECT")
    other.sees_heading("Nothing to do here now")
    grace.opens(report)
    expect(grace.page.get_by_role("listitem").filter(has_text="released it to the ECT")).to_have_count(1)


def test_going_back_after_sending_breaks_nothing(someone):
    daniel = someone("daniel")
    a_meeting_of(daniel, "Zofia Łukaszewska")
    daniel.follows("Cancel this meeting")
    daniel.enters("The school is closed.", "Why is the meeting not taking place? (optional)")
    daniel.presses("Cancel the meeting")
    daniel.sees("Meeting cancelled.")
    daniel.page.go_back()
    daniel.sees("The status of this meeting is “Cancelled”, so you cannot move or cancel it any more.")
    daniel.sees("The school is closed.")


def test_whoever_leaves_a_form_that_is_not_saved_as_it_is_typed_is_asked_first(someone):
    amira = someone("amira")
    amira.opens("/learning/")
    amira.presses("Add an action")
    asked = []
    amira.page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    amira.page.get_by_role("textbox").first.press_sequentially("Try")
    amira.goes_to("Home")
    until(lambda: asked or amira.page.wait_for_timeout(50), "nobody asked")
    assert asked == ["beforeunload"]

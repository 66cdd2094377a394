"""The main jobs in a browser that runs no scripts, and by keyboard alone."""

import re
from datetime import date

import pytest
from playwright.sync_api import expect

PLAIN = {"java_script_enabled": False}


def test_a_meeting_is_written_saved_and_finished(someone):
    priya = someone("priya", **PLAIN)
    priya.opens("/cycles/")
    priya.presses("Plan a meeting with Tom Hughes")
    priya.presses("Plan the meeting")
    priya.enters("Pupils began before you asked.", "Praise strengths")
    priya.presses("Save")
    priya.sees("Saved.")
    priya.sees_written("Pupils began before you asked.", "Praise strengths")

    priya.enters("End with one question that all answer.", "Action step")
    priya.enters("All have written within a minute", "Success criterion", row=1)
    priya.presses("Add a criterion")
    priya.sees_written("All have written within a minute", "Success criterion", row=1)
    priya.enters("You read six answers", "Success criterion", row=2)
    priya.presses("Finish the meeting")
    expect(priya.page).to_have_title("Error: Mentor and ECT meeting – ECT programme")
    priya.enters("Ending lessons", "Focus")
    priya.enters("What did the last ten minutes show?", "Probe areas for development")
    priya.enters("Year 9 on Monday", "Plan")
    priya.enters("Rehearsed once", "Practise")
    priya.presses("Finish the meeting")
    priya.sees("The meeting is finished.")
    priya.presses("Agree")
    priya.sees("You read six answers")


def test_a_proforma_is_filled_in_with_rows_and_completed(someone):
    tom = someone("tom", **PLAIN)
    tom.opens("/experts/")
    tom.presses("Set one up")
    tom.chooses("Discussion", "How?")
    tom.enters("Ending lessons", "Focus")
    tom.presses("Save the arrangements")
    tom.presses("Fill in")
    tom.enters("Sue Brand", "Expert colleague")
    tom.enters_day(date.today(), "When it took place")
    tom.enters("When do you start to end?", "Question", row=1)
    tom.enters("Ten minutes before", "Notes", row=1)
    tom.presses("Add another row")
    tom.enters("What if it runs late?", "Question", row=2)
    tom.presses("Add another row")
    tom.presses("Remove row 3")
    tom.sees_written("When do you start to end?", "Question", row=1)
    tom.enters("I will set an alarm.", "What this suggests, and what I will try")
    tom.presses("Complete")
    tom.sees("Completed. Your mentor has been told.")
    tom.sees("What if it runs late?")


def test_a_report_goes_from_an_empty_page_to_its_review(someone, site):
    helen, zofia, nadia = (someone(key, **PLAIN) for key in ("helen", "zofia", "nadia"))
    helen.opens_last("Progress review", "Zofia Łukaszewska")
    report = helen.path
    site.begins_today(report)
    helen.presses("Fill in")
    helen.enters("Lessons are planned.", "Reasons for your answer")
    helen.presses("Save draft")
    helen.sees("Draft saved. The ECT cannot see it yet.")
    helen.presses("Fill in")
    helen.sees_written("Lessons are planned.", "Reasons for your answer")
    helen.presses("Add another target")
    helen.presses("Remove target 2")
    helen.presses("Save and continue to release")
    expect(helen.page).to_have_title(re.compile("^Error: Fill in: Progress review"))
    helen.fills_in_the_report()
    helen.presses("Save and continue to release")
    helen.presses("Release to ECT")
    helen.sees("Released. The ECT has been asked to comment.")

    zofia.opens(report)
    zofia.presses("Comment")
    zofia.enters("Thank you for the help with planning.", "Your comment")
    zofia.presses("Finish and go on to sign")
    zofia.signs()
    helen.opens(report)
    helen.presses("Sign")
    helen.signs()
    nadia.opens(report)
    nadia.sees("Thank you for the help with planning.")
    nadia.presses("Mark as reviewed")
    nadia.presses("Mark as reviewed")
    nadia.sees("Marked as reviewed.")


@pytest.mark.parametrize("scripts", [True, False])
def test_a_page_promises_to_save_by_itself_only_where_it_does(someone, scripts):
    helen, zofia = (someone(key, java_script_enabled=scripts) for key in ("helen", "zofia"))
    helen.opens_last("Final formal assessment", "Zofia Łukaszewska")
    helen.presses("Fill in")
    _promises(helen, scripts, "It is saved as you type, and you can leave and come back.", "Press ‘Save draft’")
    zofia.opens("/experts/")
    zofia.presses("Set one up")
    zofia.chooses("Discussion", "How?")
    zofia.enters("Ending lessons", "Focus")
    zofia.presses("Save the arrangements")
    zofia.presses("Fill in")
    _promises(zofia, scripts, "It is saved as you type, and you can leave and come back.", "Press ‘Save’")
    amira = someone("amira", java_script_enabled=scripts)
    amira.opens("/learning/audits/")
    amira.page.get_by_role("link", name="Rate the").click()
    _promises(amira, scripts, "It is saved as you choose, and you can leave and come back.", "Press ‘Save’")


def _promises(person, scripts, by_itself, by_the_button):
    """What is not promised is hidden from everybody, screen readers among them."""
    expect(person.page.get_by_text(by_itself)).to_be_visible(visible=scripts)
    expect(person.page.get_by_text(f"{by_the_button} before you leave.")).to_be_visible(visible=not scripts)
    told = person.page.get_by_role("main").aria_snapshot()
    assert (by_itself in told, by_the_button in told) == (scripts, not scripts)


def test_a_form_that_came_after_the_session_had_ended_is_sent_once_more(someone, complaints):
    complaints.expect("403 (Forbidden)")
    daniel = someone("daniel", **PLAIN)
    daniel.opens("/cycles/")
    daniel.presses("Plan a meeting with Zofia Łukaszewska")
    daniel.enters("The library", "Place (optional)")
    daniel.page.context.clear_cookies()
    daniel.presses("Plan the meeting")
    daniel.sees_heading("Your session has ended")
    daniel.sign_in()
    daniel.presses("Send my form again")
    daniel.sees_heading("Send your form once more")
    daniel.presses("Send my form again")
    daniel.sees("The library")


def test_the_keyboard_reaches_everything(someone):
    """Ruth, who has no mouse, skips the menu, and Tom sets up a visit without one."""
    ruth = someone("ruth")
    ruth.opens("/reviews/")
    ruth.page.keyboard.press("Tab")
    expect(ruth.page.get_by_role("link", name="Skip to main content")).to_be_focused()
    expect(ruth.page.get_by_role("link", name="Skip to main content")).to_be_in_viewport()
    ruth.page.keyboard.press("Enter")
    expect(ruth.page.get_by_role("main")).to_be_focused()
    ruth.page.keyboard.press("Tab")
    expect(ruth.page.get_by_role("link", name="Later")).to_be_focused()

    tom = someone("tom")
    tom.opens("/experts/")
    keys = tom.page.keyboard
    tabs_to(tom.page, tom.page.get_by_role("button", name="Set one up"))
    keys.press("Enter")
    tabs_to(tom.page, tom.page.get_by_role("radio", name="Observation"))
    keys.press("Space")
    tabs_to(tom.page, tom.box("Expert colleague"))
    keys.type("David Lowe")
    tabs_to(tom.page, tom.box("Day"))
    for part in ("1", "9", "2030"):
        keys.type(part)
        keys.press("Tab")
    keys.type("9:30am")
    tabs_to(tom.page, tom.box("Focus"))
    keys.type("Asking more than telling")
    tabs_to(tom.page, tom.page.get_by_role("button", name="Save the arrangements"))
    keys.press("Enter")
    tom.sees("Set up. Send the focus to the expert beforehand.")
    tom.sees("Sunday 1 September 2030, 9:30am")


def tabs_to(page, wanted):
    """Presses Tab until this has the focus."""
    wanted.first.wait_for()
    for _ in range(60):
        if wanted.evaluate("(element) => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    pytest.fail(f"Tab does not reach {wanted}")


def test_a_section_is_read_written_beside_and_marked_as_done(someone):
    tom = someone("tom", **PLAIN)
    tom.opens("/content/studies/assessment-elective-5/applying-your-learning/")
    tom.page.get_by_text("Primary: Mr Lewis").click()
    tom.sees("Mr Lewis teaches")
    tom.enters("I read fewer hands and more answers.", "Your reflection")
    tom.presses("Done, next section")
    tom.sees_heading("Summary")
    tom.opens("/content/studies/assessment-elective-5/applying-your-learning/")
    tom.sees_written("I read fewer hands and more answers.", "Your reflection")
    tom.presses("Mark as not done")
    tom.presses("Share with my mentor")
    tom.sees("Shared. Your mentor has been told.")
    tom.follows("Your reflection of")
    tom.presses("Take it back")
    tom.sees("Taken back. Only you can read it now.")

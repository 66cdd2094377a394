"""What the service is for, from the first plan of a meeting to a sealed record that anybody can check."""

import re
import subprocess
from collections import Counter
from datetime import date, timedelta

from playwright.sync_api import expect

from .people import PERSONAS, PHONE, until


def test_from_a_meeting_to_a_sealed_record(someone, new_context, site, tmp_path):
    today = date.today()
    ben, amira = someone("ben", **PHONE), someone("amira")

    # Ben plans a meeting with Amira and writes in it while they talk, on his phone.
    ben.opens("/cycles/")
    ben.presses("Plan a meeting with Amira Khan")
    ben.enters("The staff room", "Place (optional)")
    ben.presses("Plan the meeting")
    ben.sees("Meeting planned.")
    meeting = ben.path
    ben.types("Hearing from every pupil", "Focus")
    ben.enters("Everybody was writing within a minute.", "Praise strengths")
    ben.enters("Whose answers did you not hear?", "Probe areas for development")
    ben.sees_saved()
    ben.page.reload()
    ben.sees_written("Hearing from every pupil", "Focus")
    ben.sees_written("Everybody was writing within a minute.", "Praise strengths")

    # They agree one action step with two criteria, and when Ben comes to see it.
    ben.enters("Count to three before you choose who answers.", "Action step")
    ben.enters("Nobody calls out", "Success criterion", row=1)
    ben.presses("Add a criterion")
    ben.enters("Six different pupils answer", "Success criterion", row=2)
    ben.enters("Year 8 on Thursday, in the starter.", "Plan")
    ben.enters("Rehearsed twice.", "Practise")
    ben.enters_day(today + timedelta(days=7), "Date of the follow-up observation (optional)")
    ben.enters("9:15am", "Time of the follow-up observation (optional)")
    ben.sees_saved()
    ben.presses("Finish the meeting")
    ben.sees("The meeting is finished.")
    ben.presses("Agree")
    ben.sees("You have agreed this meeting.")
    amira.opens(meeting)
    amira.sees("Count to three before you choose who answers.")
    amira.sees("Six different pupils answer")
    amira.presses("Agree")
    amira.sees(f"Agreed by {ben.name}, Mentor")
    amira.sees(f"Agreed by {amira.name}, ECT")
    mailed_once(
        site,
        meeting,
        {(amira, "has planned a meeting with you"), (amira, "has finished your meeting"), (ben, "has agreed")},
    )

    # Amira watches a colleague, and writes down what she saw.
    amira.goes_to("Experts")
    amira.presses("Set one up")
    amira.chooses("Observation", "How?")
    amira.enters("Sue Brand", "Expert colleague")
    amira.enters_day(today, "Day")
    amira.page.get_by_label("Action step that it serves").select_option("Count to three before you choose who answers.")
    amira.presses("Save the arrangements")
    proforma = amira.path
    amira.presses("Fill in")  # the day is that of the plan
    amira.enters("Asks, then counts on her fingers", "Teacher action", row=1)
    amira.enters("Hands go up later, and more of them", "Impact on pupils", row=1)
    amira.presses("Add another row")
    amira.enters("Chooses by lot", "Teacher action", row=2)
    amira.enters("Everybody has an answer ready", "Impact on pupils", row=2)
    amira.enters("I will count on my fingers too.", "What this suggests, and what I will try")
    amira.sees_saved()
    amira.presses("Complete")
    amira.sees("Completed. Your mentor has been told.")
    amira.sees("Everybody has an answer ready")
    mailed_once(site, proforma, {(ben, "has set up"), (ben, "has completed")})

    # Grace sees what is due and what is overdue, writes Amira's review and releases it.
    grace = someone("grace")
    grace.goes_to("Reviews")
    expect(grace.row_about("Overdue").get_by_role("cell").last).to_contain_text(
        re.compile("Fill in|Change and release again|Read")
    )
    due = grace.row_about(amira.name)
    expect(due).to_contain_text(re.compile(r"Progress review, \w+ \d{4}"))
    expect(due.get_by_role("cell", name="ECT has not signed Induction tutor has not signed")).to_be_visible()
    due.get_by_role("link", name="Fill in").click()
    grace.types("Lessons begin calmly, and more pupils answer than in September.", "Reasons for your answer")
    grace.sees_saved()
    grace.presses("Save and continue to release")
    grace.presses("Release to ECT")
    grace.sees("Released. The ECT has been asked to comment.")
    review = grace.path

    # Amira comments and signs, then Grace; both show who they are first.
    amira.opens(review)
    amira.sees("Lessons begin calmly, and more pupils answer than in September.")
    amira.presses("Comment")
    amira.types("I agree. Watching Sue helped.", "Your comment")
    amira.sees_saved()
    amira.presses("Finish and go on to sign")
    amira.signs()
    grace.opens(review)
    grace.sees("I agree. Watching Sue helped.")
    grace.presses("Sign")
    grace.signs()

    # The worker makes the record, and Colin reviews it for the appropriate body.
    colin = someone("colin")
    colin.goes_to("Reviews")
    colin.row_about(amira.name).get_by_role("link", name="Review").click()
    colin.presses("Mark as reviewed")
    colin.presses("Mark as reviewed")
    colin.sees("Marked as reviewed.")
    ruth = PERSONAS["ruth"]
    mailed_once(
        site,
        review,
        {
            (amira, "is ready for you to read and comment on"),
            (grace, "It is your turn to sign"),
            (amira, "Grace Okafor has signed"),
            (ruth, "Grace Okafor has signed"),
            (colin, "It is for you to review now"),
            (amira, "has been reviewed by the appropriate body"),
            (grace, "has been reviewed by the appropriate body"),
            (ruth, "has been reviewed by the appropriate body"),
        },
    )

    # Amira downloads it. Its seal holds for anybody's program, and the service knows it by file and by code.
    amira.opens(review)
    pdf = downloaded(amira)
    code = amira.page.locator(".app-code").inner_text()
    says = pdfsig(pdf, tmp_path)
    assert "Signature Validation: Signature is Valid." in says
    assert "Total document signed" in says
    anybody = new_context().new_page()
    expect(check_code(anybody, code)).to_contain_text("The file that we keep of it is untouched and the newest version")
    expect(check_file(anybody, pdf)).to_contain_text("It is untouched and the newest version")
    within_text = pdf.index(b"stream") + 100
    flipped = pdf[:within_text] + bytes([pdf[within_text] ^ 1]) + pdf[within_text + 1 :]
    expect(check_file(anybody, flipped)).to_contain_text("This record has been changed")
    expect(check_file(anybody, pdf + b"\n% more")).to_contain_text("This record has been changed")


def test_a_report_that_comes_back_is_signed_again_and_makes_the_first_record_an_older_version(someone, new_context):
    colin, tom, grace = someone("colin"), someone("tom"), someone("grace")
    colin.goes_to("Reviews")
    colin.follows("Tom Hughes")
    colin.follows("Return to school")
    colin.enters("Please name the lessons that you watched.", "What has to change?")
    colin.presses("Return to school")
    colin.sees("Returned to the school.")
    review = colin.path

    grace.opens(review)
    grace.sees("Please name the lessons that you watched.")
    first = downloaded(grace)
    grace.presses("Change and release again")
    grace.enters("Year 9 on 3 May, Year 7 on 12 May, and books of both.", "The evidence that you drew on")
    grace.box("Target").first.fill("Check what every pupil has understood, in writing, before moving on.")
    expect(grace.page.get_by_label("The ECT has agreed these targets")).not_to_be_checked()
    grace.ticks("The ECT has agreed these targets")
    grace.sees_saved()
    grace.presses("Save and continue to release")
    grace.presses("Release to ECT")
    tom.opens(review)
    tom.presses("Comment")
    tom.presses("Finish and go on to sign")
    tom.signs()
    grace.opens(review)
    grace.presses("Sign")
    grace.signs()
    grace.sees(re.compile("version 2"))

    anybody = new_context().new_page()
    second = downloaded(grace)
    expect(check_file(anybody, second)).to_contain_text("It is untouched and the newest version")
    expect(check_file(anybody, first)).to_contain_text("It is untouched, but a newer version has been made since.")


def mailed_once(site, path, expected):
    """Everybody got one message for each step about what is at this path, and nothing else."""
    expected = Counter((person.email, words) for person, words in expected)

    def sent():
        texts = [(mail["to"], mail.get_body(("plain",)).get_content()) for mail in site.mail]
        return [(to, text) for to, text in texts if f"{site.url}{path}\n" in text]

    until(lambda: len(sent()) >= len(expected), "messages are missing")
    mails = sent()
    matched = Counter((to, words) for to, words in expected for got, text in mails if got == to and words in text)
    assert (matched, len(mails)) == (expected, len(expected)), mails


def downloaded(person) -> bytes:
    """The record as it is downloaded from the report's page, once the worker has made it."""
    link = person.page.get_by_role("link", name=re.compile("Download the signed record")).first
    address = link.get_attribute("href")
    is_made = "application/pdf"
    until(lambda: person.page.request.get(address).headers["content-type"] == is_made, "no record was made")
    with person.page.expect_download() as download:
        link.click()
    return download.value.path().read_bytes()


def pdfsig(pdf, folder) -> str:
    """What poppler's program says of the seal. It needs a store of certificates; an empty one will do."""
    (folder / "record.pdf").write_bytes(pdf)
    store = f"sql:{folder}"
    subprocess.run(["certutil", "-N", "-d", store, "--empty-password"], check=True)
    return subprocess.run(
        ["pdfsig", "-nssdir", store, folder / "record.pdf"], check=True, capture_output=True, text=True
    ).stdout


def check_file(page, file: bytes):
    page.goto("/check/")
    page.get_by_label("Upload the PDF").set_input_files(
        {"name": "r.pdf", "mimeType": "application/pdf", "buffer": file}
    )
    page.get_by_role("button", name="Check this file").click()
    return page.get_by_role("main")


def check_code(page, code: str):
    page.goto("/check/")
    page.get_by_label("Or enter the code printed on it").fill(code)
    page.get_by_role("button", name="Check this code").click()
    return page.get_by_role("main")

"""What people do in a browser, in the words of the pages."""

import re
import time
from collections.abc import Callable
from urllib.parse import urlsplit

from playwright.sync_api import Locator, Page, expect

from ectprogramme.demonstration import CAST, PASSWORD

PATIENCE = 20  # seconds, on a busy machine
PERSONAS = {persona.key: persona for persona in CAST}
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


def until(true: Callable[[], object], otherwise: str) -> None:
    """Waits until this comes true. (What the browser waits for in its own code is code that our policy forbids.)"""
    give_up = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < give_up, otherwise
        time.sleep(0.1)


class Person:
    """One of the demonstration's people with a browser of their own."""

    def __init__(self, key: str, page: Page) -> None:
        self.key, self.page = key, page
        self.name = PERSONAS[key].name
        self.email = PERSONAS[key].email

    def sign_in(self) -> None:
        """By what the button of the page sends, without the page; no page is open after it."""
        ask = self.page.context.request
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', ask.get("/demonstration/").text())
        answer = ask.post(
            "/demonstration/", form={"csrfmiddlewaretoken": token[1], "persona": self.key}, max_redirects=0
        )
        assert answer.status == 302

    def in_another_window(self) -> "Person":
        """The same person with the same page open once more."""
        other = Person(self.key, self.page.context.new_page())
        other.opens(self.page.url)
        return other

    @property
    def path(self) -> str:
        return urlsplit(self.page.url).path

    def opens(self, path: str) -> None:
        self.page.goto(path)

    def goes_to(self, section: str) -> None:
        """By the menu of the page that is open, or of the home page if none is."""
        if self.page.url == "about:blank":
            self.opens("/")
        self.page.get_by_role("navigation", name="Menu").get_by_role("link", name=section).click()

    def follows(self, link: str) -> None:
        self.page.get_by_role("main").get_by_role("link", name=link).first.click()

    def presses(self, button: str) -> None:
        self.page.get_by_role("button", name=button, exact=True).click()

    def types(self, text: str, label: str, *, row: int = 0) -> None:
        """Types as people do, key by key, in the place of what is there. Saving as it is typed listens to that."""
        box = self.box(label, row=row)
        box.fill("")
        box.press_sequentially(text)

    def enters(self, text: str, label: str, *, row: int = 0) -> None:
        self.box(label, row=row).fill(text)

    def box(self, label: str, *, row: int = 0) -> Locator:
        """The box with this label, in that row where the page has several."""
        place = self.page.get_by_role("group", name=f"Row {row}", exact=True) if row else self.page
        return place.get_by_label(label, exact=True).filter(visible=True)

    def ticks(self, label: str) -> None:
        self.page.get_by_label(label, exact=True).check()

    def chooses(self, option: str, question: str) -> None:
        """The first, since the questions of a reveal stand within the group of the answer that shows them."""
        self.page.get_by_role("group", name=question, exact=True).get_by_label(option, exact=True).first.check()

    def enters_day(self, day, question: str) -> None:
        group = self.page.get_by_role("group", name=question, exact=True)
        for label, value in (("Day", day.day), ("Month", day.month), ("Year", day.year)):
            group.get_by_label(label, exact=True).fill(str(value))

    def confirms_who_they_are(self) -> None:
        self.enters(PASSWORD, "Password")
        self.presses("Confirm")

    def signs(self) -> None:
        """On the page that shows what is to be signed, after showing who they are."""
        self.confirms_who_they_are()
        self.enters(self.name, "Type your name to sign")
        self.presses("Sign")
        self.sees("You have signed")

    def sees(self, text: str | re.Pattern) -> None:
        expect(self.page.get_by_text(text).filter(visible=True).first).to_be_visible()

    def sees_heading(self, text: str) -> None:
        expect(self.page.get_by_role("heading", level=1)).to_have_text(text)

    def sees_written(self, text: str, label: str, *, row: int = 0) -> None:
        expect(self.box(label, row=row)).to_have_value(text)

    def sees_saved(self) -> None:
        """All that was typed is kept: the page says so, and would let this person leave."""
        until(
            lambda: self.page.evaluate("dispatchEvent(new Event('beforeunload', { cancelable: true }))"),
            "nothing was saved",
        )
        expect(self.page.get_by_role("status")).to_have_text(re.compile(r"^\s*Saved at \S+\s*$"))

    def opens_last(self, kind: str, ect: str) -> None:
        """The last report of this kind in the ECT's induction: one that nobody has begun."""
        self.opens("/")
        self.page.get_by_role("rowheader", name=ect, exact=True).get_by_role("link").click()
        self.follows("Dates of reviews and assessments, and why")
        self.page.get_by_role("main").get_by_role("link", name=kind).last.click()

    def fills_in_the_report(self) -> None:
        """Everything that a progress review asks, as short as can be."""
        self.chooses("Yes", "Is the ECT on track to complete their induction?")
        self.enters("Lessons are well planned.", "Reasons for your answer")
        self.enters("Two observations", "The evidence that you drew on")
        before = self.page.get_by_role("group", name="Targets from the report before")
        for met in before.get_by_role("radio", name="Met", exact=True).all():
            met.check()
        self.enters("Ask every pupil once a lesson.", "Target")
        self.ticks("The ECT has agreed these targets")
        self.chooses("Yes", "Has the ECT had their training programme and all other statutory entitlements?")
        self.enters("0", "Days absent in this period")
        self.chooses("Yes", "Will the ECT be at this school next term?")
        self.enters("1", "Full-time equivalent (FTE) next term")

    def row_about(self, text: str) -> Locator:
        """The first row of a list that has this text."""
        return self.page.get_by_role("row").filter(has_text=text).first

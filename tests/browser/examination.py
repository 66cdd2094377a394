"""What holds for every page, at the width of a desk and of a small phone."""

import re

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

AXE = Axe().axe_script
DESK, PHONE = 1280, 320  # pixels

# Found by axe and left as it is: rule, what the element's HTML has in it, and why.
UPSTREAM = [
    ("aria-allowed-attr", "aria-controls", "the design system's script puts aria-expanded on radios with a reveal"),
]

OPEN_ALL = "document.querySelectorAll('details').forEach((folded) => { folded.open = true; })"
RUN = """async () => (await axe.run(document, {resultTypes: ["violations"]})).violations.map(
  (rule) => [rule.id, rule.nodes.map((node) => node.html)])"""
WIDER = """() => [...document.querySelectorAll("body *")].filter(
  (element) => element.getBoundingClientRect().right > innerWidth + 1
).slice(-3).map((element) => element.outerHTML.slice(0, 200))"""
# Each element's place: what it is and in what it stands, but not what it says; and the order of the headings.
PLACES = """() => {
  const telling = /^(aria-|role|type|hidden|disabled|tabindex|scope|for|alt)/;
  const name = (element) => [element.tagName, ...[...element.classList].sort(),
    ...[...element.attributes].map((one) => one.name).filter((one) => telling.test(one)).sort()].join(" ");
  const place = (element) => element ? place(element.parentElement) + "/" + name(element) : "";
  const headings = [...document.querySelectorAll("h1, h2, h3, h4")].map((one) => one.tagName);
  return [...new Set([...document.querySelectorAll("*")].map(place)),
    headings.filter((one, place) => one !== headings[place - 1]).join()];
}"""


class Examiner:
    """Looks at pages. One all of whose elements it has met at the same places of others is not given to axe again."""

    def __init__(self) -> None:
        self.met: set[str] = set()

    def faults(self, page: Page) -> list[str]:
        """What is wrong with the page that is open, in words; nothing when it is right."""
        found = []
        if (headings := page.get_by_role("heading", level=1).count()) != 1:
            found.append(f"{headings} headings of level 1")
        if not re.search(r"\w.* – ECT programme$", page.title()):
            found.append(f"the title is {page.title()!r}")
        page.evaluate(OPEN_ALL)
        places = set(page.evaluate(PLACES))
        is_new = not places <= self.met
        if is_new:
            page.evaluate(AXE)
        for width in (PHONE, DESK):
            page.set_viewport_size({"width": width, "height": 800})
            if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                found.append(f"wider than {width}: {page.evaluate(WIDER)}")
            for rule, elements in page.evaluate(RUN) if is_new else ():
                known = [words for name, words, _ in UPSTREAM if name == rule]
                found += [f"{rule} at {width}: {html}" for html in elements if not any(one in html for one in known)]
        if not found:
            self.met |= places
        return [f"{page.url}: {fault}" for fault in found]

    def faults_after_error(self, page: Page) -> list[str]:
        """The same of a page that refuses a form: its title says so first, and the summary of errors has the focus."""
        expect(page).to_have_title(re.compile("^Error: "))
        expect(page.locator(".govuk-error-summary")).to_be_focused()
        return self.faults(page)

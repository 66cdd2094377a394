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

# Of the whole page, or of all elements at these places of it.
RUN = """async (places) => (await axe.run(
  places ? { include: places.flatMap((place) => met.get(place)) } : document, { resultTypes: ["violations"] }
)).violations.map((rule) => [rule.id, rule.nodes.map((node) => node.html)])"""
WIDER = """() => document.documentElement.scrollWidth > innerWidth && [...document.querySelectorAll("body *")].filter(
  (element) => element.getBoundingClientRect().right > innerWidth + 1
).slice(-3).map((element) => element.outerHTML.slice(0, 200))"""
# Unfolds all, and tells each element's place: what it is and in what it stands, but not what it says. What is around the
# main part is told apart, with the order of the headings, and what is true of each page whatever it has.
PLACES = """() => {
  document.querySelectorAll("details").forEach((folded) => { folded.open = true; });
  const telling = /^(aria-|role|type|hidden|disabled|tabindex|scope|for|alt)/;
  const name = (element) => [element.tagName, ...[...element.classList].sort(),
    ...[...element.attributes].map((one) => one.name).filter((one) => telling.test(one)).sort()].join(" ");
  const place = (element) => element ? `${place(element.parentElement)}/${name(element)}` : "";
  const all = [...document.querySelectorAll("*")];
  window.met = Map.groupBy(all.filter((one) => one.matches("main *")), place);
  const levels = all.map((one) => one.tagName).filter((one) => /^H[1-6]$/.test(one));
  const ids = all.map((one) => one.id).filter(Boolean);
  return {
    around: [...new Set([...all.filter((one) => !one.matches("main *")).map(place),
      ...levels.map((one, at) => `${one} after ${levels[at - 1]}`)])],
    within: [...met.keys()],
    faults: [
      levels.filter((one) => one === "H1").length === 1 ? "" : "there is not one heading of level 1",
      / – ECT programme$/.test(document.title) ? "" : `the title is ${document.title}`,
      ...ids.filter((id, at) => ids.indexOf(id) < at).map((id) => `the id ${id} is there again`),
    ].filter(Boolean),
  };
}"""


class Examiner:
    """Looks at pages. Of one whose surroundings it has met on others only what stands at a new place is given to axe."""

    def __init__(self) -> None:
        self.met: set[str] = set()

    def faults(self, page: Page) -> list[str]:
        """What is wrong with the page that is open, in words; nothing when it is right."""
        seen = page.evaluate(PLACES)
        found, around, within = seen["faults"], {*seen["around"]} - self.met, {*seen["within"]} - self.met
        if around or within:
            page.evaluate(AXE)
        now = page.viewport_size["width"]
        for width in (now, PHONE if now == DESK else DESK):  # each change of it has all laid out again
            if width != now:
                page.set_viewport_size({"width": width, "height": 800})
            if wider := page.evaluate(WIDER):
                found.append(f"wider than {width}: {wider}")
            for rule, elements in page.evaluate(RUN, None if around else sorted(within)) if around or within else ():
                known = [words for name, words, _ in UPSTREAM if name == rule]
                found += [f"{rule} at {width}: {html}" for html in elements if not any(one in html for one in known)]
        if not found:
            self.met |= around | within
        return [f"{page.url}: {fault}" for fault in found]

    def faults_after_error(self, page: Page) -> list[str]:
        """The same of a page that refuses a form: its title says so first, and the summary of errors has the focus."""
        expect(page).to_have_title(re.compile("^Error: "))
        expect(page.locator(".govuk-error-summary")).to_be_focused()
        return self.faults(page)

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
WIDER = """() => document.documentElement.scrollWidth > innerWidth && ([...document.querySelectorAll("body *")].filter(
  (element) => element.getBoundingClientRect().right > innerWidth + 1
).slice(-3).map((element) => element.outerHTML.slice(0, 200)).join(" ") || "by its text")"""
# Each element's place: what it is and in what it stands, but not what it says; what is around the main part apart, with
# the order of the headings. And what can be wrong with any page.
PLACES = """(page) => {
  const telling = /^(aria-|role|type|hidden|disabled|tabindex|scope|for|alt)/;
  const name = (element) => [element.tagName, ...[...element.classList].sort(),
    ...[...element.attributes].map((one) => one.name).filter((one) => telling.test(one)).sort()].join(" ");
  const place = (element) => element ? `${place(element.parentElement)}/${name(element)}` : "";
  const all = [...page.querySelectorAll("*")];
  window.met = Map.groupBy(all.filter((one) => one.matches("main *")), place);
  const levels = all.map((one) => one.tagName).filter((one) => /^H[1-6]$/.test(one));
  const ids = all.map((one) => one.id).filter(Boolean);
  return {
    around: [...new Set([...all.filter((one) => !one.matches("main *")).map(place),
      ...levels.map((one, at) => `${one} after ${levels[at - 1]}`)])],
    within: [...met.keys()],
    faults: [
      levels.filter((one) => one === "H1").length === 1 ? "" : "there is not one heading of level 1",
      / – ECT programme$/.test(page.title) ? "" : `the title is ${page.title}`,
      ...ids.filter((id, at) => ids.indexOf(id) < at).map((id) => `the id ${id} is there again`),
    ].filter(Boolean),
  };
}"""
OPEN = f"""() => {{
  document.querySelectorAll("details").forEach((folded) => {{ folded.open = true; }});
  return ({PLACES})(document);
}}"""
FETCH = f"""async (path) => {{
  const answer = await fetch(path);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const links = [...page.querySelectorAll("a[href]")].map((link) => new URL(link.getAttribute("href"), answer.url).href);
  return {{ status: answer.status, url: answer.url, links, ...({PLACES})(page) }};
}}"""


class Examiner:
    """Looks at pages. Of one whose surroundings it has met on others only what stands at a new place is given to axe."""

    def __init__(self) -> None:
        self.met: set[str] = set()

    def faults(self, page: Page) -> list[str]:
        """What is wrong with the page that is open, in words; nothing when it is right."""
        page.wait_for_load_state()
        seen = page.evaluate(OPEN)
        found, around, within = seen["faults"], {*seen["around"]} - self.met, {*seen["within"]} - self.met
        if around or within:
            page.evaluate(AXE)
        for width in (PHONE, DESK) if around or within else (PHONE,):
            if width != page.viewport_size["width"]:  # since all is laid out again
                page.set_viewport_size({"width": width, "height": 800})
            if wider := page.evaluate(WIDER):
                found.append(f"wider than {width}: {wider}")
            for rule, elements in page.evaluate(RUN, None if around else sorted(within)) if around or within else ():
                known = [words for name, words, _ in UPSTREAM if name == rule]
                found += [f"{rule} at {width}: {html}" for html in elements if not any(one in html for one in known)]
        if not found:
            self.met |= around | within
        return [f"{page.url}: {fault}" for fault in found]

    def faults_at(self, page: Page, path: str) -> tuple[list[str], dict]:
        """The same of the page at this path, which is opened only if it has anything new; and what was sent for it."""
        sent = page.evaluate(FETCH, path)
        if sent["status"] != 200:
            return [f"{path}: {sent['status']}"], sent
        places = {f"sent: {place}" for place in (*sent["around"], *sent["within"])}
        if places <= self.met:
            return [f"{path}: {fault}" for fault in sent["faults"]], sent
        page.goto(path)
        if not (found := self.faults(page)):
            self.met |= places
        return found, sent

    def faults_after_error(self, page: Page) -> list[str]:
        """The same of a page that refuses a form: its title says so first, and the summary of errors has the focus."""
        expect(page).to_have_title(re.compile("^Error: "))
        expect(page.locator(".govuk-error-summary")).to_be_focused()
        return self.faults(page)

"""Which pages of a lower app show something of a higher one: what no import says, since templates are wiring."""

import re

from django.conf import settings

HEIGHT = {app: height for height, app in enumerate(["people", "content", "cycles", "observations", "reviews"])}
WITHIN = {
    **dict.fromkeys(["account", "mfa", "usersessions"], "people"),
    **dict.fromkeys(["adapting", "electives", "examples", "printing"], "content"),
    **dict.fromkeys(["audits", "learning"], "cycles"),
}
SUBJECTLESS = {"dates", "gov"}  # of ectprogramme
LOAD = re.compile(r"{% load ([^%]+) %}")

# A line for each such page, with the tags that it loads; keep them few.
UPWARDS = {
    ("content/cycle.html", "meetings"),
    ("content/session.html", "audits"),
    ("cycles/write.html", "experts"),
    ("people/induction.html", "reading"),
    ("people/induction.html", "rules"),
    ("people/school.html", "adapting"),
    ("people/school.html", "examples"),
}


def test_a_page_loads_the_tags_of_its_own_app_or_a_lower_one_with_few_exceptions():
    of_app = {path.stem: path.parts[-3] for path in settings.BASE.glob("*/templatetags/*.py")}
    found = set()
    for path in (settings.BASE / "templates").rglob("*.html"):
        name = path.relative_to(settings.BASE / "templates")
        app = WITHIN.get(name.parts[0], name.parts[0])
        for library in " ".join(LOAD.findall(path.read_text())).split():
            height = (
                HEIGHT.get(of_app[library], len(HEIGHT)) if library in of_app else -1
            )  # those of packages are below
            if app in HEIGHT and library not in SUBJECTLESS and height > HEIGHT[app]:
                found.add((name.as_posix(), library))
    assert found == UPWARDS

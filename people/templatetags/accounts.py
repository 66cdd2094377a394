"""What the pages of an account show in words that a program says in its own."""

from django import template

register = template.Library()

# The first that is found counts: most browsers also name those that came before them.
BROWSERS = [
    ("Edge", ("Edg/", "EdgA/", "EdgiOS/")),
    ("Opera", ("OPR/",)),
    ("Samsung Internet", ("SamsungBrowser/",)),
    ("Firefox", ("Firefox/", "FxiOS/")),
    ("Chrome", ("Chrome/", "CriOS/")),
    ("Safari", ("Safari/",)),
]
SYSTEMS = [
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("ChromeOS", "CrOS"),
    ("Windows", "Windows"),
    ("Mac", "Macintosh"),
    ("Linux", "Linux"),
]


@register.filter
def browser_in_words(user_agent: str) -> str:
    """What a browser says of itself, as in "Chrome on Windows"."""
    browser = next((name for name, signs in BROWSERS if any(sign in user_agent for sign in signs)), "")
    system = next((name for name, sign in SYSTEMS if sign in user_agent), "")
    if not browser:
        return "A browser we do not know"
    return f"{browser} on {system}" if system else browser


@register.filter
def in_fours(key: str) -> list[str]:
    """A key in groups of four letters, so that it can be typed from the page."""
    return [key[at : at + 4] for at in range(0, len(key), 4)]

"""Every page that each person of the demonstration can reach by links, and how often it asks the database."""

from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import urlsplit

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import resolve

from ectprogramme import demonstration
from people.models import User

from .browser import signed_in

OF_A_KIND = 8  # pages of one address pattern that one person opens
NO_PAGES = ("/static/", "/content/packs/", "/accounts/logout/")


@dataclass(frozen=True)
class Page:
    path: str
    route: str
    persona: str
    queries: int


class Links(HTMLParser):
    def __init__(self, html: str):
        super().__init__()
        self.found: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        if tag == "a":
            self.found.append(dict(attributes).get("href") or "")


def crawl() -> list[Page]:
    pages = []
    for persona in demonstration.CAST:
        pages += _pages_of(persona.key, signed_in(User.objects.get(email=persona.email)))
    return pages


def _pages_of(key: str, client: Client) -> list[Page]:
    pages, waiting, seen, of_a_kind = [], ["/"], {"/"}, dict[str, int]()
    while waiting:
        path = waiting.pop(0)
        route = resolve(urlsplit(path).path).route
        of_a_kind[route] = of_a_kind.get(route, 0) + 1
        if of_a_kind[route] > OF_A_KIND:
            continue
        with CaptureQueriesContext(connection) as asked:
            answer = client.get(path)
        if answer.status_code >= 400:
            raise RuntimeError(f"{key} follows a link to {path}, which is answered {answer.status_code}.")
        pages.append(Page(path, route, key, len(asked)))
        if not answer.streaming and answer.headers["Content-Type"].startswith("text/html"):
            for link in Links(answer.content.decode()).found:
                there = link if link.startswith("/") else urlsplit(path).path + link if link.startswith("?") else ""
                if there and there not in seen and not there.startswith(NO_PAGES):
                    seen.add(there)
                    waiting.append(there)
    return pages

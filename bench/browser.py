"""What a browser does, without one: a signed-in connection that stays open, and the controls of a page's forms."""

import gzip
import http.client
import time
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import urlencode

from django.conf import settings
from django.test import Client
from django.utils.crypto import get_random_string

from people.models import User

COMPRESSED = {"Accept-Encoding": "gzip, deflate, br"}
PLAIN = {"Accept-Encoding": "identity"}


def signed_in(person: User) -> Client:
    """Signed in just now by password, so that the page on which a report is signed opens as well."""
    client = Client(headers={"Host": "127.0.0.1"})
    client.force_login(person)
    session, now = client.session, int(time.time())
    session.update({"began": now, "seen": now, "account_authentication_methods": [{"method": "password", "at": now}]})
    session.save()
    return client


@dataclass(frozen=True)
class Answer:
    headers: http.client.HTTPMessage
    body: bytes  # as it came over the wire

    @property
    def text(self) -> str:
        return (gzip.decompress(self.body) if self.headers["Content-Encoding"] == "gzip" else self.body).decode()

    @property
    def size(self) -> int:
        """Bytes over the wire, with the headers."""
        return len(b"HTTP/1.1 200 OK\r\n") + len(self.headers.as_bytes()) + len(self.body)


class Browser:
    def __init__(self, port: int, person: User | None = None):
        self.connection = http.client.HTTPConnection("127.0.0.1", port)
        self.cookies: dict[str, str] = {}
        if person:
            session = signed_in(person).cookies[settings.SESSION_COOKIE_NAME].value
            self.cookies = {
                settings.SESSION_COOKIE_NAME: session,
                settings.CSRF_COOKIE_NAME: get_random_string(32),  # the token of every form that it sends
            }

    def get(self, path: str, expect: int = 200, **headers: str) -> Answer:
        return self._request("GET", path, None, COMPRESSED | headers, expect)

    def post(self, path: str, fields: dict[str, list[str]], **headers: str) -> Answer:
        token = {"csrfmiddlewaretoken": self.cookies[settings.CSRF_COOKIE_NAME]}
        body = urlencode(fields | token, doseq=True)
        headers |= {"Content-Type": "application/x-www-form-urlencoded"}
        return self._request("POST", path, body, COMPRESSED | headers, 200)

    def _request(self, method: str, path: str, body: str | None, headers: dict[str, str], expect: int) -> Answer:
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        self.connection.request(method, path, body, headers)
        answer = self.connection.getresponse()
        content = answer.read()
        if answer.status != expect:
            raise RuntimeError(f"{method} {path} was answered {answer.status}, not {expect}.")
        return Answer(answer.headers, content)


class Controls(HTMLParser):
    """The controls of every form in some HTML, with the values that a browser would send; no button pressed.

    `hidden` are those among them that nobody types, which static/forms.js always sends.
    """

    def __init__(self, html: str):
        super().__init__()
        self.values: dict[str, list[str]] = {}
        self.hidden: dict[str, list[str]] = {}
        self._area = self._select = ""
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        name, kind = given.get("name") or "", given.get("type")
        if tag == "input" and name and (kind not in ("radio", "checkbox") or "checked" in given):
            self.values.setdefault(name, []).append(given.get("value") or "")
            if kind == "hidden":
                self.hidden[name] = self.values[name]
        elif tag == "textarea":
            self._area = name
            self.values[name] = [""]
        elif tag == "select":
            self._select = name
        elif tag == "option" and "selected" in given:
            self.values[self._select] = [given.get("value") or ""]

    def handle_endtag(self, tag):
        if tag == "textarea":
            self._area = ""

    def handle_data(self, text):
        if self._area:
            self.values[self._area][0] += text

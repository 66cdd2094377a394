"""Saving as it is typed, in a browser: what is sent, what people are told when it is not saved, and how it is made good."""

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread
from urllib.parse import parse_qsl

import django_htmx
import pytest
from crispy_forms.layout import HTML
from django import forms
from django.template import Context, Template
from django.template.loader import render_to_string
from django.utils import timezone
from playwright.sync_api import expect

from ectprogramme import gov

ROOT = Path(__file__).parents[2]
FILES = {
    "/forms.js": ROOT / "static/forms.js",
    "/htmx.js": Path(django_htmx.__file__).parent / "static/django_htmx/htmx-2.min.js",
}
PAGE = """<!DOCTYPE html><title>Notes</title>{% load crispy_forms_tags %}{% crispy form %}
<script src="/htmx.js"></script><script type="module" src="/forms.js"></script>"""


class Line(gov.Form):
    what = forms.CharField(label="What")
    kind = forms.ChoiceField(label="Kind", choices=[("", "None"), ("a", "A")], required=False)


class Notes(gov.Form):
    text = forms.CharField(label="Notes", widget=forms.Textarea)
    shared = forms.BooleanField(label="Shared", required=False)
    topics = forms.MultipleChoiceField(
        label="Topics", choices=[("one", "Topic one"), ("two", "Topic two")], widget=gov.Checkboxes, required=False
    )
    on = gov.DateField(label="On")
    lines = gov.RowsField(Line, label="Lines")
    here = forms.CharField(label="Here", required=False)
    there = forms.BooleanField(label="There", required=False)
    revision = forms.IntegerField(widget=forms.HiddenInput)
    helper = gov.FormHelper(
        "text",
        HTML('<div id="follows" data-follows>'),
        "shared",
        HTML("</div>"),
        "topics",
        "on",
        "lines",
        HTML('<div id="block" data-block>'),
        "here",
        "there",
        HTML("</div>"),
        buttons=[gov.Button("Save")],
        autosave="/save/",
    )


STORED = {"revision": 1, "text": "", "topics": ["one"], "lines": [{"what": "First", "kind": "a"}, {"what": "Second"}]}


class Site(ThreadingHTTPServer):
    """A server of one form, which can be down, signed out or ahead of the page."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Answers)
        self.url = f"http://127.0.0.1:{self.server_port}/"
        self.saved = []
        self.answer = "saved"
        self.token = "first"
        self.form = Notes(initial=STORED)
        self.more = ""  # with the answer to a save
        self.goes_on = Event()
        self.goes_on.set()


class Answers(BaseHTTPRequestHandler):
    server: Site

    def do_GET(self):
        if self.path in FILES:
            self.reply(FILES[self.path].read_text(), kind="text/javascript")
        elif self.path == "/sign-in/":
            self.reply("<h1>Sign in</h1>")
        elif self.server.answer == "saved":
            context = {"form": self.server.form, "csrf_token": self.server.token}
            self.reply(Template(PAGE).render(Context(context)))
        else:
            self.reply("", 302)

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        sent = dict(parse_qsl(body, keep_blank_values=True))
        self.server.goes_on.wait()
        if self.server.answer == "down":
            self.close_connection = True
        elif self.server.answer != "saved":
            self.reply(self.server.more or "no", self.server.answer)
        elif sent["csrfmiddlewaretoken"] != self.server.token:
            self.reply("no", 403)
        else:
            self.server.saved.append(sent)
            context = {"saved_at": timezone.localtime(), "revision": int(sent["revision"]) + 1}
            self.reply(render_to_string("components/saved.html", context) + self.server.more)

    def reply(self, body, status=200, kind="text/html"):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        if status == 302:
            self.send_header("Location", "/sign-in/")
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_):
        """The tests tell what matters."""


@pytest.fixture
def site(settings):
    settings.LOGIN_URL = "/sign-in/"
    with Site() as site:
        thread = Thread(target=site.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield site
        site.shutdown()
        thread.join()


@pytest.fixture
def open_page(page, site):
    page.clock.install()
    page.goto(site.url)
    return page


def write(page, text):
    page.get_by_label("Notes").press_sequentially(text)
    page.clock.run_for(700)


def save(page):
    page.clock.run_for(700)
    expect(status(page)).to_contain_text("Saved at")


def typed(sent):
    """What was sent of what somebody types: the rest is hidden, and always sent."""
    return {name: value for name, value in sent.items() if name not in HIDDEN}


HIDDEN = ["csrfmiddlewaretoken", "revision", "lines-0-", "lines-1-"]


def status(page):
    return page.get_by_role("status")


def would_be_kept_from_leaving(page):
    return page.evaluate("!dispatchEvent(new Event('beforeunload', {cancelable: true}))")


def test_a_pause_saves_what_was_typed_and_the_next_save_starts_from_its_revision(open_page, site):
    write(open_page, "ab")
    expect(status(open_page)).to_contain_text("Saved at")
    open_page.get_by_label("Shared").check()
    open_page.clock.run_for(700)
    expect(open_page.locator("#id_revision")).to_have_value("3")
    open_page.get_by_label("Shared").uncheck()
    open_page.clock.run_for(700)
    expect(open_page.locator("#id_revision")).to_have_value("4")
    assert [sent["revision"] for sent in site.saved] == ["1", "2", "3"]
    assert all(sent.keys() >= set(HIDDEN) for sent in site.saved)
    assert [typed(sent) for sent in site.saved] == [{"text": "ab"}, {"shared": "on"}, {"shared": ""}]
    assert not would_be_kept_from_leaving(open_page)


def test_what_was_emptied_is_sent_empty(open_page, site):
    open_page.get_by_label("Topic one").uncheck()
    save(open_page)
    write(open_page, "ab")
    expect(open_page.locator("#id_revision")).to_have_value("3")
    open_page.get_by_label("Notes").fill("")
    open_page.clock.run_for(700)
    expect(open_page.locator("#id_revision")).to_have_value("4")
    assert [typed(sent) for sent in site.saved] == [{"topics": ""}, {"text": "ab"}, {"text": ""}]


def test_a_date_the_rows_of_a_field_and_a_block_are_each_sent_whole(open_page, site):
    open_page.get_by_label("Month").fill("3")
    save(open_page)
    open_page.get_by_label("What").last.fill("Other")
    open_page.clock.run_for(700)
    expect(open_page.locator("#id_revision")).to_have_value("3")
    open_page.get_by_label("Kind").first.select_option("")
    open_page.clock.run_for(700)
    expect(open_page.locator("#id_revision")).to_have_value("4")
    open_page.locator("#id_here").fill("h")
    open_page.clock.run_for(700)
    expect(open_page.locator("#id_revision")).to_have_value("5")
    lines = {"lines-0-what": "First", "lines-0-kind": "a", "lines-1-what": "Other", "lines-1-kind": ""}
    assert [typed(sent) for sent in site.saved] == [
        {"on-day": "", "on-month": "3", "on-year": ""},
        lines,
        lines | {"lines-0-kind": ""},
        {"here": "h", "there": ""},
    ]


def test_what_was_typed_and_taken_back_is_not_sent(open_page, site):
    open_page.locator("#id_here").fill("h")
    open_page.locator("#id_here").fill("")
    save(open_page)
    assert [typed(sent) for sent in site.saved] == [{}]


def test_a_page_that_shows_what_is_not_saved_sends_all_of_it_once(page, site):
    site.form = Notes({"revision": "1", "text": "With a slip", "lines-0-what": "One"})
    page.clock.install()
    page.goto(site.url)
    page.get_by_label("Shared").check()
    save(page)
    page.get_by_label("Shared").uncheck()
    page.clock.run_for(700)
    expect(page.locator("#id_revision")).to_have_value("3")
    assert [typed(sent) for sent in site.saved] == [
        {
            "text": "With a slip", "shared": "on", "topics": "", "on-day": "", "on-month": "", "on-year": "",
            "lines-0-what": "One", "lines-0-kind": "", "here": "", "there": "",
        },
        {"shared": ""},
    ]  # fmt: skip


def test_what_could_not_be_saved_goes_along_with_the_next_save_even_when_it_is_taken_back(open_page, site):
    site.more = "<i data-unsaved></i>"
    open_page.get_by_label("Day").fill("1")
    save(open_page)
    site.more = ""
    open_page.get_by_label("Day").fill("")
    write(open_page, "ab")
    expect(open_page.locator("#id_revision")).to_have_value("3")
    assert typed(site.saved[1]) == {"text": "ab", "on-day": "", "on-month": "", "on-year": ""}


def test_what_was_typed_while_a_save_was_under_way_is_sent_next_and_not_overwritten_by_the_answer(open_page, site):
    site.goes_on.clear()
    with open_page.expect_request("**/save/"):
        write(open_page, "ab")
    open_page.locator("#id_here").fill("mine")
    open_page.get_by_label("Notes").press_sequentially("c")
    site.more = '<div id="block" data-block hx-swap-oob="true"><input name="here" value="theirs"></div>'
    site.goes_on.set()
    expect(status(open_page)).to_contain_text("Saved at")
    site.more = ""
    open_page.clock.run_for(700)
    expect(open_page.locator("#id_revision")).to_have_value("3")
    assert [typed(sent) for sent in site.saved] == [{"text": "ab"}, {"text": "abc", "here": "mine", "there": ""}]


def test_a_block_that_nobody_is_typing_in_shows_what_came_with_the_answer(open_page, site):
    site.more = '<div id="block" data-block hx-swap-oob="true"><input name="here" value="theirs"></div>'
    write(open_page, "ab")
    expect(open_page.locator("[name=here]")).to_have_value("theirs")
    open_page.get_by_label("Shared").check()
    open_page.clock.run_for(700)
    expect(open_page.locator("#id_revision")).to_have_value("3")
    assert typed(site.saved[1]) == {"shared": "on"}


def test_what_follows_from_a_save_is_shown_though_it_was_sent_along_with_the_whole_page(page, site):
    site.form = Notes({"revision": "1", "text": "Typed", "shared": "on"})
    site.more = '<div id="follows" data-follows hx-swap-oob="true"><input type="checkbox" name="shared"></div>'
    page.clock.install()
    page.goto(site.url)
    write(page, "ab")
    expect(page.locator("[name=shared]")).not_to_be_checked()
    site.more = ""
    write(page, "c")
    expect(page.locator("#id_revision")).to_have_value("3")
    assert [sent.get("shared") for sent in site.saved] == ["on", None]


@pytest.mark.parametrize("answer", ["down", 500])
def test_what_is_not_saved_is_told_and_tried_again_until_it_is(open_page, site, answer):
    site.answer = answer
    write(open_page, "ab")
    expect(status(open_page)).to_contain_text("not saved yet")
    assert would_be_kept_from_leaving(open_page)
    site.answer = "saved"
    open_page.get_by_label("Shared").check()
    open_page.clock.run_for(5000)
    expect(status(open_page)).to_contain_text("Saved at")
    assert typed(site.saved[0]) == {"text": "ab", "shared": "on"}
    assert not would_be_kept_from_leaving(open_page)


def test_being_on_line_again_saves_at_once(open_page, site):
    site.answer = "down"
    write(open_page, "ab")
    expect(status(open_page)).to_contain_text("not saved yet")
    site.answer = "saved"
    open_page.evaluate("dispatchEvent(new Event('online'))")
    expect(status(open_page)).to_contain_text("Saved at")


@pytest.mark.parametrize("answer", [403, 302])
def test_after_signing_in_again_elsewhere_the_page_saves_by_itself(open_page, site, answer):
    site.answer = answer
    write(open_page, "ab")
    expect(status(open_page)).to_contain_text("Your session has ended")
    link = status(open_page).get_by_role("link")
    expect(link).to_have_attribute("href", "/sign-in/")
    expect(link).to_have_attribute("target", "_blank")
    with open_page.expect_event("requestfinished", lambda request: request.url.endswith("/sign-in/")):
        open_page.clock.run_for(5000)  # tries whether somebody has signed in: not yet
    expect(status(open_page)).to_contain_text("Your session has ended")
    site.answer, site.token = "saved", "second"
    open_page.clock.run_for(5000)
    expect(status(open_page)).to_contain_text("Saved at")
    assert [(sent["text"], sent["csrfmiddlewaretoken"]) for sent in site.saved] == [("ab", "second")]


@pytest.mark.parametrize("words", ["components/saved_elsewhere.html", "components/moved_on.html"])
def test_what_can_no_longer_be_saved_is_told_in_red_as_the_server_says_it_and_not_tried_again(open_page, site, words):
    site.answer, site.more = 409, render_to_string(words)
    write(open_page, "ab")
    expect(status(open_page)).to_have_text(site.more.strip())
    expect(status(open_page).locator(".app-saved--waiting")).to_contain_text("Your last changes are not saved: ")
    site.answer = "saved"
    open_page.clock.run_for(60_000)
    assert site.saved == []


def test_sending_the_form_by_its_button_is_not_held_up(open_page, site):
    site.answer = "down"
    write(open_page, "ab")
    expect(status(open_page)).to_contain_text("not saved yet")
    open_page.evaluate("document.forms[0].addEventListener('submit', (event) => event.preventDefault())")
    open_page.get_by_role("button", name="Save").click()
    assert not would_be_kept_from_leaving(open_page)


def test_enter_in_a_line_saves_and_leaves_the_person_where_they_are(open_page, site):
    sends = (
        "window.sends = 0; document.forms[0].addEventListener('submit', (event) => { sends++; event.preventDefault() })"
    )
    open_page.evaluate(sends)
    for box in (open_page.locator("#id_here"), open_page.get_by_label("Day")):
        box.press_sequentially("1")
        box.press("Enter")
    save(open_page)
    assert open_page.evaluate("sends") == 0
    expect(open_page.get_by_label("Day")).to_be_focused()
    assert [typed(sent) for sent in site.saved] == [
        {"here": "1", "there": "", "on-day": "1", "on-month": "", "on-year": ""}
    ]
    open_page.get_by_label("Notes").press("Enter")
    expect(open_page.get_by_label("Notes")).to_have_value("\n")
    open_page.get_by_role("button", name="Save").press("Enter")
    assert open_page.evaluate("sends") == 1


def test_after_the_button_nothing_is_sent_until_somebody_types_again(open_page, site):
    open_page.evaluate("document.forms[0].addEventListener('submit', (event) => event.preventDefault())")
    open_page.get_by_label("Notes").press_sequentially("ab")
    open_page.get_by_role("button", name="Save").click()
    open_page.clock.run_for(60_000)
    assert site.saved == []
    write(open_page, "c")
    expect(status(open_page)).to_contain_text("Saved at")
    assert [typed(sent) for sent in site.saved] == [{"text": "abc"}]


def test_without_scripts_the_form_is_whole(browser, site):
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(site.url)
    expect(page.get_by_role("button", name="Save")).to_be_visible()
    expect(status(page)).to_be_empty()
    page.context.close()

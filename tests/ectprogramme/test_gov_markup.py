"""Our markup against the design system's own published examples, so that an upgrade shows every difference.

Each variant in a component's fixtures.json is either rendered by the form pack and compared with the published HTML, or
named below with the reason why it is not.
"""

import json
import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup, NavigableString
from django import forms
from django.core.exceptions import ValidationError
from django.template import Context, Template
from django.template.loader import render_to_string

from ectprogramme import gov

COMPONENTS = Path(__file__).parents[2] / "node_modules/govuk-frontend/dist/govuk/components"

ATTRIBUTES = "extra attributes on elements other than the control"
DESCRIBED = "descriptions besides our hint and error"
GROUP_CLASSES = "modifiers of the form group"
ITEMS = "the same result by another way of calling the macro"
OTHER_LANGUAGES = "the application speaks English"
AFFIXES = "no question of ours has a unit before or behind its box"
NO_FIELDSET = "several options always have a question, so a fieldset"
LABEL_HTML = "labels are text"
OPTION_MARKUP = "options are plain pairs with a hint"
WORDS = "no question of ours has a limit of words"
NOT_DJANGO = "Django's fields name and number their controls"

NOT_SUPPORTED = {
    "input": {
        AFFIXES: [
            "with prefix",
            "with suffix",
            "with prefix and suffix",
            "with prefix and suffix and error",
            "with prefix and suffix and width modifier",
            "with prefix with html as text",
            "with prefix with html",
            "with prefix with classes",
            "with prefix with attributes",
            "with suffix with html as text",
            "with suffix with html",
            "with suffix with classes",
            "with suffix with attributes",
            "with customised input wrapper",
        ],
        DESCRIBED: [
            "with describedBy",
            "hint with describedBy",
            "error with describedBy",
            "with error, hint and describedBy",
        ],
        GROUP_CLASSES: ["with optional form-group classes"],
        "numbers go into text boxes, as the design system itself asks": ["custom type", "with pattern attribute"],
    },
    "textarea": {
        DESCRIBED: [
            "with describedBy",
            "with hint and described by",
            "with error message and described by",
            "with hint, error message and described by",
        ],
        GROUP_CLASSES: ["with optional form-group classes"],
    },
    "character-count": {
        WORDS: [
            "with maxwords",
            "with count type 'words'",
            "with count type 'words' and value",
            "with count type 'words' and error message",
            "with count type 'words' and threshold",
        ],
        "the count is of characters, shown from the first": [
            "with count type 'length'",
            "with count type 'characters'",
            "with count type 'characters' and value",
            "with count type 'characters' and error message",
            "with count type 'characters' and threshold",
            "with threshold",
        ],
        OTHER_LANGUAGES: ["with custom textarea description", "with translations"],
        GROUP_CLASSES: ["formGroup with classes", "custom classes on countMessage"],
        "browsers' own limit hides that there was more to say": ["with textarea maxlength attribute"],
        "the limit is the field's": [
            "to configure in JavaScript",
            "with neither maxlength nor maxwords set",
            "with neither maxlength, maxwords nor textarea description set",
        ],
    },
    "radios": {
        NO_FIELDSET: [
            "without fieldset",
            "with idPrefix",
            "minimal items and name",
            "with falsy items",
            "with empty conditional",
            "with error message",
            "with error message and idPrefix",
            "item checked overrides value",
            "prechecked using value",
        ],
        OPTION_MARKUP: [
            "with legend as page heading",
            "with a divider",
            "small with a divider",
            "items with attributes",
            "label with classes",
            "label with attributes",
            "with disabled",
        ],
        DESCRIBED: [
            "fieldset with describedBy",
            "with describedBy and hint",
            "with hint, error message and describedBy",
            "with fieldset, error message and describedBy",
        ],
        ATTRIBUTES: ["attributes", "fieldset params"],
        LABEL_HTML: ["fieldset with html"],
        GROUP_CLASSES: [
            "with optional form-group classes showing group error",
            "small",
            "small with error",
            "small with hint",
            "small with conditional reveal",
        ],
        NOT_DJANGO: ["with hints on items"],
    },
    "checkboxes": {
        NO_FIELDSET: [
            "with idPrefix",
            "with falsy values",
            "classes",
            "with checked item",
            "empty conditional",
            "multiple hints",
            "with error and idPrefix",
            "item checked overrides values",
        ],
        OPTION_MARKUP: [
            "with divider and None",
            "with divider, None and conditional items",
            "small with divider and None",
            "with disabled item",
            "items with attributes",
            "with label classes",
            "label with attributes",
        ],
        DESCRIBED: [
            "with fieldset describedBy",
            "with error, hint and fieldset describedBy",
            "with error message and fieldset describedBy",
        ],
        ATTRIBUTES: ["attributes", "fieldset params"],
        LABEL_HTML: ["fieldset html params"],
        GROUP_CLASSES: ["with optional form-group classes showing group error"],
        NOT_DJANGO: ["with hints on items", "with id and name"],
    },
    "select": {
        OPTION_MARKUP: [
            "default",
            "with label as page heading",
            "with full width override",
            "attributes on items",
            "with falsy items",
            "without values",
            "without values with selected value",
            "with falsy values",
            "item selected overrides value",
            "with selected value",
        ],
        DESCRIBED: ["with describedBy", "hint and describedBy", "error and describedBy"],
        GROUP_CLASSES: ["with optional form-group classes"],
    },
    "date-input": {
        OTHER_LANGUAGES: ["with translations"],
        NOT_DJANGO: [
            "with values, name prefix and custom names",
            "with nested name",
            "with id on items",
            "with item value",
            "with field value and items",
            "with field value and item value",
            "with field value, item value and values",
        ],
        "our dates have a day, a month and a year": [
            "day and month",
            "day and month (using items)",
            "month and year",
            "month and year (using items)",
            "custom pattern",
            "custom inputmode",
        ],
        "boxes are marked only with a message": [
            "with errors only",
            "with errors only (using classes)",
            "with errors only (using items)",
            "with errors only (using items and classes)",
        ],
        NO_FIELDSET: [
            "classes",
            "attributes",
            "with empty items",
            "suffixed id",
            "with field value",
            "with field value overriding values",
            "items with classes",
            "items without classes",
        ],
        DESCRIBED: ["with hint and described by", "with error message and described by"],
        LABEL_HTML: ["fieldset html"],
        GROUP_CLASSES: ["with optional form-group classes"],
        "no date of ours is one's own": ["with autocomplete values"],
        ATTRIBUTES: ["with input attributes"],
    },
    "file-upload": {
        "the enhanced control breaks a rule of accessibility (its button's name)": [
            "enhanced",
            "enhanced, with error message and hint",
            "enhanced, multiple files",
            "enhanced, custom wrapper classes and attributes",
        ],
        OTHER_LANGUAGES: ["translated, no javascript enhancement", "translated"],
        "no browser takes a file's name from a page": ["with value"],
        DESCRIBED: [
            "with describedBy",
            "with hint and describedBy",
            "with error and describedBy",
            "with error, describedBy and hint",
        ],
        "one file for one field": ["allows multiple files"],
        GROUP_CLASSES: ["with optional form-group classes"],
    },
    "password-input": {
        DESCRIBED: ["with describedBy"],
        "a password is never sent back": ["value"],
        OTHER_LANGUAGES: ["with translations"],
    },
    "error-message": {
        OTHER_LANGUAGES: ["translated", "with visually hidden text", "visually hidden text removed"],
        ATTRIBUTES: ["classes", "attributes"],
        LABEL_HTML: ["html"],
    },
    "error-summary": {
        "messages are a list": ["with description only", "with everything", "description", "html as descriptionText"],
        LABEL_HTML: ["title html", "description html", "error list with html", "error list with html link"],
        "the title is always the same": ["html as titleText"],
        ATTRIBUTES: ["classes", "attributes", "error list with attributes"],
        "it always takes the focus": ["autofocus disabled", "autofocus explicitly enabled"],
    },
    "button": {
        "the state is the browser's": [
            *(f"default {state} state" for state in ("hover", "active", "focus")),
            *(f"{kind} {state} state" for kind in ("secondary", "warning") for state in ("hover", "active", "focus")),
        ],
        "buttons on dark ground are not used": [
            "inverse",
            *(f"inverse {state} state" for state in ("hover", "active", "focus")),
            "inverse disabled",
        ],
        "what cannot be done is said in words": ["disabled", "secondary disabled", "warning disabled"],
        "a link to go on is written in its page": [
            "link",
            "start",
            "link attributes",
            "link classes",
            "explicit link",
            "start link",
            "start link with html",
        ],
        ATTRIBUTES: ["attributes", "classes", "id", "type"],
        LABEL_HTML: ["html"],
        "every button of ours is guarded against a double click": ["don't prevent double click"],
    },
}


def fixtures(component):
    return json.loads((COMPONENTS / component / "fixtures.json").read_text())["fixtures"]


def left_out(component):
    return {name for names in NOT_SUPPORTED[component].values() for name in names}


def variants(*components):
    return [
        pytest.param(component, fixture, id=f"{component}: {fixture['name']}")
        for component in components
        for fixture in fixtures(component)
        if fixture["name"] not in left_out(component)
    ]


def tree(html):
    """HTML as nested tuples: attributes without order, classes and other lists of words as sets, text without its spaces."""

    def plain(node):
        if isinstance(node, NavigableString):
            return " ".join(node.split())
        attributes = {
            name: frozenset(value if isinstance(value, list) else value.split())
            if name in ("class", "aria-describedby")
            else value
            for name, value in node.attrs.items()
            if value or name != "class"
        }
        inner = [child for child in map(plain, node.children) if child]
        if node.name == "textarea":
            inner = node.get_text().strip()
        return node.name, tuple(sorted(attributes.items(), key=lambda item: item[0])), tuple(inner)

    soup = BeautifulSoup(re.sub(r"<!--.*?-->", "", html), "html.parser")
    return [child for child in map(plain, soup.children) if child]


def looks(options):
    label = options.get("label") or (options.get("fieldset") or {}).get("legend") or {}
    size = re.search(r"--(\w+)$", label.get("classes", ""))
    found = {"label_size": size[1] if size else "", "heading": label.get("isPageHeading", False)}
    if "classes" in options:
        found["classes"] = options["classes"]
    return label["text"] if label else "", found


def rendered(field, options, *, value=None, error=None, reveals=(), **more):
    """The field of a form, named by the fixture's id; with an error it comes back with what was sent."""
    field.label, found = looks(options)
    field.help_text = (options.get("hint") or {}).get("text", "")
    id = name_of(options)
    values = {} if value is None else {id: value}
    form = type("Asked", (gov.Form,), {id: field})(values if error else None, auto_id="%s", initial=values)
    if error:
        form.errors.clear()
        form.add_error(id, error)
    form.fields["revealed"] = forms.CharField()
    placed = gov.Reveal(gov.Field(id, **found | more), **{choice: ["revealed"] for choice in reveals})
    return placed.render(form, Context())


def name_of(options):
    return options.get("id") or options.get("idPrefix") or options["name"]


def published(fixture):
    """A fixture's HTML with its control's name made its id, as ours are."""
    soup = BeautifulSoup(fixture["html"], "html.parser")
    for control in soup.find_all(["input", "textarea", "select"]):
        control["name"] = name_of(fixture["options"])
    return str(soup)


def attributes(options):
    found = dict(options.get("attributes", {}))
    for name in ("autocomplete", "inputmode", "autocapitalize", "rows"):
        if name in options:
            found[name] = options[name]
    if "spellcheck" in options:
        found["spellcheck"] = str(options["spellcheck"]).lower()
    return found


def error(options):
    return (options.get("errorMessage") or {}).get("text")


@pytest.mark.parametrize("component", NOT_SUPPORTED)
def test_the_variants_left_out_exist(component):
    assert left_out(component) <= {fixture["name"] for fixture in fixtures(component)}


@pytest.mark.parametrize(
    ("component", "fixture"), variants("input", "textarea", "character-count", "file-upload", "password-input")
)
def test_a_single_control_is_as_published(component, fixture):
    options = fixture["options"]
    if component == "input":
        field = forms.CharField(widget=forms.TextInput(attributes(options)))
    elif component == "file-upload":
        field = forms.FileField(widget=forms.FileInput(attributes(options)))
    elif component == "password-input":
        field = forms.CharField(widget=forms.PasswordInput(attributes(options)))
    else:
        field = gov.TextAreaField(
            widget=forms.Textarea({"rows": 5} | attributes(options)), max_length=options.get("maxlength"), strip=False
        )
        field.widget.attrs.pop("maxlength", None)
    field.disabled = options.get("disabled", False)
    html = rendered(field, options, value=options.get("value"), error=error(options))
    assert tree(html) == tree(published(fixture))


@pytest.mark.parametrize(("component", "fixture"), variants("radios", "checkboxes"))
def test_options_are_as_published(component, fixture):
    options = fixture["options"]
    items = options["items"]
    soup = BeautifulSoup(published(fixture), "html.parser")
    reveals = [str(item["value"]) for item in items if (item.get("conditional") or {}).get("html")]
    hints = {str(item["value"]): item["hint"]["text"] for item in items if "hint" in item}
    if "single option" in fixture["name"]:
        for box in soup.find_all("input"):
            box["value"] = "on"
            box["aria-describedby"] = box["aria-describedby"].replace("test-target-element", "").strip()
        label = {"label": {"text": items[0]["text"]}}
        html = rendered(forms.BooleanField(), options | label, hints={"on": hints.get("yes", "")})
    else:
        checked = [
            item["value"]
            for item in items
            if item.get("checked")
            or item["value"] in options.get("values", [])
            or item["value"] == options.get("value")
        ]
        choices = [(item["value"], item["text"]) for item in items]
        if component == "radios":
            field, value = forms.ChoiceField(widget=forms.RadioSelect, choices=choices), (checked or [None])[0]
        else:
            field = forms.MultipleChoiceField(widget=forms.CheckboxSelectMultiple, choices=choices)
            value = checked
        html = rendered(field, options, value=value, error=error(options), reveals=reveals, hints=hints)
    ours = BeautifulSoup(html, "html.parser")
    for page in (ours, soup):  # what is revealed is other fields: compared on their own
        for revealed in page.select("[class*=__conditional]"):
            revealed.clear()
    assert tree(str(ours)) == tree(str(soup))


@pytest.mark.parametrize(("component", "fixture"), variants("select"))
def test_a_select_is_as_published(component, fixture):
    options = fixture["options"]
    choices = [(item["value"], item["text"]) for item in options.get("items", [])]
    field = forms.ChoiceField(choices=choices, widget=forms.Select(attributes(options)))
    assert tree(rendered(field, options, error=error(options))) == tree(published(fixture))


@pytest.mark.parametrize(("component", "fixture"), variants("date-input"))
def test_a_date_is_as_published(component, fixture):
    options = fixture["options"]
    id = options["id"]
    soup = BeautifulSoup(fixture["html"], "html.parser")
    for box in soup.find_all("input"):
        box["name"] = f"{id}-{re.search('day|month|year', box['name'])[0]}"
    values = options.get("values", {})
    typed = tuple(
        next((str(value) for name, value in values.items() if name.endswith(part)), "")
        for part in ("day", "month", "year")
    )
    boxes = {item["name"]: item for item in options.get("items", [])} | {
        part: options[part] for part in ("day", "month", "year") if part in options
    }
    wrong = [part for part, box in boxes.items() if box.get("error") or "govuk-input--error" in box.get("classes", "")]
    right = [part for part, box in boxes.items() if box.get("error") is False]
    parts = wrong or [part for part in ("day", "month", "year") if part not in right]
    message = error(options)
    refusal = ValidationError(message, params={"parts": parts}) if message else None
    html = rendered(gov.DateField(), options | {"name": id}, value=typed, error=refusal)
    assert tree(html) == tree(str(soup))


@pytest.mark.parametrize(("component", "fixture"), variants("error-message"))
def test_an_error_message_is_as_published(component, fixture):
    options = fixture["options"]
    html = rendered(forms.CharField(), {"name": "asked", "label": {"text": "Asked"}}, error=options["text"])
    ours = BeautifulSoup(html, "html.parser").find("p")
    assert ours.attrs.pop("id") == "asked-error"
    expected = BeautifulSoup(fixture["html"], "html.parser").find("p")
    expected.attrs.pop("id", None)
    assert tree(str(ours)) == tree(str(expected))


@pytest.mark.parametrize(("component", "fixture"), variants("error-summary"))
def test_an_error_summary_is_as_published(component, fixture):
    errors = fixture["options"]["errorList"]
    linked = {item["href"].lstrip("#"): item["text"] for item in errors if "href" in item}
    form = type("Asked", (gov.Form,), {id: forms.CharField() for id in linked})({}, auto_id="%s")
    form.errors.clear()
    for item in errors:
        form.add_error(item["href"].lstrip("#") if "href" in item else None, item["text"])
    assert tree(render_to_string("gov/error_summary.html", {"form": form})) == tree(fixture["html"])


@pytest.mark.parametrize(("component", "fixture"), variants("button"))
def test_a_button_is_as_published_and_guarded(component, fixture):
    options = fixture["options"]
    kind = options.get("classes", "").removeprefix("govuk-button--")
    ours = gov.Button(options["text"], kind=kind, name=options.get("name", ""), value=options.get("value", "")).html
    expected = BeautifulSoup(fixture["html"], "html.parser")
    expected.button["data-prevent-double-click"] = "true"
    assert tree(ours) == tree(str(expected))


def test_a_button_may_stand_in_a_layout():
    class Asked(gov.Form):
        name = forms.CharField(label="Name")

        @property
        def helper(self):
            return gov.FormHelper("name", gov.Button("Find", kind="secondary"))

    html = Template("{% load crispy_forms_tags %}{% crispy form %}").render(Context({"form": Asked()}))
    assert BeautifulSoup(html, "html.parser").button.text == "Find"

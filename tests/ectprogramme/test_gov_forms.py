"""Whole forms: layout, errors in words, the title, saving as it is typed."""

import datetime
from zoneinfo import ZoneInfo

import pytest
from bs4 import BeautifulSoup
from crispy_forms.layout import HTML
from django import forms
from django.contrib.auth.password_validation import password_validators_help_text_html
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.template import Context, Template
from django.template.loader import render_to_string

from ectprogramme import gov


class Contact(gov.Form):
    name = forms.CharField(label="Name")
    how = forms.ChoiceField(label="How?", choices=[("call", "Call"), ("write", "Write")], widget=forms.RadioSelect)
    number = forms.CharField(label="Number", required=False)
    day = gov.DateField(label="Day")
    agreed = forms.BooleanField(label="I agree")
    plan = gov.UploadField(label="Plan")
    school = forms.ChoiceField(label="School", choices=[("", "Choose one"), ("1", "First"), ("2", "Second")])
    revision = forms.IntegerField(widget=forms.HiddenInput)

    helper = gov.FormHelper(
        gov.Fieldset("Who", "name", size="l"),
        gov.Reveal("how", call=["number"]),
        "day",
        HTML("<p>Nearly there.</p>"),
        "agreed",
        "plan",
        "school",
        buttons=[gov.Button("Save"), gov.Button("Delete", kind="warning", name="delete")],
        action="/save/",
    )

    def clean(self):
        raise ValidationError("Something is wrong with all of it")


def page(form, **context):
    template = Template("{% load crispy_forms_tags %}{% crispy form %}")
    return BeautifulSoup(template.render(Context({"form": form, "csrf_token": "token"} | context)), "html.parser")


def test_the_form_element_is_sent_to_its_address_without_the_browsers_own_checks():
    form = page(Contact()).form
    assert form.attrs == {"method": "post", "action": "/save/", "novalidate": "", "enctype": "multipart/form-data"}
    assert form.find("input", attrs={"name": "csrfmiddlewaretoken"})["value"] == "token"
    assert [button.text for button in form.select(".govuk-button-group button")] == ["Save", "Delete"]


def test_a_label_that_says_what_stands_above_is_left_to_those_who_hear_the_page():
    class Unsaid(Contact):
        helper = gov.FormHelper(gov.Field("name", label_hidden=True), gov.Field("day", label_hidden=True), "how")

    form = page(Unsaid()).form
    assert form.find("label", string="Name")["class"] == ["govuk-label", "govuk-visually-hidden"]
    assert form.find("legend", string="Day")["class"] == ["govuk-fieldset__legend", "govuk-visually-hidden"]
    assert form.find("legend", string="How?")["class"] == ["govuk-fieldset__legend", "govuk-fieldset__legend--s"]


def test_a_reveal_may_stand_in_a_reveal():
    class Nested(Contact):
        helper = gov.FormHelper(gov.Reveal("how", write=[gov.Reveal("school", **{"1": ["number"]})]))
        school = forms.ChoiceField(label="School", choices=[("1", "First"), ("2", "Second")], widget=forms.RadioSelect)

    form = Nested({"how": "write", "school": "2"})
    outer = page(form).find(id="conditional-id_how-2")
    inner = outer.find(id="conditional-id_school")
    assert "govuk-radios__conditional--hidden" not in outer["class"]
    assert "govuk-radios__conditional--hidden" in inner["class"]
    assert inner.find(id="id_number")
    assert [name for name, _ in gov.error_links(Nested({}))][:2] == ["", "id_how"]


class Place(gov.Form):
    name = forms.CharField()
    minutes = forms.IntegerField(widget=forms.TextInput)
    notes = gov.TextAreaField()
    seen = forms.CharField(widget=forms.HiddenInput)


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("Hall\r\nBcc: x@y\r\n\r\nBody", "Hall Bcc: x@y Body"),
        ("\n Hall \n", "Hall"),
        ("Hall\tone\x0b\x1c\x7f\x85\u2028\u2029two", "Hall one two"),
        ("Hall  one", "Hall  one"),
    ],
)
def test_one_line_is_one_line_whatever_was_sent(sent, kept):
    form = Place({"name": sent, "minutes": "20\n", "notes": "a\tb\n\nc", "seen": "a\nb"})
    assert form.is_valid()
    assert form.cleaned_data == {"name": kept, "minutes": 20, "notes": "a\tb\n\nc", "seen": "a\nb"}
    assert form["name"].value().strip() == kept


def test_invisible_characters_that_are_no_break_are_refused_in_a_line_as_well():
    form = Place({"name": "Ha\0ll", "minutes": "20", "notes": "-", "seen": "-"})
    assert list(form.errors) == ["name"]


def test_a_form_that_asks_for_a_page_carries_no_token():
    class Search(forms.Form):
        words = forms.CharField(label="Search")
        helper = gov.FormHelper()
        helper.form_method = "get"
        helper.form_tag = False

    soup = page(Search())
    assert not soup.form
    assert not soup.find("input", attrs={"name": "csrfmiddlewaretoken"})
    assert soup.find(id="id_words")


def test_fields_stand_as_they_are_laid_out_and_hidden_ones_come_along():
    soup = page(Contact(initial={"revision": 7}))
    assert [box["name"] for box in soup.find_all(["input", "select"])][1:] == [
        *("name", "how", "number", "how", "day-day", "day-month", "day-year", "agreed", "plan", "school", "revision")
    ]
    assert soup.find(id="id_revision").attrs == {
        "type": "hidden",
        "name": "revision",
        "id": "id_revision",
        "value": "7",
    }
    assert soup.find("p", string="Nearly there.")
    assert soup.find("legend", class_="govuk-fieldset__legend--l").h2.text == "Who"


def test_a_revealed_field_stands_under_its_option():
    soup = page(Contact(initial={"how": "call"}))
    revealed = soup.find(id="conditional-id_how")
    assert revealed.find(id="id_number")
    assert "govuk-radios__conditional--hidden" not in revealed["class"]
    assert soup.find(id="id_how")["data-aria-controls"] == "conditional-id_how"
    assert "govuk-radios__conditional--hidden" in page(Contact()).find(id="conditional-id_how")["class"]


def test_only_optional_answers_are_marked_and_not_those_revealed():
    class Draft(forms.Form):
        name = forms.CharField(label="Name", required=False)
        agreed = forms.BooleanField(label="I agree", required=False)

    assert [label.text for label in page(Draft()).find_all("label")] == ["Name (optional)", "I agree"]
    Draft.helper = gov.FormHelper(mark_optional=False)
    assert [label.text for label in page(Draft()).find_all("label")] == ["Name", "I agree"]
    assert page(Contact()).find("label", attrs={"for": "id_number"}).text == "Number"


def test_columns_of_rows_are_marked_unless_their_own_form_says_not_to():
    class Line(gov.Form):
        text = forms.CharField(label="Text", required=False)

    class Note(gov.Form):
        lines = gov.RowsField(Line, label="Lines")

    assert [each.text for each in page(Note()).select("label, legend")][::2] == ["Lines (optional)", "Text (optional)"]
    Line.helper = gov.FormHelper(mark_optional=False)
    assert [each.text for each in page(Note()).select("label, legend")][::2] == ["Lines (optional)", "Text"]


def test_errors_are_in_the_order_of_the_page_and_say_which_answer_is_missing():
    form = Contact({"number": "x" * 9})
    assert list(gov.error_links(form)) == [
        ("", "Something is wrong with all of it"),
        ("id_name", "Enter an answer for “Name”"),
        ("id_how", "Select an answer for “How?”"),
        ("id_day-day", "Enter a date for “Day”"),
        ("id_agreed", "Tick “I agree”"),
        ("id_plan", "Choose a file for “Plan”"),
        ("id_school", "Select an answer for “School”"),
        ("", "Enter an answer for “Revision”"),
    ]


def test_each_link_of_the_summary_leads_to_a_control():
    form = Contact({})
    summary = BeautifulSoup(render_to_string("gov/error_summary.html", {"form": form}), "html.parser")
    soup = page(form)
    targets = [link["href"][1:] for link in summary.find_all("a")]
    assert len(targets) == 6
    assert all(soup.find(["input", "select"], id=target) for target in targets)


def test_an_error_of_a_field_that_the_layout_leaves_out_is_told_without_a_link():
    class Asked(forms.Form):
        shown = forms.CharField(required=False)
        left_out = forms.CharField(label="Left out")
        helper = gov.FormHelper("shown")

    assert list(gov.error_links(Asked({}))) == [("", "Enter an answer for “Left out”")]


def test_an_error_of_a_hidden_field_has_no_control_to_lead_to():
    class Asked(forms.Form):
        revision = forms.IntegerField(widget=forms.HiddenInput, label="Revision")
        name = forms.CharField(required=False)

    assert list(gov.error_links(Asked({}))) == [("", "Enter an answer for “Revision”")]


def test_a_date_refused_by_the_form_has_all_its_boxes_marked():
    form = Contact({"day-day": "1", "day-month": "9", "day-year": "2026"})
    form.add_error("day", "Day must be after today")
    assert ("id_day-day", "Day must be after today") in list(gov.error_links(form))
    boxes = page(form).find_all("input", inputmode="numeric")
    assert ["govuk-input--error" in box["class"] for box in boxes] == [True, True, True]


def test_several_errors_of_one_field_are_all_told_and_escaped():
    form = Contact({"name": "x"})
    form.add_error("name", ["Too <short>", "Too plain"])
    assert page(form).find(id="id_name-error").decode_contents().endswith("Too &lt;short&gt;<br/>Too plain")


def test_nothing_that_people_write_is_taken_for_markup():
    class Asked(forms.Form):
        name = forms.CharField(label="<b>Name</b>", help_text="<i>")
        pick = forms.ChoiceField(choices=[('"<', "<u>")], widget=forms.RadioSelect)

    soup = page(Asked(initial={"name": '"><script>'}))
    assert not soup.find_all(["b", "i", "u", "script"])
    assert soup.find(id="id_name")["value"] == '"><script>'
    assert soup.find(id="id_pick")["value"] == '"<'


def test_a_hint_that_is_markup_stays_markup():
    class Asked(forms.Form):
        password = forms.CharField(widget=forms.PasswordInput, help_text=password_validators_help_text_html())

    assert page(Asked()).select("#id_password-hint li")


@pytest.mark.parametrize(
    ("field", "attributes"),
    [
        (forms.EmailField(), {"type": "email", "spellcheck": "false"}),
        (forms.EmailField(widget=forms.EmailInput({"autocomplete": "email"})), {"autocomplete": "email"}),
        (forms.IntegerField(min_value=0), {"type": "text", "inputmode": "numeric"}),
        (forms.DecimalField(widget=forms.NumberInput({"inputmode": "decimal"})), {"inputmode": "decimal"}),
        (forms.URLField(assume_scheme="https"), {"type": "url"}),
    ],
)
def test_boxes_have_the_type_of_their_answer(field, attributes):
    box = page(type("Asked", (forms.Form,), {"asked": field})()).find(id="id_asked")
    assert attributes.items() <= box.attrs.items()
    assert not {"min", "max", "step", "maxlength"} & set(box.attrs)


def test_a_select_has_its_value_chosen():
    chosen = page(Contact(initial={"school": 2})).select("option[selected]")
    assert [option["value"] for option in chosen] == ["2"]


def test_the_empty_choice_of_a_select_sends_nothing_rather_than_its_label():
    class Asked(forms.Form):
        term = forms.ChoiceField(choices=[("", "Choose a term"), ("autumn", "Autumn")])

    assert [option["value"] for option in page(Asked()).select("option")] == ["", "autumn"]


def test_a_field_has_classes_from_its_widget_and_from_the_layout():
    class Asked(forms.Form):
        pick = forms.CharField(widget=forms.TextInput({"class": "govuk-input--width-10"}))
        helper = gov.FormHelper(gov.Field("pick", classes="govuk-input--extra-letter-spacing"))

    assert page(Asked()).find(id="id_pick")["class"] == [
        *("govuk-input", "govuk-input--extra-letter-spacing", "govuk-input--width-10")
    ]


def test_fields_alone_may_be_asked_for():
    html = Template("{% load gov %}{% fields form %}").render(Context({"form": Contact()}))
    assert "<form" not in html
    assert "govuk-button" not in html
    filtered = Template("{% load crispy_forms_filters %}{{ form|crispy }}").render(Context({"form": Contact()}))
    assert filtered.strip() == html.strip()


def test_the_title_tells_of_errors():
    title = Template("{% load gov %}{% if form|has_errors %}Error: {% endif %}Contact")
    assert title.render(Context({"form": Contact({})})) == "Error: Contact"
    assert title.render(Context({"form": Contact()})) == "Contact"
    assert title.render(Context()) == "Contact"


def test_a_page_without_errors_has_no_summary():
    assert render_to_string("gov/error_summary.html", {"form": Contact()}).strip() == ""
    assert render_to_string("gov/error_summary.html").strip() == ""


def test_a_form_that_is_saved_as_it_is_typed_says_where_to_and_leaves_files_out(settings):
    settings.LOGIN_URL = "/sign-in/"

    class Typed(Contact):
        helper = gov.FormHelper(buttons=[gov.Button("Save")], autosave="/typed/")

    soup = page(Typed())
    assert soup.form.attrs == {
        "method": "post",
        "novalidate": "",
        "enctype": "multipart/form-data",
        "data-autosave": "",
        "data-sign-in": "/sign-in/",
        "hx-post": "/typed/",
        "hx-trigger": "input delay:600ms, retry",
        "hx-target": "#saved",
        "hx-swap": "innerHTML",
        "hx-params": "not plan",
    }
    assert soup.form.find(id="saved")["role"] == "status"
    assert not page(Contact()).find(id="saved")


def test_everything_is_sent_as_it_is_typed_where_there_are_no_files():
    class Typed(forms.Form):
        name = forms.CharField()
        helper = gov.FormHelper(autosave="/typed/")

    assert page(Typed()).form["hx-params"] == "*"


def test_the_answer_to_a_save_tells_the_time_and_renews_the_revision():
    saved_at = datetime.datetime(2026, 7, 1, 10, 42, tzinfo=ZoneInfo("Europe/London"))
    answer = BeautifulSoup(
        render_to_string("components/saved.html", {"saved_at": saved_at, "revision": 8}), "html.parser"
    )
    assert answer.text.strip() == "Saved at 10:42am"
    assert answer.input.attrs == {
        **{"type": "hidden", "name": "revision", "id": "id_revision", "value": "8"},
        "hx-swap-oob": "true",
    }
    assert "revision" not in render_to_string("components/saved.html", {"saved_at": saved_at})


class Numbers(gov.Form):
    minutes = forms.IntegerField(label="How long, in minutes", min_value=1, max_value=600, required=False)
    share = forms.DecimalField(label="FTE", max_digits=3, decimal_places=2, required=False)
    name = forms.CharField(label="Name", max_length=3, required=False)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"minutes": "0"}, "“How long, in minutes” must be 1 or more"),
        ({"minutes": "601"}, "“How long, in minutes” must be 600 or less"),
        ({"minutes": "long"}, "Enter “How long, in minutes” as a number"),
        ({"share": "x"}, "Enter “FTE” as a number"),
        ({"share": "12345"}, "“FTE” has too many figures"),
        ({"share": "0.123"}, "“FTE” can have 2 decimal places at most"),
        ({"share": "12.3"}, "“FTE” has too many figures"),
        ({"name": "Jones"}, "Shorten “Name” to 3 characters or fewer: it has 5"),
        ({"name": "a\0"}, "Remove the invisible characters from “Name”"),
    ],
)
def test_an_error_says_which_box_it_is_about(typed, said):
    assert [message for _, message in gov.error_links(Numbers(typed))] == [said]


class Sheet(gov.Form):
    name = forms.CharField(label="Name")
    agreed = forms.BooleanField(label="Agreed")
    on = gov.DateField(label="On")
    topics = forms.MultipleChoiceField(
        label="Topics", choices=[("a", "A"), ("b", "B")], widget=gov.Checkboxes, required=False
    )
    revision = forms.IntegerField(widget=forms.HiddenInput)


def typing(rf, path):
    request = rf.post("/", QueryDict(path).dict())
    request.htmx = True
    return request


def test_a_form_sent_while_it_is_typed_has_only_what_was_sent_and_what_is_hidden(rf):
    request = typing(rf, "revision=1&name=Ann&on-day=1&rows-0-&rows-1-")
    assert gov.touched(request) == {"revision", "name", "on"}
    form = Sheet(request.POST, only=gov.touched(request))
    assert list(form.fields) == ["name", "on", "revision"]
    assert (form.has("agreed", "on"), form.has("agreed")) == (True, False)
    assert form.errors.keys() == {"on"}
    assert list(Sheet().fields) == ["name", "agreed", "on", "topics", "revision"]


def test_what_a_form_stands_on_is_asked_for_even_if_it_was_not_sent(rf):
    request = typing(rf, "name=Ann")
    assert Sheet(request.POST, only=gov.touched(request)).errors.keys() == {"revision"}


@pytest.mark.parametrize("button", ["rows-add=1", "rows-remove=0"])
def test_a_button_that_adds_or_removes_a_row_sends_the_form_whole(rf, button):
    assert gov.touched(typing(rf, f"name=Ann&{button}")) is None


def test_a_form_that_was_sent_whole_has_all_its_fields(rf):
    request = rf.post("/", {"name": "Ann"})
    request.htmx = False
    assert gov.touched(request) is None
    form = Sheet(request.POST, only=None)
    assert form.has("agreed")
    assert form.errors.keys() == {"agreed", "on", "revision"}


@pytest.mark.parametrize(("sent", "ticked"), [("topics=", []), ("", []), ("topics=b&topics=b&topics=", ["b"])])
def test_checkboxes_are_what_is_ticked_once_each(sent, ticked):
    form = Sheet(QueryDict(sent), only={"topics"})
    form.full_clean()
    assert form.cleaned_data["topics"] == ticked
    assert ("topics" in form.changed_data) == bool(ticked)

"""Rows of a small form: added and removed without JavaScript, with everything kept that was typed."""

import datetime

import pytest
from bs4 import BeautifulSoup
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.validators import RegexValidator
from django.http import QueryDict
from django.template import Context, Template
from django.test import RequestFactory

from ectprogramme import gov
from people.models import User


class Target(forms.Form):
    text = forms.CharField(label="What?")
    by = gov.DateField(label="By when?", required=False)
    shared = forms.BooleanField(label="Shared", required=False)

    def clean(self):
        if self.cleaned_data.get("text") == "nothing":
            raise forms.ValidationError("Do something")


class Plan(gov.Form):
    name = forms.CharField(label="Name")
    targets = gov.RowsField(Target, label="Targets", minimum=1, maximum=3, add_label="Add another target")
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)


def sent(**values):
    """What a browser sends: `targets_0_text` stands for `targets-0-text`."""
    return {name.replace("_", "-"): value for name, value in values.items()}


def page(form):
    request = RequestFactory().get("/")
    template = Template("{% load crispy_forms_tags %}{% include 'gov/error_summary.html' %}{% crispy form %}")
    return BeautifulSoup(template.render(Context({"form": form, "request": request})), "html.parser")


def typed(soup):
    return {box["name"]: box.get("value", "") for box in soup.find_all("input", type="text")}


def test_the_rows_are_the_cleaned_dicts_of_those_filled_in():
    form = Plan(
        sent(
            name="A",
            targets_0_text="Read",
            targets_0_by_day="1",
            targets_0_by_month="9",
            targets_0_by_year="2026",
            targets_1_text=" ",
            targets_4_text="Write",
            targets_4_shared="on",
        )
    )
    assert form.is_valid(), form.errors
    assert form.cleaned_data["targets"] == [
        {"text": "Read", "by": datetime.date(2026, 9, 1), "shared": False},
        {"text": "Write", "by": None, "shared": True},
    ]


def test_rows_begin_from_a_list_of_dicts():
    rows = [{"text": "Read", "by": datetime.date(2026, 9, 1)}, {"text": "Write"}]
    soup = page(Plan(initial={"targets": rows}))
    assert typed(soup)["targets-0-text"] == "Read"
    assert typed(soup)["targets-0-by-year"] == "2026"
    assert typed(soup)["targets-1-text"] == "Write"
    assert "targets-2-text" not in typed(soup)


def test_a_form_without_rows_yet_shows_one_to_begin_with():
    assert list(typed(page(Plan()))) == [
        "name",
        "targets-0-text",
        "targets-0-by-day",
        "targets-0-by-month",
        "targets-0-by-year",
    ]


def test_as_many_rows_are_shown_as_are_needed():
    class Busy(gov.Form):
        targets = gov.RowsField(Target, minimum=3)

    assert [name for name in typed(page(Busy())) if name.endswith("text")] == [f"targets-{n}-text" for n in range(3)]


def test_adding_a_row_keeps_what_was_typed_shows_no_error_and_goes_to_the_new_row():
    form = Plan(sent(name="", targets_0_text="Read", targets_0_by_day="99", targets_0_shared="on", targets_add="1"))
    assert form.changes_rows
    assert not form.is_valid()
    assert not form.errors
    soup = page(form)
    assert typed(soup)["targets-0-text"] == "Read"
    assert typed(soup)["targets-0-by-day"] == "99"
    assert soup.find(id="id_targets-0-shared").has_attr("checked")
    assert [control["id"] for control in soup.find_all(autofocus=True)] == ["id_targets-1-text"]
    assert not soup.select("[class*=error]")


def test_removing_a_row_keeps_the_others_and_goes_to_the_button_that_adds():
    form = Plan(
        sent(name="A", targets_0_text="Read", targets_1_text="Talk", targets_2_text="Write", targets_remove="1")
    )
    assert form.changes_rows
    soup = page(form)
    assert [value for name, value in typed(soup).items() if name.endswith("text")] == ["Read", "Write"]
    assert typed(soup)["name"] == "A"
    assert [control["name"] for control in soup.find_all(autofocus=True)] == ["targets-add"]


def test_removing_the_last_row_leaves_a_blank_one():
    soup = page(Plan(sent(name="A", targets_0_text="Read", targets_remove="0")))
    assert typed(soup)["targets-0-text"] == ""


def test_removing_a_row_that_is_not_there_changes_nothing():
    soup = page(Plan(sent(targets_0_text="Read", targets_remove="one")))
    assert typed(soup)["targets-0-text"] == "Read"


def test_a_new_row_follows_the_highest_number():
    soup = page(Plan(sent(targets_0_text="Read", targets_7_text="Write", targets_add="1")))
    assert [name for name in typed(soup) if name.endswith("text")] == [
        "targets-0-text",
        "targets-7-text",
        "targets-8-text",
    ]


def test_no_more_rows_are_offered_or_added_than_the_maximum():
    full = sent(name="A", targets_0_text="a", targets_1_text="b", targets_2_text="c")
    soup = page(Plan(full | {"targets-add": "1"}))
    assert len([name for name in typed(soup) if name.endswith("text")]) == 3
    assert not soup.find("button", attrs={"name": "targets-add"})


def test_too_few_and_too_many_rows_are_refused_and_the_summary_leads_to_the_first():
    few = Plan(sent(name="A", targets_0_text=""))
    assert list(gov.error_links(few)) == [("id_targets-0-text", "Fill in at least 1 of these")]
    many = Plan(sent(name="A", **{f"targets_{n}_text": "x" for n in range(4)}))
    assert list(gov.error_links(many)) == [("id_targets-0-text", "Fill in no more than 3 of these")]
    assert len([name for name in typed(page(many)) if name.endswith("text")]) == 4
    assert page(many).find(id="id_targets-error").text == "Error: Fill in no more than 3 of these"
    assert page(many).find("fieldset")["aria-describedby"] == "id_targets-error"


def test_errors_of_rows_stand_by_their_controls_and_in_the_summary_in_the_order_of_the_page():
    form = Plan(
        sent(
            name="",
            targets_0_text="",
            targets_0_shared="on",
            targets_1_text="nothing",
            targets_3_text="Read",
            targets_3_by_day="1",
            targets_3_by_year="2026",
        )
    )
    soup = page(form)
    assert [(link["href"], link.text) for link in soup.select(".govuk-error-summary a")] == [
        ("#id_name", "Enter an answer for “Name”"),
        ("#id_targets-0-text", "Enter an answer for “What?”"),
        ("#id_targets-1-text", "Do something"),
        ("#id_targets-3-by-month", "Date must include a month"),
    ]
    for link in soup.select(".govuk-error-summary a"):
        assert soup.find(id=link["href"][1:])
    assert soup.find(id="id_targets-0-text-error")
    assert len(soup.find_all(string="Error:")) == 4
    assert not soup.find(id="id_targets-error")


def test_buttons_that_remove_say_which_row():
    soup = page(Plan(initial={"targets": [{"text": "a"}, {"text": "b"}]}))
    assert [(button.text, button["value"]) for button in soup.find_all("button", attrs={"name": "targets-remove"})] == [
        ("Remove row 1", "0"),
        ("Remove row 2", "1"),
    ]
    assert not soup.select("button .govuk-visually-hidden"), "to everybody"
    assert not page(Plan()).find_all("button", attrs={"name": "targets-remove"})


def test_a_row_that_sends_nothing_is_still_there_when_another_is_added():
    class Choice(forms.Form):
        pick = forms.ChoiceField(widget=forms.RadioSelect, choices=[("a", "A")])

    class Choices(gov.Form):
        picks = gov.RowsField(Choice)

    soup = page(Choices({"picks-0-": "", "picks-1-": "", "picks-add": "1"}))
    assert [box["name"] for box in soup.find_all("input", type="radio")] == [f"picks-{n}-pick" for n in range(3)]


def test_enter_presses_the_forms_own_button_and_not_that_of_a_row():
    class Saved(Plan):
        helper = gov.FormHelper(buttons=[gov.Button("Save", name="save", value="1")])

    assert page(Saved()).button.attrs["name"] == "save"
    assert page(Plan()).button.attrs == {
        "type": "submit",
        "class": ["govuk-visually-hidden"],
        "tabindex": "-1",
        "aria-hidden": "true",
    }


def test_enter_only_saves_a_form_that_is_saved_as_it_is_typed():
    class Draft(forms.Form):
        text = forms.CharField()
        helper = gov.FormHelper(buttons=[gov.Button("Finish", name="finish", value="1")], autosave="/save/")

    first, finish = page(Draft()).find_all("button")
    assert "name" not in first.attrs
    assert finish["name"] == "finish"


def test_rows_have_the_looks_of_their_own_helper_and_of_the_form():
    class Laid(Target):
        helper = gov.FormHelper("by", gov.Reveal("shared", on=["text"]))

    class Draft(gov.Form):
        targets = gov.RowsField(Laid, label="Targets", help_text="Up to twenty.")
        helper = gov.FormHelper(mark_optional=False, label_size="")

    soup = page(Draft(sent(targets_0_text="", targets_add="1")))
    assert soup.find("input", type="text")["name"] == "targets-0-by-day"
    assert "optional" not in soup.text
    assert soup.legend.attrs == {"class": ["govuk-fieldset__legend"]}
    assert soup.find(id="id_targets-hint").text == "Up to twenty."
    assert [control["id"] for control in soup.find_all(autofocus=True)] == ["id_targets-1-by-day"]


def test_rows_may_hold_files():
    class Evidence(forms.Form):
        file = gov.UploadField(label="File")

    class Bundle(gov.Form):
        files = gov.RowsField(Evidence)

    assert Bundle().is_multipart()
    assert not Plan().is_multipart()
    form = Bundle({}, {"files-0-file": SimpleUploadedFile("plan.pdf", b"%PDF-1.7")})
    assert form.is_valid()
    assert form.cleaned_data["files"][0]["file"].name == "plan.pdf"


def test_rows_count_as_left_out_only_when_nothing_of_them_was_sent():
    widget = Plan.base_fields["targets"].widget
    assert widget.value_omitted_from_data({"name": "A"}, {}, "targets")
    assert not widget.value_omitted_from_data({"targets-0-": ""}, {}, "targets")


def test_a_form_of_another_class_cannot_have_rows():
    class Plain(forms.Form):
        targets = gov.RowsField(Target)

    with pytest.raises(TypeError, match=r"Plain has rows, so it must be a gov.Form or a gov.ModelForm"):
        Plain()["targets"]


def test_a_models_form_may_have_rows():
    class Person(gov.ModelForm):
        targets = gov.RowsField(Target)

        class Meta:
            model = User
            fields = ["email"]

    form = Person({"email": "", "targets-0-text": "Read", "targets-add": "1"})
    assert form.changes_rows
    assert not form.is_valid()
    assert not form.errors
    assert not Person().changes_rows
    assert Person({"email": "no"}).errors


def test_a_models_form_keeps_off_its_instance_what_only_the_model_refuses(monkeypatch):
    class Person(gov.ModelForm):
        class Meta:
            model = User
            fields = ["name", "is_active"]

    refuses = RegexValidator("^A", "Begin with an A")
    monkeypatch.setattr(User._meta.get_field("name"), "validators", [refuses])
    form = Person({"name": "Ben", "is_active": ""}, instance=User(name="Amira", is_active=True))
    assert form.errors == {"name": ["Begin with an A"]}
    assert (form.instance.name, form.instance.is_active) == ("Amira", False)


def test_a_form_is_shown_once_more_with_all_that_was_typed_and_what_it_stands_on_now():
    sent = QueryDict("name=A&topics=one&topics=two&revision=3")
    form = Plan(sent)
    gov.show_again(form, revision=4)
    assert dict(form.data.lists()) == {"name": ["A"], "topics": ["one", "two"], "revision": ["4"]}
    assert form["revision"].value() == "4"
    assert sent["revision"] == "3", "what was sent stays as it was sent"

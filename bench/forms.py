"""Forms of 12 and of 40 fields, of every kind that the application has, as the form pack writes them."""

import datetime

from django import forms
from django.shortcuts import render

from ectprogramme import gov

SIZES = (12, 40)
YES_NO = [("yes", "Yes"), ("no", "No")]
PLACES = [("school", "At school"), ("online", "Online"), ("elsewhere", "Somewhere else")]
TERMS = [("", "Choose a term"), ("autumn", "Autumn"), ("spring", "Spring"), ("summer", "Summer")]


def fields(n: int) -> dict[str, forms.Field]:
    """One of each kind, numbered on from `n`."""
    return {
        f"f{n}": forms.CharField(label=f"Question {n}", max_length=100),
        f"f{n + 1}": gov.TextAreaField(label=f"Question {n + 1}", help_text="A few sentences.", max_length=2000),
        f"f{n + 2}": forms.ChoiceField(label=f"Question {n + 2}", choices=YES_NO, widget=forms.RadioSelect),
        f"f{n + 3}": gov.DateField(label=f"Question {n + 3}", help_text="For example, 27 3 2026"),
        f"f{n + 4}": forms.ChoiceField(label=f"Question {n + 4}", choices=TERMS),
        f"f{n + 5}": forms.BooleanField(label=f"Question {n + 5}", required=False),
        f"f{n + 6}": gov.TextAreaField(label=f"Question {n + 6}"),
        f"f{n + 7}": forms.EmailField(label=f"Question {n + 7}", help_text="We write to it only once."),
        f"f{n + 8}": forms.ChoiceField(label=f"Question {n + 8}", choices=PLACES, widget=forms.RadioSelect),
        f"f{n + 9}": forms.CharField(label=f"Question {n + 9}", help_text="As it is on the letter."),
    }


def example(size: int) -> type[gov.Form]:
    made = {name: field for n in range(1, size + 1, 10) for name, field in fields(n).items()}
    first = dict(list(made.items())[:size])
    layout = gov.FormHelper(*first, buttons=[gov.Button("Save")])
    return type(f"Form{size}", (gov.Form,), {**first, "helper": layout})


FORMS = {size: example(size) for size in SIZES}
KINDS = ("words", "Some\nlines", "yes", datetime.date(2026, 3, 27), "spring", True, "", "a@b.example", "online", "more")
VALUES = {f"f{n}": KINDS[(n - 1) % 10] for n in range(1, max(SIZES) + 1)}


def form_page(request, size):
    return render(request, "floor/form_pack.html", {"form": FORMS[size](initial=VALUES)})

"""The form pack: GOV.UK Frontend's markup for Django forms, laid out by django-crispy-forms (template pack `gov`).

    from ectprogramme import gov

    class Target(forms.Form):                                   # one row
        text = gov.TextAreaField(label="What will you do?", max_length=500)
        by = gov.DateField(label="By when?", required=False)

    class MeetingForm(gov.Form):                                # or gov.ModelForm
        held_on = gov.DateField(label="Date of meeting", help_text="For example, 27 3 2026")
        begins = gov.TimeField(label="Start time", help_text="For example, 9:30am")
        place = forms.ChoiceField(label="Where?", widget=forms.RadioSelect, choices=PLACES)
        number = forms.CharField(label="Telephone number", required=False, widget=forms.TextInput(
            attrs={"class": "govuk-input--width-20", "autocomplete": "tel", "inputmode": "tel"}))
        notes = gov.UploadField(label="Notes", required=False)
        targets = gov.RowsField(Target, label="Targets", minimum=1, maximum=5, add_label="Add another target")
        revision = forms.IntegerField(widget=forms.HiddenInput)  # hidden fields need no place in the layout

        @property
        def helper(self):
            return gov.FormHelper(
                gov.Fieldset("When and where", "held_on", "begins", gov.Reveal("place", call=["number"])),
                gov.Field("notes", label_size="m"),
                "targets",
                buttons=[gov.Button("Save"), gov.Button("Delete", kind="warning", name="delete", value="1")],
                autosave=reverse("meeting_save", args=[self.meeting.pk]),
            )

A page writes `{% include "gov/error_summary.html" %}` above its h1, `{% crispy form %}` (from `crispy_forms_tags`)
where the form goes, and `{% if form|has_errors %}Error: {% endif %}` (from `gov`) in its title. A form without a helper
shows all its fields in order; `{% fields form %}` (from `gov`) writes the fields alone. Inside a layout our own objects
and crispy's `HTML` may be used, not crispy's other containers.

The kind of control follows the widget: TextInput and its relatives, PasswordInput, Textarea (with a count where the
field has `max_length`), Select, RadioSelect, CheckboxSelectMultiple, CheckboxInput, FileInput, HiddenInput, and the
widgets of the fields here. `class` among a widget's attributes takes the design system's modifiers. Options are plain
pairs: groups of options are not supported. What is typed in a TextInput is one line, whatever was sent.

What a form holds, `in_words` tells field by field as the page shows it; `typed` is all that was sent, right or wrong, to be
given back where it cannot be saved any more.

A view binds it by `form = MeetingForm(gov.sent(request))`: an empty body is a form in which nothing was sent. To show it
once more on what is stored by then it calls `gov.show_again(form, revision=stored.revision)`.

**Rows** are added and removed by submit buttons, so without JavaScript: a view needs nothing but its usual
`if request.method == "POST" and form.is_valid()`. While `form.changes_rows` the form is not valid and has no errors,
and shows everything as it was typed, with one row more or less.

**Saving as it is typed**: with `autosave`, static/forms.js and htmx post to that address, while somebody types, what has
changed since the last save that succeeded, and the hidden fields. The view gives the form `only=gov.touched(request)`, so
that it has no more than those fields; one that is absent is unchanged, one that was emptied is sent empty. A date, the
rows of a field, and what stands in one element with `data-block`, are sent together. The view answers with
`components/saved.html` (context `saved_at`, and `revision` where the form has one), 409 if somebody else has changed the
record in the meantime (or with `components/moved_on.html` if nobody can write it any more), 403 or the sign-in page when the
session has ended. The answer may bring elements of the page anew (`hx-swap-oob`): one in which somebody has typed since its
last save stays as it is, unless it has `data-follows`, because what is in it follows from what else was saved.
"""

from ectprogramme.gov.errors import error_links, layout_of
from ectprogramme.gov.fields import Checkboxes, DateField, TextAreaField, TimeField, UploadField
from ectprogramme.gov.layout import Button, Field, Fieldset, FormHelper, Reveal
from ectprogramme.gov.markup import render_form
from ectprogramme.gov.rows import Form, ModelForm, RowsField, sent, show_again, touched
from ectprogramme.gov.words import given, in_words, typed

__all__ = [
    "Button",
    "Checkboxes",
    "DateField",
    "Field",
    "Fieldset",
    "Form",
    "FormHelper",
    "ModelForm",
    "Reveal",
    "RowsField",
    "TextAreaField",
    "TimeField",
    "UploadField",
    "error_links",
    "given",
    "in_words",
    "layout_of",
    "render_form",
    "sent",
    "show_again",
    "touched",
    "typed",
]

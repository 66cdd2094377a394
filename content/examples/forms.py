"""The form of a school's own example: one of four kinds, and what to notice in it."""

from typing import Any

from django import forms
from django.core.validators import MaxLengthValidator, URLValidator
from django.template import Context
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from content.models import SchoolExample
from ectprogramme import gov

Kind = SchoolExample.Kind
LONG = 5000  # characters


class TooLong(gov.Field):
    """Beside the length of a video: a warning that it is long; nothing is refused."""

    def __init__(self, example: SchoolExample | None) -> None:
        self.fields, self.example = [], example

    def render(self, form: forms.BaseForm, context: Context, template_pack: str = "gov", **looks: Any) -> SafeString:
        if not (self.example and self.example.is_long):
            return SafeString("")
        return render_to_string("examples/too_long.html", {"example": self.example})


def _address(label: str) -> forms.CharField:
    box = forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off", "spellcheck": "false"})
    real = URLValidator(schemes=["https"], message="Enter a whole address that begins with https://")
    return forms.CharField(label=label, max_length=500, required=False, validators=[real], widget=box)


def _count(label: str, highest: int) -> forms.IntegerField:
    box = forms.TextInput(attrs={"inputmode": "numeric", "class": "govuk-input--width-2"})
    return forms.IntegerField(label=label, min_value=0, max_value=highest, required=False, widget=box)


class ExampleForm(gov.Form):
    title = forms.CharField(
        label="What do you call it?",
        help_text="For example, Year 8 checking in pairs",
        max_length=140,
        error_messages={"required": "Enter a title"},
    )
    kind = forms.ChoiceField(label="What is it?", choices=Kind.choices, widget=forms.RadioSelect)
    link = _address("Address of the link")
    video = _address("Address of the video")
    minutes = _count("Minutes", 600)
    seconds = _count("Seconds", 59)
    file = gov.UploadField(
        label="File", help_text="A PDF, a Word document, an Excel workbook, a PNG or a JPG.", required=False
    )
    text = gov.TextAreaField(
        label="Description",
        help_text=(
            "What to notice, and which active ingredients can be seen in it. Write and show nothing that identifies a "
            "pupil."
        ),
        required=False,
        validators=[MaxLengthValidator(LONG, gov.TextAreaField.default_error_messages["max_length"])],
    )
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any = None, files: Any = None, *, example: SchoolExample | None = None) -> None:
        self.example = example
        super().__init__(data, files, initial=as_typed(example) if example else {"kind": Kind.TEXT})
        if example and example.file:
            self.fields["file"].help_text += f" “{example.file_name}” stays unless you choose another."

    @property
    def helper(self) -> gov.FormHelper:
        return gov.FormHelper(
            "title",
            gov.Reveal(
                "kind",
                link=["link"],
                video=["video", "minutes", "seconds", TooLong(self.example)],
                file=["file"],
            ),
            "text",
            buttons=[gov.Button("Save the example" if self.example else "Add the example")],
            mark_optional=False,
        )

    def clean(self) -> dict[str, Any]:
        super().clean()
        kind = self.cleaned_data.get("kind")
        wanted = {"text": "text", "link": "link", "video": "video"}
        if name := wanted.get(kind or ""):
            self._ask(name, {"text": "Write the example in words"}.get(name, "Enter the address"))
        if kind == Kind.VIDEO and not self.errors.keys() & {"minutes", "seconds"} and not self._length():
            self.add_error("minutes", "Say how long the video is")
        if kind == Kind.FILE and not (self.example and self.example.file):
            self._ask("file", "Choose a file")
        if self.errors and kind not in wanted:
            self.ask_for_file_again()
        return self.cleaned_data

    def ask_for_file_again(self) -> None:
        """Where this form is shown again: no browser keeps a file that it has sent."""
        if "file" in self.files and "file" not in self.errors:
            self.add_error("file", "Choose your file again")

    def _ask(self, name: str, message: str) -> None:
        if name not in self.errors and not self.cleaned_data.get(name):
            self.add_error(name, message)

    def _length(self) -> int:
        return (self.cleaned_data.get("minutes") or 0) * 60 + (self.cleaned_data.get("seconds") or 0)

    @property
    def values(self) -> dict[str, Any]:
        """What is saved: only what belongs to the kind that was chosen."""
        typed, kind = self.cleaned_data, self.cleaned_data["kind"]
        return {
            "kind": kind,
            "title": typed["title"],
            "text": typed["text"],
            "url": typed.get(kind, "") if kind in (Kind.LINK, Kind.VIDEO) else "",
            "seconds": self._length() if kind == Kind.VIDEO else None,
            "file": typed["file"] if kind == Kind.FILE else None,
        }

    def both_versions(self, stored: SchoolExample) -> list[tuple[str, str]]:
        """What is stored where it differs from what was typed, by label."""
        theirs, typed = as_typed(stored), self.cleaned_data
        labels = dict(Kind.choices)
        different = [name for name in theirs if name != "revision" and theirs[name] != typed.get(name)]
        return [(str(self[name].label), str(labels.get(theirs[name], theirs[name]) or "")) for name in different]


def as_typed(example: SchoolExample) -> dict[str, Any]:
    """An example as its form has it."""
    minutes, seconds = divmod(example.seconds, 60) if example.seconds else (None, None)
    return {
        "title": example.title,
        "kind": example.kind,
        "link": example.url if example.kind == Kind.LINK else "",
        "video": example.url if example.kind == Kind.VIDEO else "",
        "minutes": minutes,
        "seconds": seconds,
        "text": example.text,
        "revision": example.revision,
    }

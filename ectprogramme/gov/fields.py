"""Fields that Django has not: dates in three boxes, times of day, long text, uploads that are what they say."""

import calendar
import datetime
import re
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import PurePath
from typing import Any

import filetype
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import File

from ectprogramme.clock import clock

PARTS = ("day", "month", "year")
MONTHS = {
    name.lower(): number for names in (calendar.month_name, calendar.month_abbr) for number, name in enumerate(names)
}


class DateBoxes(forms.Widget):
    """Three boxes, named `<name>-day`, `<name>-month` and `<name>-year`; their value is what was typed."""

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> tuple[str, ...]:
        return tuple(data.get(f"{name}-{part}", "").strip() for part in PARTS)

    def value_omitted_from_data(self, data: Mapping[str, Any], files: Any, name: str) -> bool:
        return not any(f"{name}-{part}" in data for part in PARTS)


class DateField(forms.Field):
    """A date in three boxes, as a `datetime.date`. Months may be numbers or English names.

    Refuses with the design system's sentences: a missing part by its name, a year without four figures, a day that is
    in no calendar. The error carries the parts at fault (`params["parts"]`): the summary leads to the right box.
    """

    widget = DateBoxes
    default_error_messages = {
        "incomplete": "%(what)s must include a %(missing)s",
        "short_year": "Year must include 4 numbers",
        "unreal": "%(what)s must be a real date",
    }

    def to_python(self, value: Any) -> datetime.date | None:
        if value is None or isinstance(value, datetime.date):
            return value
        missing = [part for part, typed in zip(PARTS, value, strict=True) if not typed]
        if len(missing) == len(PARTS):
            return None
        if missing:
            raise self._refusal("incomplete", missing)
        day, month, year = value
        month = str(MONTHS.get(month.lower(), month))
        if not all(part.isascii() and part.isdecimal() for part in (day, month, year)):
            raise self._refusal("unreal", PARTS)
        if len(year) != 4:
            raise self._refusal("short_year", ["year"])
        try:
            return datetime.date(int(year), int(month), int(day))
        except (ValueError, OverflowError):
            raise self._refusal("unreal", PARTS) from None

    def _refusal(self, code: str, parts: Sequence[str]) -> ValidationError:
        label = str(self.label or "")
        what = "Date" if not label or label.endswith("?") else label
        return ValidationError(
            self.error_messages[code],
            code=code,
            params={"what": what, "missing": " and ".join(parts), "parts": parts},
        )


class TimeField(forms.Field):
    """A time of day as a `datetime.time`, typed as 9:30, 0930, 9.30am, 2pm or 14:30.

    A bare hour is refused, and so is 1:00 to 6:59 typed without am, pm or a leading zero: they do not say which half of
    the day, and schools mean the afternoon.
    """

    default_error_messages = {
        "invalid": "Enter a time, like 9:30am or 14:30",
        "which_half": "Say whether this is in the morning or the afternoon, like 3:30pm",
    }
    CLOCK = re.compile(r"(\d{1,2})(?:[:.]?(\d{2}))?\s*(?:([ap])\.?m\.?)?", re.ASCII | re.IGNORECASE)

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TextInput(attrs={"class": "govuk-input--width-5"}))
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> datetime.time | None:
        if value in self.empty_values or isinstance(value, datetime.time):
            return value or None
        typed = self.CLOCK.fullmatch(value.strip())
        if typed and (typed[2] or typed[3]):
            hour, minute = int(typed[1]), int(typed[2] or 0)
            if not typed[3] and len(typed[1]) == 1 and 1 <= hour <= 6:
                raise ValidationError(self.error_messages["which_half"], code="which_half")
            if typed[3]:
                hour = hour % 12 + (12 if typed[3] in "pP" else 0) if 1 <= hour <= 12 else 24
            if hour < 24 and minute < 60:
                return datetime.time(hour, minute)
        raise ValidationError(self.error_messages["invalid"], code="invalid")

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, datetime.time):
            return clock(value)
        return value


class TextAreaField(forms.CharField):
    """Lines of text. A line's end counts as one character, as the count below the box has it; browsers send two."""

    default_error_messages = {
        "max_length": "Shorten this to %(limit_value)d characters or fewer: it has %(show_value)d"
    }

    def __init__(self, *, rows: int = 5, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.Textarea(attrs={"rows": rows}))
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> str:
        return (super().to_python(value) or "").replace("\r\n", "\n")


class Checkboxes(forms.CheckboxSelectMultiple):
    """Each is ticked once; that none is ticked is told by an empty value as well as by none (see `touched`)."""

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> list[str]:
        return [chosen for chosen in dict.fromkeys(super().value_from_datadict(data, files, name) or ()) if chosen]


class UploadField(forms.FileField):
    """A file of `settings.UPLOAD_LIMIT` bytes at most whose name and first bytes agree that it is one of `EXTENSIONS`.

    Office files must be zip archives that hold a document or a workbook and do not unpack to more than ten times the
    limit. What is accepted is still somebody else's file: keep it under a made-up name and serve it as an attachment.
    """

    EXTENSIONS = {"pdf": "pdf", "docx": "docx", "xlsx": "xlsx", "png": "png", "jpg": "jpg", "jpeg": "jpg"}
    default_error_messages = {
        "empty": "The selected file is empty",
        "large": "The selected file must be smaller than %(megabytes)d MB",
        "kind": "The selected file must be a PDF, a Word document (docx), an Excel workbook (xlsx), a PNG or a JPG",
        "lying": "The selected file is not the %(extension)s file that its name says. Save it again or choose another",
    }

    def __init__(self, **kwargs: Any) -> None:
        accept = ",".join(f".{extension}" for extension in self.EXTENSIONS)
        kwargs.setdefault("widget", forms.FileInput(attrs={"accept": accept}))
        super().__init__(**kwargs)

    def to_python(self, data: Any) -> Any:
        upload = super().to_python(data)
        if upload is None:
            return None
        if upload.size > settings.UPLOAD_LIMIT:
            megabytes = settings.UPLOAD_LIMIT // 1024**2
            raise ValidationError(self.error_messages["large"], code="large", params={"megabytes": megabytes})
        extension = PurePath(str(upload.name)).suffix.lower().lstrip(".")
        if extension not in self.EXTENSIONS:
            raise ValidationError(self.error_messages["kind"], code="kind")
        if _contents(upload) != self.EXTENSIONS[extension]:
            raise ValidationError(self.error_messages["lying"], code="lying", params={"extension": extension})
        return upload


def _contents(upload: File) -> str:
    """What the bytes are, as an extension; an empty text for what nobody knows."""
    upload.seek(0)
    kind = filetype.guess_extension(upload.read(8192)) or ""
    if kind in ("zip", "docx", "xlsx"):  # each is a zip archive, and not every writer puts the telling entry first
        kind = _office(upload)
    upload.seek(0)
    return kind


def _office(upload: File) -> str:
    try:
        with zipfile.ZipFile(upload) as archive:
            entries = {entry.filename: entry.file_size for entry in archive.infolist()}
    except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError):
        return ""
    if sum(entries.values()) > 10 * settings.UPLOAD_LIMIT:
        return ""
    found = [kind for kind, entry in (("docx", "word/document.xml"), ("xlsx", "xl/workbook.xml")) if entry in entries]
    return found[0] if len(found) == 1 else ""

"""The form by which packs are uploaded: sizes, names and encoding are checked before anything is read as YAML."""

from pathlib import PurePath
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from content import documents
from content.packs import Source
from ectprogramme import gov

MOST_FILES = 20
LARGEST_IN_ALL = 10 * 1024 * 1024  # bytes; the server in front refuses requests of more than 12 MB
LONGEST_NAME = 80  # characters
EXTENSIONS = {".yaml", ".yml"}


class SeveralFiles(forms.FileInput):
    allow_multiple_selected = True


class PacksField(forms.FileField):
    """One or more files, cleaned to the list of packs.Source that they are."""

    default_error_messages = {
        "required": "Choose one or more packs",
        "many": f"Choose {MOST_FILES} files at most",
        "large_in_all": f"All files together must be smaller than {LARGEST_IN_ALL // 1024**2} MB",
        "large": f"%(name)s must be smaller than {documents.LARGEST // 1024**2} MB",
        "kind": "%(name)s must be a YAML file: its name ends in .yaml",
        "empty": "%(name)s is empty",
        "encoding": "%(name)s must be text in UTF-8. Save it again in that encoding",
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=SeveralFiles(attrs={"accept": ",".join(sorted(EXTENSIONS))}), **kwargs)

    def clean(self, data: Any, initial: Any = None) -> list[Source]:
        files: list[UploadedFile] = data or []
        if not files:
            raise ValidationError(self.error_messages["required"], code="required")
        if len(files) > MOST_FILES:
            raise ValidationError(self.error_messages["many"], code="many")
        if sum(file.size or 0 for file in files) > LARGEST_IN_ALL:
            raise ValidationError(self.error_messages["large_in_all"], code="large_in_all")
        refused = [
            ValidationError(self.error_messages[code], code=code, params={"name": safe_name(file)})
            for file in files
            if (code := self.fault(file))
        ]
        if refused:
            raise ValidationError(refused)
        return [Source(safe_name(file), file.read()) for file in files]

    def fault(self, file: UploadedFile) -> str:
        """The code of what keeps a file from being read, or nothing."""
        if PurePath(safe_name(file)).suffix.lower() not in EXTENSIONS:
            return "kind"
        if not file.size:
            return "empty"
        if file.size > documents.LARGEST:
            return "large"
        try:
            text = file.read().decode()
        except UnicodeDecodeError:
            return "encoding"
        file.seek(0)
        return "encoding" if "\0" in text else ""


def safe_name(file: UploadedFile) -> str:
    """A file's name as it is shown: its end. Django has taken out what cannot be seen or turns the direction of writing."""
    return (file.name or "file")[-LONGEST_NAME:]


class UploadForm(gov.Form):
    packs = PacksField(
        label="Packs",
        help_text=f"One or more .yaml files, up to {documents.LARGEST // 1024**2} MB each. "
        "You see what loading them would do before anything is loaded.",
    )

    helper = gov.FormHelper(buttons=[gov.Button("Show what would change")])

"""Somebody's file as a download that no browser runs."""

import logging

from django.db.models.fields.files import FieldFile
from django.http import FileResponse, Http404

log = logging.getLogger("ectprogramme.downloads")

POLICY = "default-src 'none'; frame-ancestors 'none'; sandbox"


def download(file: FieldFile, name: str) -> FileResponse:
    """The stored file under the name that it came with. Raises Http404 if there is none."""
    if not file:
        raise Http404
    try:
        stored = file.open("rb")
    except FileNotFoundError:  # taken away a moment ago, or not in the copy that was put back
        log.warning("the file %s is not there", file.name)
        raise Http404 from None
    response = FileResponse(stored, as_attachment=True, filename=name)
    response["Content-Security-Policy"] = POLICY
    return response

"""Who opened a form: told in the form itself, so that nothing is saved as somebody else's who has signed in since.

It is signed: who sends another name, or makes one up, is somebody that we do not know.
"""

from typing import Any, NamedTuple

from django.core.signing import BadSignature, Signer
from django.http import HttpRequest

FIELD = "opened_by"
SIGNER = Signer(salt="ectprogramme.typists")


class Typist(NamedTuple):
    pk: int
    name: str


def mark_of(user: Any) -> str:
    """What the forms carry that this person opens."""
    return SIGNER.sign_object([user.pk, str(user)])


def other_typist(request: HttpRequest) -> Typist | None:
    """Who opened the form that was sent, if that is another than the person who is signed in."""
    try:
        opened_by = Typist(*SIGNER.unsign_object(request.POST.get(FIELD, "")))
    except BadSignature:
        return None
    return opened_by if request.user.is_authenticated and opened_by.pk != request.user.pk else None

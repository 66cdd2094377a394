"""The forms of sign-in and of one's account: allauth's own, with our labels, hints and messages (`ACCOUNT_FORMS`, `MFA_FORMS`)."""

import struct
from dataclasses import dataclass
from typing import Any, ClassVar

from allauth.account import forms as account
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn import forms as webauthn
from cryptography.exceptions import UnsupportedAlgorithm
from django import forms


@dataclass(frozen=True)
class Words:
    """What is written at a field, and what is said when it is left empty."""

    label: str
    empty: str
    hint: str = ""
    invalid: str = ""


EMAIL = Words("Email address", "Enter your email address", invalid="Enter an email address, like name@school.example")
PASSWORD = Words("Password", "Enter your password")
NEW_PASSWORD = Words(
    "New password",
    "Enter a new password",
    hint="At least 12 characters. Three or four words that only you would put together are easy to keep in mind.",
)
NEW_PASSWORDS = {"password1": NEW_PASSWORD, "password2": Words("New password again", "Enter the new password again")}
CODE = Words("Code", "Enter the code", hint="6 figures from your authenticator app, or one of your recovery codes")
KEY_NAME = Words("Name", "Enter a name", hint="To tell your keys apart, for example “school laptop”")


class InOurWords:
    """Puts `words` at the fields and takes allauth's placeholders away, which vanish as soon as somebody types."""

    words: ClassVar[dict[str, Words]]
    fields: dict[str, Any]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, words in self.words.items():
            field = self.fields[name]
            field.label, field.help_text = words.label, words.hint
            field.error_messages["required"] = words.empty
            if words.invalid:
                field.error_messages["invalid"] = words.invalid
            field.widget.attrs.pop("placeholder", None)
            if words.label == CODE.label:
                field.widget.attrs |= {"class": "govuk-input--width-10", "inputmode": "numeric", "spellcheck": "false"}


class SignInForm(InOurWords, account.LoginForm):
    words = {"login": EMAIL, "password": PASSWORD}


class ForgottenPasswordForm(InOurWords, account.ResetPasswordForm):
    words = {"email": EMAIL}


class NewPasswordForm(InOurWords, account.ResetPasswordKeyForm):
    words = NEW_PASSWORDS


class ChangePasswordForm(InOurWords, account.ChangePasswordForm):
    words = {"oldpassword": Words("Current password", "Enter your current password")} | NEW_PASSWORDS


class FirstPasswordForm(InOurWords, account.SetPasswordForm):
    words = NEW_PASSWORDS


class ChangeEmailForm(InOurWords, account.AddEmailForm):
    words = {"email": Words("New email address", "Enter your new email address", invalid=EMAIL.invalid)}


class ConfirmByPasswordForm(InOurWords, account.ReauthenticateForm):
    words = {"password": PASSWORD}


class SecondStepForm(InOurWords, mfa.AuthenticateForm):
    words = {"code": CODE}


class ConfirmByCodeForm(InOurWords, mfa.ReauthenticateForm):
    words = {"code": CODE}


class SetUpAppForm(InOurWords, ActivateTOTPForm):
    words = {
        "code": Words(CODE.label, "Enter the code that the app shows", hint="The 6 figures that the app shows now")
    }


class KeyField(forms.JSONField):
    """What a browser sends of a key: an object, not longer than any key's; the library takes long to read a long one."""

    LONGEST = 20_000  # characters
    widget = forms.HiddenInput
    default_error_messages = dict.fromkeys(("required", "invalid"), "This key could not be read. Try again.")

    def to_python(self, value: Any) -> Any:
        if len(value or "") > self.LONGEST:
            raise self.unread
        read = super().to_python(value)
        if read is not None and not isinstance(read, dict):
            raise self.unread
        return read

    def bound_data(self, data: Any, initial: Any) -> Any:
        """It is not sent back to the page: the browser asks the key anew."""
        return initial

    @property
    def unread(self) -> forms.ValidationError:
        return forms.ValidationError(self.error_messages["invalid"], code="invalid")


class ReadsKey(forms.Form):
    """Refuses what is no key. The library that reads keys (fido2) expects a browser to have made them, and can raise
    almost anything otherwise."""

    UNREADABLE = (
        ArithmeticError,
        AssertionError,
        AttributeError,
        LookupError,
        RuntimeError,  # one that is nested too deep, and an algorithm that the library knows by name only
        TypeError,
        UnsupportedAlgorithm,
        ValueError,
        struct.error,
    )
    credential = KeyField()

    def full_clean(self) -> None:
        try:
            super().full_clean()
        except self.UNREADABLE:
            self.add_error("credential", KeyField().unread)


class SignInByKeyForm(ReadsKey, webauthn.LoginWebAuthnForm):
    pass


class SecondStepByKeyForm(ReadsKey, webauthn.AuthenticateWebAuthnForm):
    pass


class ConfirmByKeyForm(ReadsKey, webauthn.ReauthenticateWebAuthnForm):
    pass


class AddKeyForm(ReadsKey, InOurWords, webauthn.AddWebAuthnForm):
    words = {
        "name": KEY_NAME,
        "passwordless": Words(
            "Let me sign in with it alone, without my password",
            "",
            hint="A passkey that signs you in alone asks for your fingerprint, face or PIN each time.",
        ),
    }


class RenameKeyForm(InOurWords, webauthn.EditWebAuthnForm):
    words = {"name": KEY_NAME}

"""Every setting, read from the environment. What is missing is named in one sentence.

A demonstration needs none of them. Elsewhere nothing starts without those marked *, with `DEBUG` only `SECRET_KEY`.

| variable | meaning | when it is not set |
|---|---|---|
| `DEMONSTRATION` | 1: people of the demonstration sign in by one click; never with real people | 0 |
| `SECRET_KEY` * | signs sessions and queued tasks; 50 random characters or more | a demonstration makes one in `VAR` |
| `ALLOWED_HOSTS` * | host names that the site answers to, separated by commas | this machine only |
| `SITE_URL` * | the address in emails, and on sealed records for ever | `http://127.0.0.1:8000` |
| `HTTPS` | 0 only where no TLS is to be had: cookies and links then go without it | 1, for a demonstration 0 |
| `DATABASE_URL` | `postgres://user:password@host/name` | SQLite in `VAR` |
| `VAR` | the folder for everything that the application keeps on disk | `var` in the checkout |
| `EMAIL_URL` * | the mail server, for example `smtp+tls://user:password@host:587` | files in `VAR/mail` |
| `DEFAULT_FROM_EMAIL` * | the sender of every message | an address that nobody has |
| `SEAL_KEY_FILE`, `SEAL_CERTIFICATE_FILE` | PEM files of the key that seals records | made on first use in `VAR/private/seal` |
| `TRUSTED_PROXY` | 1 when a proxy in front sets X-Forwarded-Proto and X-Forwarded-For | 0 |
| `DEBUG` | 1 while developing | 0 |
"""

import os
import secrets
from pathlib import Path

import environ
from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured

BASE = Path(__file__).resolve().parent.parent
env = environ.Env()

DEBUG = env.bool("DEBUG", default=False)
DEMONSTRATION = env.bool("DEMONSTRATION", default=False)
HTTPS = env.bool("HTTPS", default=not DEMONSTRATION)
VAR = Path(env("VAR", default=str(BASE / "var")))
PRIVATE = VAR / "private"


# What has to be said where people are real: it goes into records and letters that nobody can take back.
DEMANDED = {
    "SECRET_KEY": "50 or more random characters",
    "ALLOWED_HOSTS": "the host names of this site",
    "SITE_URL": "its address",
    "EMAIL_URL": "the mail server",
    "DEFAULT_FROM_EMAIL": "the sender of its messages",
}
if not DEMONSTRATION:
    _demanded = ["SECRET_KEY"] if DEBUG else list(DEMANDED)
    if _missing := [f"{name} to {DEMANDED[name]}" for name in _demanded if not env(name, default="")]:
        raise ImproperlyConfigured(f"Set {', '.join(_missing)}, or DEMONSTRATION=1 to try things out.")


def _make_own_folder(folder: Path) -> None:
    """A folder for this user only, unless it is there."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as why:
        raise ImproperlyConfigured(
            f"Set VAR to a folder that can be made and written: {folder}: {why.strerror}."
        ) from None
    if not os.access(folder, os.W_OK | os.X_OK):
        raise ImproperlyConfigured(f"Set VAR to a folder that this user can write, or give them {folder}.")


_make_own_folder(VAR)
_make_own_folder(PRIVATE)


def _secret_key() -> str:
    if given := env("SECRET_KEY", default=""):
        if len(given) < 50 or len(set(given)) < 10:
            raise ImproperlyConfigured(
                "Set SECRET_KEY to 50 or more random characters: the present one is too short or can be guessed."
            )
        return given
    kept = PRIVATE / "secret-key"
    try:
        descriptor = os.open(kept, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return kept.read_text()
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_urlsafe(50))
    return kept.read_text()


SECRET_KEY = _secret_key()
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
SITE_URL = env("SITE_URL", default="http://127.0.0.1:8000").rstrip("/")

INSTALLED_APPS = [
    "ectprogramme",
    "people",
    "content",
    "cycles",
    "observations",
    "reviews",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
    "crispy_forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "django_q",
    "django_htmx",
    "csp",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",  # safe from BREACH: its length varies, and each page's token is another
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "ectprogramme.middleware.private_pages",
    "ectprogramme.middleware.session_clock",
    "ectprogramme.middleware.SignInRequired",
    "ectprogramme.middleware.second_factor_required",
]
ROOT_URLCONF = "ectprogramme.urls"
WSGI_APPLICATION = "ectprogramme.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["ectprogramme.templatetags.dates", "ectprogramme.templatetags.gov"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "ectprogramme.views.navigation",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
CRISPY_ALLOWED_TEMPLATE_PACKS = ["gov"]
CRISPY_TEMPLATE_PACK = "gov"

DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{VAR / 'db.sqlite3'}")}
DATABASES["default"]["CONN_MAX_AGE"] = 600  # a new connection for each page costs more than the page
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        # FULL: what was answered as saved is on the disk, whatever happens to the power. Each thread has a connection with a
        # cache of its own, so that is 512 kB and not 2 MB: what it no longer holds, the system does.
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA cache_size=-512;"
        ),
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "django_cache",
        # Attempts to sign in are counted here. Beyond this a third of all counts goes, with Django's own 300 soon enough
        # for whoever guesses passwords from many addresses to have theirs forgotten.
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    },
    # PDFs of what is read, for an hour; web server and worker share them
    "pdfs": {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": PRIVATE / "pdfs",
        "OPTIONS": {"MAX_ENTRIES": 200},
    },
}
Q_CLUSTER = {
    "name": "ectprogramme",
    "orm": "default",
    "workers": 2,
    "timeout": 120,
    "retry": 180,
    "max_attempts": 5,
    "ack_failures": False,
    "catch_up": False,
    "poll": 1,
    "save_limit": 2000,
    "recycle": 100,
}

# People and sessions
AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = ["people.adapters.RealPeopleBackend"]
DEMONSTRATION_DOMAIN = "ectprogramme.example"  # of its people's email; .example can never be a real address
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["email", "name"]},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
PASSWORD_RESET_TIMEOUT = 24 * 60 * 60  # seconds that a link to choose a password lasts
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "people.adapters.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_PREVENT_ENUMERATION = True
# Beside allauth's own: codes of records cannot be guessed, and nobody keeps the processor busy. A whole school shares an
# address, and one pupil at it must not keep everybody from signing in and signing; five failures stop any one account.
ACCOUNT_RATE_LIMITS = {
    "check_record": "30/m/ip",
    "make_pdf": "6/m/user",
    "login": "100/m/ip",
    "login_failed": "50/m/ip,5/300s/key",
}
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_CHANGE_EMAIL = True  # one address each: a new one takes over when its owner has followed the link
ACCOUNT_EMAIL_NOTIFICATIONS = True  # whoever owns the account hears of every change to how one signs in
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_FORMS = {
    "login": "people.account_forms.SignInForm",
    "reset_password": "people.account_forms.ForgottenPasswordForm",
    "reset_password_from_key": "people.account_forms.NewPasswordForm",
    "change_password": "people.account_forms.ChangePasswordForm",
    "set_password": "people.account_forms.FirstPasswordForm",
    "add_email": "people.account_forms.ChangeEmailForm",
    "reauthenticate": "people.account_forms.ConfirmByPasswordForm",
}
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300  # seconds; whoever signs has shown who they are within this time
MFA_ADAPTER = "people.adapters.SecondStepAdapter"
MFA_ALLOW_UNVERIFIED_EMAIL = True  # nobody signs up, so nobody can lock an address that is not theirs
MFA_FORMS = {
    "authenticate": "people.account_forms.SecondStepForm",
    "reauthenticate": "people.account_forms.ConfirmByCodeForm",
    "activate_totp": "people.account_forms.SetUpAppForm",
    "login_webauthn": "people.account_forms.SignInByKeyForm",
    "authenticate_webauthn": "people.account_forms.SecondStepByKeyForm",
    "reauthenticate_webauthn": "people.account_forms.ConfirmByKeyForm",
    "add_webauthn": "people.account_forms.AddKeyForm",
    "edit_webauthn": "people.account_forms.RenameKeyForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS
MFA_TOTP_TOLERANCE = 1  # a code typed in its last second still counts
MFA_TOTP_ISSUER = "ECT programme"
SECOND_FACTOR_REQUIRED = not DEMONSTRATION
SESSION_IDLE = 2 * 60 * 60  # seconds without a request
SESSION_COOKIE_AGE = 12 * 60 * 60  # seconds from sign-in, however busy
SESSION_EXPIRE_AT_BROWSER_CLOSE = True

# Browser
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "csrf"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "ectprogramme.views.forbidden_form"
SECURE_HSTS_SECONDS = 63072000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_SSL_REDIRECT = HTTPS
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if env.bool("TRUSTED_PROXY", default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    ALLAUTH_TRUSTED_PROXY_COUNT = 1
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],  # data: for the style sheet's own arrows and the second factor's QR code
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
    }
}
PERMISSIONS_POLICY: dict[str, list[str]] = {"camera": [], "geolocation": [], "microphone": [], "payment": [], "usb": []}

# Files: what people upload and what the application seals is outside every folder that is served
STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
STATICFILES_DIRS = [BASE / "static", ("dist", BASE / "var" / "dist")]
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": PRIVATE, "base_url": None, "file_permissions_mode": 0o600},
    },
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
if DEBUG:
    WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = True
    STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
UPLOAD_LIMIT = 10 * 1024 * 1024  # bytes
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
SEAL_KEY_FILE = Path(env("SEAL_KEY_FILE", default=str(PRIVATE / "seal" / "key.pem")))
SEAL_CERTIFICATE_FILE = Path(env("SEAL_CERTIFICATE_FILE", default=str(PRIVATE / "seal" / "certificate.pem")))

# Mail
if env("EMAIL_URL", default=""):
    vars().update(env.email("EMAIL_URL"))
else:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = VAR / "mail"
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", default="ECT programme <no-reply@ectprogramme.example>")
EMAIL_TIMEOUT = 20

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
USE_TZ = True

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {"ectprogramme": {"level": "INFO"}},
}

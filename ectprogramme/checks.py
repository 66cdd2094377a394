"""What `manage.py check` and the commands that begin with it look for besides Django's own."""

from django.apps import apps
from django.conf import settings
from django.core.checks import Error, Warning
from django.db import connections


def no_demonstration_people_among_real_ones(databases, **options):
    """The demonstration's people share a password that anybody can know, so a real installation has none of them.

    `databases` are those to look into: `migrate` and `check --database default` name one, other commands none.
    """
    if settings.DEMONSTRATION:
        return []
    User = apps.get_model("people", "User")
    found = [
        email
        for database in databases or ()
        if User._meta.db_table in connections[database].introspection.table_names()  # not before the first migrate
        for email in User.objects.using(database)
        .filter(email__iendswith="@" + settings.DEMONSTRATION_DOMAIN)
        .order_by("email")
        .values_list("email", flat=True)
    ]
    if not found:
        return []
    return [
        Error(
            f"People of the demonstration are in this database, and cannot sign in here: {', '.join(found)}.",
            hint="Begin with an empty database and VAR for real people, or set DEMONSTRATION=1 where there are none.",
            id="ectprogramme.E001",
        )
    ]


def var_is_for_its_owner_only(app_configs, **options):
    """A `VAR` that was made before, by hand or by another program, may be open to everybody on the machine."""
    mode = settings.VAR.stat().st_mode & 0o777
    if settings.DEMONSTRATION or not mode & 0o077:
        return []
    return [
        Warning(
            f"Others on this machine can reach {settings.VAR} (its mode is {mode:o}), where secrets are kept.",
            hint=f"Run chmod 700 {settings.VAR} as the user that web and worker run as.",
            id="ectprogramme.W001",
        )
    ]

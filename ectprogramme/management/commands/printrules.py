"""Writes docs/rules.md from the tables, or checks that it is what they say."""

from django.conf import settings
from django.core.management import BaseCommand, CommandError

from ectprogramme import rules


class Command(BaseCommand):
    help = "Writes docs/rules.md from the tables in the code; with --check only says whether it is up to date."

    def add_arguments(self, parser):
        parser.add_argument("--check", action="store_true")

    def handle(self, *, check, **options):
        file = settings.BASE / "docs" / "rules.md"
        page = rules.page()
        if not check:
            file.write_text(page, encoding="utf-8")
        elif not file.exists() or file.read_text(encoding="utf-8") != page:
            raise CommandError("docs/rules.md is not what the tables say. Run: manage.py printrules")

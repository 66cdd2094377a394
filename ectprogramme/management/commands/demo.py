"""Loads the demonstration."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from ectprogramme import demonstration


class Command(BaseCommand):
    help = "Makes the demonstration's schools, people and what they have done; never beside real people."

    def handle(self, **options):
        if not settings.DEMONSTRATION:  # anybody can know the password of its people
            raise CommandError("Set DEMONSTRATION=1 to have the demonstration here. Nothing was changed.")
        try:
            made = demonstration.load(timezone.localdate())
        except (demonstration.RealPeople, demonstration.NoContent) as refused:
            raise CommandError(str(refused)) from refused
        if made:
            self.stdout.write(f"The demonstration is there, with {len(demonstration.CAST)} people.")
        else:
            self.stdout.write("The demonstration was there already. Nothing was changed.")

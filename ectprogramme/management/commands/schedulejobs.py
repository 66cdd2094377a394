"""Brings the timed jobs of the queue in line with ectprogramme/schedules.py."""

from django.core.management import BaseCommand

from ectprogramme import schedules


class Command(BaseCommand):
    help = "Makes the timed jobs those of ectprogramme/schedules.py. Do it after each update."

    def handle(self, **options):
        schedules.keep()
        self.stdout.write(f"{len(schedules.JOBS)} timed jobs.")

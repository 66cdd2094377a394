"""Checks that the list of events is as it was written."""

from django.core.management.base import BaseCommand, CommandError

from people.actions import broken_events


class Command(BaseCommand):
    help = "Says of the chain of events where one was changed, taken out or put in; the exit code is then 1."

    def handle(self, **options):
        broken = list(broken_events())
        if broken:
            raise CommandError("\n".join(broken))
        self.stdout.write("Every event is as it was written.")

"""Loads content packs from files and folders."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from content import checks, documents, packs
from content.actions import load
from content.models import PackLoad


class Command(BaseCommand):
    help = "Checks content packs and loads them: all of them or, if anything is wrong in any, none."

    def add_arguments(self, parser):
        parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="a .yaml file, or a folder of them")
        parser.add_argument(
            "--replace", action="store_true", help="also load packs that somebody has changed on the upload page since"
        )
        parser.add_argument("--dry-run", action="store_true", help="only show what would be added, changed and retired")

    def handle(self, *, paths, dry_run, replace, **options):
        try:
            sources = packs.gather(paths)
        except OSError as error:
            raise CommandError(f"Cannot read {error.filename}: {error.strerror}.") from error
        if not sources:
            raise CommandError("There are no .yaml files there.")
        if not replace:
            sources = self.without_those_changed_on_the_page(sources)
        try:
            plan = checks.plan(sources) if dry_run else load(sources)
        except packs.BrokenPacks as broken:
            raise CommandError(f"{broken}\nNothing was loaded: {len(broken.faults)} to put right.") from broken
        self.show(plan)
        if dry_run:
            self.stdout.write("Dry run: nothing was written.")

    def without_those_changed_on_the_page(self, sources):
        """An update of the software must not take back what a programme administrator has loaded."""
        last = {load.pack.slug: load for load in PackLoad.objects.select_related("pack", "by").order_by("at", "pk")}
        kept = []
        for source in sources:
            content = documents.read(source.name, source.content).content
            latest = last.get(content.get("slug", "")) if isinstance(content, dict) else None
            if latest and latest.by:
                day = f"{timezone.localtime(latest.at):%-d %B %Y}"
                self.stdout.write(
                    f"left alone {latest.pack.slug}: {latest.by} loaded it on {day} (--replace loads it too)"
                )
            else:
                kept.append(source)
        return kept

    def show(self, plan):
        for entry in plan.added:
            self.stdout.write(f"added    {entry.address}")
        for entry in plan.changed:
            self.stdout.write(f"changed  {entry.address} ({', '.join(entry.differs)})")
        for kept in plan.retired:
            self.stdout.write(f"retired  {kept.address}")
        if plan.changes_nothing:
            self.stdout.write(f"Nothing changed: all {len(plan.unchanged)} pieces are loaded already.")
        else:
            added, changed, retired = len(plan.added), len(plan.changed), len(plan.retired)
            unchanged = len(plan.unchanged)
            self.stdout.write(f"{added} added, {changed} changed, {retired} retired, {unchanged} as before.")

"""Writes loaded packs back out as files."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from content.models import Pack
from content.writing import MARK, text_of


class Command(BaseCommand):
    help = "Writes the packs that are loaded as YAML, one file each. Loading those files changes nothing."

    def add_arguments(self, parser):
        parser.add_argument("folder", type=Path, help="where to write them; it is made if it is not there")
        parser.add_argument("--pack", action="append", default=[], metavar="SLUG", help="only this pack, or these")

    def handle(self, *, folder, pack, **options):
        packs = Pack.objects.filter(slug__in=pack) if pack else Pack.objects.all()
        if missing := sorted(set(pack) - {each.slug for each in packs}):
            raise CommandError(f"No such pack is loaded: {', '.join(missing)}. Nothing was written.")
        files = {folder / f"{each.slug}.yaml": each for each in packs}
        if others := [str(path) for path in files if path.exists() and not is_ours(path)]:
            raise CommandError(
                f"Not written by dumpcontent, so not overwritten: {', '.join(others)}. Nothing was written."
            )
        folder.mkdir(parents=True, exist_ok=True)
        for path, each in files.items():
            path.write_text(text_of(each), encoding="utf-8")
            self.stdout.write(f"wrote {path}")


def is_ours(path):
    """Whether this command wrote a file."""
    with path.open("rb") as file:
        return file.read(len(MARK)) == MARK.encode()

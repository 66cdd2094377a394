"""What is on the one page: all that is for this reader, in order, with nothing folded away."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import OuterRef, Prefetch, Subquery
from django.http import Http404
from django.shortcuts import get_object_or_404

from content.models import (
    Activity,
    AgendaItem,
    Ingredient,
    Module,
    PackLoad,
    Scenario,
    Session,
    Statement,
    Study,
    StudySection,
    SuggestedAction,
    examples_for,
)
from content.reading import Reader
from ectprogramme.rows import Rows


@dataclass(frozen=True)
class PrintedStudy:
    """A study with the sections, scenarios and suggested actions that are printed for one reader."""

    study: Study
    sections: list[StudySection]
    near: list[Scenario]
    suggested: list[tuple[SuggestedAction, list[str]]]
    leaves_out: bool  # what is for other phases

    @property
    def minutes(self) -> int:
        return sum(section.minutes for section in self.sections if not section.optional)


@dataclass(frozen=True)
class Printout:
    """One page of its own: `piece` is what it was asked for, `everything` whether other phases are in it too."""

    kind: str
    piece: Module | Study | Session
    studies: list[PrintedStudy]
    sessions: list[Session]
    everything: bool
    made_at: datetime

    @property
    def leaves_out(self) -> bool:
        """Whether there is more of it for other phases."""
        return any(study.leaves_out for study in self.studies)

    @property
    def minutes(self) -> int:
        """That its reading takes or, of a session alone, the session itself."""
        if self.studies:
            return sum(study.minutes for study in self.studies)
        return sum(item.minutes for session in self.sessions for item in session.agenda.all())

    @property
    def caption(self) -> str:
        return CAPTIONS[self.kind](self.piece)


def _of_module(module: Module) -> str:
    return f"Year {module.year}, module {module.number}" if module.number else f"Year {module.year}"


def _of_study(study: Study) -> str:
    number = f" {study.number}" if study.number else ""
    return f"{study.module}: {study.get_kind_display().lower()}{number}"


CAPTIONS: dict[str, Callable] = {
    "modules": _of_module,
    "studies": _of_study,
    "sessions": lambda session: f"{session.module}: week {session.week} session",
}


def find(reader: Reader, kind: str, slug: str, *, everything: bool) -> Printout:
    """The printout of a study, a session or a module as this person reads it; it may have nothing for them."""
    if kind not in CAPTIONS:
        raise Http404
    sessions, studies = _with_load(_sessions()), _with_load(_studies(reader))
    piece: Module | Study | Session
    found: list[Study] = []
    held: list[Session] = []
    if kind == "sessions":
        held = [piece := get_object_or_404(sessions, slug=slug)]
    elif kind == "studies":
        found = [piece := get_object_or_404(studies, slug=slug)]
    else:
        piece = module = get_object_or_404(_with_load(Module.objects.current()), slug=slug)
        found, held = list(studies.filter(module=module)), list(sessions.filter(module=module))
    printed = [one for study in found if (one := _printed(reader, study, everything)).sections]
    return Printout(kind, piece, printed, held, everything, _changed_at([piece, *found, *held], printed))


def _with_load(pieces):
    """With `loaded_at`: when the pack of each was loaded last."""
    loads = PackLoad.objects.filter(pack=OuterRef("pack")).order_by("-at")
    return pieces.annotate(loaded_at=Subquery(loads.values("at")[:1]))


def _studies(reader: Reader):
    """Studies with all that is printed of them and, where a section asks for one, the school's examples."""
    ingredients = Ingredient.objects.current().filter(section=OuterRef("pk"))
    sections = (
        StudySection.objects.current()
        .with_sources()
        .annotate(its_ingredients=Rows(ingredients, "slug", "title", "text"))
    )
    return (
        Study.objects.current()
        .select_related("module")
        .prefetch_related(
            Prefetch("sections", sections.prefetch_related(examples_for(reader.user))),
            Prefetch("scenarios", Scenario.objects.current()),
            Prefetch("actions", SuggestedAction.objects.current()),
        )
    )


def _sessions():
    """Sessions with all that is printed of them."""
    activities = Activity.objects.current().filter(item=OuterRef("pk"))
    agenda = AgendaItem.objects.current().annotate(its_activities=Rows(activities, "title", "text", "supports"))
    return (
        Session.objects.current()
        .select_related("module__audit")
        .annotate(its_statements=Rows(Statement.objects.filter(sessions=OuterRef("pk")), "code", "text"))
        .prefetch_related(Prefetch("agenda", agenda))
    )


def _printed(reader: Reader, study: Study, everything: bool) -> PrintedStudy:
    of_all = study.sections.all()
    on_side = [section for section in of_all if not reader.sides or section.audience in reader.sides]
    sections = [section for section in on_side if everything or reader.is_of_phase(section)]
    near, far = reader.by_phase(study.scenarios.all())
    if everything or not near:
        near, far = near + far, []
    titles = {
        f"{one.slug}/{ingredient['slug']}": ingredient["title"]
        for one in of_all
        if reader.sees(one)  # a title is of a page as much as its text
        for ingredient in one.its_ingredients  # type: ignore[attr-defined]
    }
    suggested = [
        (action, list(dict.fromkeys(titles[name] for name in action.ingredients if name in titles)))
        for action in study.actions.all()
    ]
    return PrintedStudy(study, sections, near, suggested, leaves_out=bool(far) or sections != on_side)


def _changed_at(pieces: Iterable[Any], printed: Iterable[PrintedStudy]) -> datetime:
    """When a pack or the school last changed any of it: the date of a PDF, which stays the same as long as it does."""
    sections = [section for study in printed for section in study.sections]
    times = [example.saved_at for section in sections for example in section.examples]  # type: ignore[attr-defined]
    return max(times + [piece.loaded_at for piece in pieces])

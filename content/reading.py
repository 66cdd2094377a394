"""Who reads what: a person's side of each study, what of it is for them, and how far they have come. Nothing here writes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, Self

from django.db.models import Exists, OuterRef, Q, prefetch_related_objects

from content.electives.workflow import State as ElectiveState
from content.models import (
    Cycle,
    ElectiveChoice,
    Following,
    KeptPlace,
    Module,
    Programme,
    Scenario,
    SectionDone,
    Session,
    Study,
    StudySection,
)
from content.permissions import RULES
from content.years import Year, programme_year
from people.models import Induction, User
from people.permissions import Role, allowed

ECT, MENTOR, BOTH = StudySection.Audience


def sides_of(user: User) -> frozenset[str]:
    """The audiences whose sections are this person's to read and tick."""
    roles = user.places.roles()
    sides = {side for role, side in [(Role.ECT, ECT), (Role.MENTOR, MENTOR)] if role in roles}
    return frozenset({*sides, BOTH} if sides else ())


def see_mentors_pages(sides: frozenset[str]) -> bool:
    """What is for mentors only is for all to see but ECTs who are no mentors."""
    return not sides or MENTOR in sides


@dataclass(frozen=True)
class Reader:
    """Somebody who reads, for themselves or for the ECTs whom they mentor.

    `sides` are the audiences whose sections are theirs to read and tick: none for whoever is neither ECT nor mentor, and
    reads everything with both sides marked. An ECT does not see what is for mentors only.
    """

    user: User
    sides: frozenset[str]
    inductions: tuple[Induction, ...]

    @classmethod
    def of(cls, user: User) -> Self:
        sides = sides_of(user)
        if not sides:
            return cls(user, sides, ())
        mine = Induction.objects.in_reach(user, RULES["tick"]).select_related("following__programme")
        return cls(user, sides, tuple(mine))

    @classmethod
    def ect_of(cls, induction: Induction) -> Self:
        """The ECT, as those see who see how far they have read."""
        return cls(induction.ect, frozenset({ECT, BOTH}), (induction,))

    @property
    def ticks(self) -> bool:
        """Whether places and ticks are kept for this person."""
        return bool(self.sides)

    @property
    def is_mentor(self) -> bool:
        return MENTOR in self.sides

    @cached_property
    def own_induction(self) -> Induction | None:
        """In which this person is the ECT."""
        return next((induction for induction in self.inductions if induction.ect_id == self.user.pk), None)

    @cached_property
    def others(self) -> tuple[Induction, ...]:
        """Of other people whose progress this person sees."""
        roles_in, rule = self.user.places.roles_in, RULES["see_progress"]
        others = (one for one in self.inductions if one.ect_id != self.user.pk)
        return tuple(one for one in others if allowed(roles_in(one), rule, ""))

    @cached_property
    def phases(self) -> frozenset[str]:
        """For which this person reads; empty while one of them is not known, so that nothing is kept from them."""
        phases = frozenset(induction.phase for induction in self.inductions)
        return frozenset() if "" in phases else phases

    def sees(self, section: StudySection) -> bool:
        return section.audience != MENTOR or see_mentors_pages(self.sides)

    def is_of_phase(self, section: StudySection) -> bool:
        return not section.phases or not self.phases or not self.phases.isdisjoint(section.phases)

    def is_theirs(self, section: StudySection) -> bool:
        """On their side (on any, for whoever has none), and of their phase."""
        return self.is_of_phase(section) and (not self.sides or section.audience in self.sides)

    def counts(self, section: StudySection) -> bool:
        """Whether this person has it to read and tick."""
        return self.is_theirs(section) and not section.optional

    def by_phase(self, scenarios: Iterable[Scenario]) -> tuple[list[Scenario], list[Scenario]]:
        """Those of this person's phase, and the others."""
        near: list[Scenario] = []
        far: list[Scenario] = []
        for scenario in scenarios:
            (near if scenario.phase in self.phases else far).append(scenario)
        return near, far


@dataclass
class Progress:
    """How far somebody is in a study: `sections` are those that count, `done` those ticked, `place` where they stopped."""

    study: Study
    sections: list[StudySection]
    done: list[StudySection]
    place: int | None = None  # the primary key of a section

    @property
    def is_done(self) -> bool:
        return len(self.done) == len(self.sections)

    @property
    def is_begun(self) -> bool:
        return bool(self.done or self.place)

    @property
    def minutes(self) -> int:
        return sum(section.minutes for section in self.sections)

    @property
    def minutes_left(self) -> int:
        return self.minutes - sum(section.minutes for section in self.done)

    @property
    def next(self) -> StudySection:
        """Where to go on: at the place kept; if that is done, at the first after it that is not, or the first of all."""
        at = next((number for number, section in enumerate(self.sections) if section.pk == self.place), 0)
        in_order = self.sections[at:] + self.sections[:at]
        return next((section for section in in_order if section not in self.done), self.sections[0])

    @property
    def words(self) -> str:
        if self.is_done:
            return "Done"
        if not self.done:
            return "Started" if self.is_begun else "Not started"
        return f"{len(self.done)} of {len(self.sections)} sections done"


def sections_of(user: User, **where: Any) -> list[StudySection]:
    """Sections in their order, without their text, each with its study; `place` is the one where this person stopped."""
    place = KeptPlace.objects.filter(person=user, section=OuterRef("pk"))
    return list(
        StudySection.objects.current()
        .filter(study__retired=False, **where)
        .defer("text")
        .select_related("study__module")
        .annotate(is_place=Exists(place))
        .order_by("study__position", "study", "position", "pk")
    )


def progress_in(reader: Reader, sections: Iterable[StudySection], done: set[int]) -> list[Progress]:
    """The progress in each study of these sections; one in which this person has nothing to read is left out."""
    found: dict[int, Progress] = {}
    for section in sections:
        if not reader.counts(section):
            continue
        progress = found.setdefault(section.study_id, Progress(section.study, [], []))
        progress.sections.append(section)
        if section.pk in done:
            progress.done.append(section)
        if getattr(section, "is_place", False):
            progress.place = section.pk
    return list(found.values())


def done_by(people: Iterable[int], **where: Any) -> dict[int, set[int]]:
    """What these people have ticked: the keys of sections by the key of the person; `where` is about `section`."""
    ticked: dict[int, set[int]] = {person: set() for person in people}
    for person, section in SectionDone.objects.filter(person__in=ticked, **where).values_list("person", "section"):
        ticked[person].add(section)
    return ticked


def chosen_for(induction: Induction) -> Programme | None:
    """The programme that the school has chosen for an induction, where it has; comes along with `following__programme`."""
    following: Following | None = getattr(induction, "following", None)
    return following.programme if following else None


def as_followed(induction: Induction) -> str:
    """What an induction follows, as the page carries it on which that is changed."""
    chosen = chosen_for(induction)
    return f"{induction.phase}/{chosen.slug if chosen else ''}"


def programme_of(induction: Induction, programmes: Sequence[Programme]) -> Programme | None:
    """Of those that are loaded, the one that an induction follows: the only one, or else the one chosen for it."""
    if len(programmes) == 1:
        return programmes[0]
    following = getattr(induction, "following", None)
    return next((programme for programme in programmes if following and programme.pk == following.programme_id), None)


def followers_of(programme: int) -> Q:
    """The inductions that follow this programme, as a condition of a query: the same rule."""
    current = Programme.objects.current()
    only = Q(~Exists(current.exclude(pk=programme)))
    return Q(Exists(current.filter(pk=programme))) & (only | Q(following__programme=programme))


@dataclass
class StudyToRead:
    """A study with one reader's progress in it, or for a mentor also that of the ECT; a side with nothing to read has none."""

    study: Study
    own: Progress | None
    ects: Progress | None

    @property
    def is_elective(self) -> bool:
        return self.study.kind == Study.Kind.ELECTIVE

    @property
    def is_begun(self) -> bool:
        return any(progress.is_begun for progress in (self.own, self.ects) if progress)


@dataclass
class ModuleToRead:
    module: Module
    studies: list[StudyToRead]
    sessions: list[Session]

    @property
    def is_handbook(self) -> bool:
        """Whether it is a handbook and nothing else: written for mentors, with sections that both read."""
        handbooks = [line.study.kind == Study.Kind.HANDBOOK for line in self.studies]
        return bool(handbooks) and all(handbooks) and not self.sessions

    def with_electives(self, agreed: set[int]) -> Self:
        """Of the electives only those that ECT and mentor have agreed on, and what somebody is reading already."""
        studies = [line for line in self.studies if not line.is_elective or line.study.pk in agreed or line.is_begun]
        return type(self)(self.module, studies, self.sessions)


@dataclass
class Shelf:
    """All that is to be read for one induction in one year of its programme; `now` is the year that it is in.

    An ECT's own reading comes first: what a handbook has for both of the two is in `handbooks`. To a mentor it is a module
    like the others.
    """

    induction: Induction
    programme: Programme | None
    now: Year
    year: int
    modules: list[ModuleToRead]
    cycles: list[Cycle]
    handbooks: list[ModuleToRead] = field(default_factory=list)
    has_electives: bool = False

    @property
    def other_year(self) -> int:
        return 3 - self.year


def shelves(reader: Reader, today: date, *, only: int | None = None, year: int | None = None) -> list[Shelf]:
    """A shelf for each induction that somebody reads for, or for one of them alone; of another year than now if told."""
    programmes = list(Programme.objects.current())
    prefetch_related_objects(reader.inductions, "patterns")
    found = [
        Shelf(induction, programme_of(induction, programmes), now, year or now.number, [], [])
        for induction in reader.inductions
        if only in (None, induction.pk)
        for now in [programme_year(induction, today)]
    ]
    modules = modules_to_read(reader, [shelf.induction for shelf in found], {shelf.year for shelf in found})
    cycles = list(Cycle.objects.current()) if any(shelf.year == 2 for shelf in found) else []
    agreed = electives_agreed(shelf.induction for shelf in found)
    for shelf in found:
        if shelf.programme:
            key = shelf.programme.pk
            there = [module for module in modules[shelf.induction.pk] if module.module.programme_id == key]
            there = [module for module in there if module.module.year == shelf.year]
            shelf.has_electives = any(line.is_elective for module in there for line in module.studies)
            shelf.modules = [module.with_electives(agreed[shelf.induction.pk]) for module in there]
            if shelf.induction == reader.own_induction:
                shelf.handbooks = [module for module in shelf.modules if module.is_handbook]
                shelf.modules = [module for module in shelf.modules if not module.is_handbook]
            shelf.cycles = [cycle for cycle in cycles if shelf.year == 2 and cycle.programme_id == key]
    return found


def electives_agreed(inductions: Iterable[Induction]) -> dict[int, set[int]]:
    """The keys of the electives that ECT and mentor have agreed on, by the key of the induction."""
    agreed: dict[int, set[int]] = {induction.pk: set() for induction in inductions}
    choices = ElectiveChoice.objects.filter(induction__in=agreed, state=ElectiveState.AGREED)
    for induction, study in choices.values_list("induction", "study"):
        agreed[induction].add(study)
    return agreed


def modules_to_read(
    reader: Reader, inductions: Iterable[Induction], years: Iterable[int]
) -> dict[int, list[ModuleToRead]]:
    """The modules of these years that have anything to read, with what is in them, by the key of the induction."""
    inductions = list(inductions)
    sections = sections_of(reader.user, study__module__year__in=years, study__module__retired=False)
    sessions = list(
        Session.objects.current().filter(module__year__in=years, module__retired=False).select_related("module")
    )
    modules = sorted(
        {section.study.module for section in sections} | {session.module for session in sessions},
        key=lambda module: (module.year, module.number or 99, module.slug),
    )
    people = {reader.user.pk, *(induction.ect_id for induction in inductions)}
    done = done_by(people, section__study__module__in=modules)
    own = {progress.study.pk: progress for progress in progress_in(reader, sections, done[reader.user.pk])}
    studies = {section.study_id: section.study for section in sections}
    found = {}
    for induction in inductions:
        ects: dict[int, Progress] = {}
        if induction in reader.others:
            theirs = progress_in(Reader.ect_of(induction), sections, done[induction.ect_id])
            ects = {progress.study.pk: progress for progress in theirs}
        to_read = [StudyToRead(study, own.get(key), ects.get(key)) for key, study in studies.items()]
        found[induction.pk] = [
            ModuleToRead(
                module,
                [line for line in to_read if line.study.module_id == module.pk and (line.own or line.ects)],
                [session for session in sessions if session.module_id == module.pk],
            )
            for module in modules
        ]
    return found


def studies_done(induction: Induction) -> list[tuple[Study, bool]]:
    """For those who are told whether, not how far: each study of the ECT's programme, and whether the ECT has done it.

    A handbook is to look things up in, so nobody has it to finish. An elective is told of once it is done: nobody has all of
    them to do, and which were chosen or begun only ECT and mentor see (`content.electives.permissions`).
    """
    programme = programme_of(induction, list(Programme.objects.current()))
    sections = sections_of(induction.ect, study__module__programme=programme, study__module__retired=False)
    done = done_by([induction.ect_id], section__study__module__programme=programme)
    progress = progress_in(Reader.ect_of(induction), sections, done[induction.ect_id])
    return [
        (one.study, one.is_done)
        for one in progress
        if one.study.kind == Study.Kind.CORE or (one.study.kind == Study.Kind.ELECTIVE and one.is_done)
    ]


def place_to_go_on(user: User) -> StudySection | None:
    """The section that this person opened last and has not done."""
    to_read = KeptPlace.objects.filter(person=user, section__retired=False, section__optional=False)
    places = to_read.exclude(section__done__person=user)
    place = places.select_related("section__study").order_by("-at").first()
    return place.section if place else None

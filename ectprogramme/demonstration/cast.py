"""The demonstration's people, schools, terms and inductions. Tests use the same."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.conf import settings

from people.actions import add_person, appoint
from people.models import AppropriateBody, Induction, School, Term, User, WorkingPattern
from people.permissions import Role
from people.terms import academic_terms, school_year

DOMAIN = settings.DEMONSTRATION_DOMAIN
PASSWORD = "a demonstration only"


@dataclass(frozen=True)
class Persona:
    """One of the cast: who they are and what one can see by signing in as them."""

    key: str
    name: str
    part: str

    @property
    def email(self) -> str:
        return f"{self.key}@{DOMAIN}"


CAST = [
    Persona("grace", "Grace Okafor", "Induction tutor of both ECTs at Ashdown School"),
    Persona("amira", "Amira Khan", "ECT in year 1 at Ashdown School"),
    Persona("ben", "Ben Carter", "Amira's mentor"),
    Persona("tom", "Tom Hughes", "ECT in year 2 at Ashdown School"),
    Persona("priya", "Priya Shah", "Tom's mentor"),
    Persona("ruth", "Ruth Bennett", "Headteacher of Ashdown School"),
    Persona("joan", "Joan Pike", "School administrator at Ashdown School"),
    Persona("colin", "Colin Wade", "Officer of Northmoor Teaching School Hub, Ashdown's appropriate body"),
    Persona("zofia", "Zofia Łukaszewska", "ECT at Birchwood Academy"),
    Persona("daniel", "Daniel Reid", "Zofia's mentor"),
    Persona("helen", "Helen Marsh", "Zofia's induction tutor"),
    Persona("samuel", "Samuel Adeyemi", "Headteacher of Birchwood Academy"),
    Persona("farah", "Farah Malik", "School administrator at Birchwood Academy"),
    Persona("nadia", "Nadia Rahman", "Officer of Riverside Teaching School Hub, Birchwood's appropriate body"),
    Persona("olive", "Olive Turner", "Programme administrator"),
]


def cast(today: date) -> dict[str, User]:
    """The people, schools, terms and inductions, and nothing that anybody has done yet; by first name."""
    year = school_year(today)
    if academic_terms(year)[0].starts_on > today:  # in the last days of the summer
        year -= 1
    people = {persona.key: add_person(persona.email, persona.name, PASSWORD) for persona in CAST}
    northmoor = AppropriateBody.objects.create(name="Northmoor Teaching School Hub")
    riverside = AppropriateBody.objects.create(name="Riverside Teaching School Hub", due_days_before_term_end=15)
    ashdown = School.objects.create(name="Ashdown School", urn="900001", appropriate_body=northmoor)
    birchwood = School.objects.create(name="Birchwood Academy", urn="900002", appropriate_body=riverside)
    for school in (ashdown, birchwood):
        for september in range(year - 2, year + 3):
            for term in academic_terms(september):
                Term.objects.create(
                    school=school, name=term.name, starts_on=term.starts_on, ends_on=term.ends_on,
                    half_term_starts_on=term.half_term_starts_on, half_term_ends_on=term.half_term_ends_on,
                )  # fmt: skip

    first_days = {september: academic_terms(september)[0].starts_on for september in (year - 1, year)}
    long_ago = first_days[year - 1] - timedelta(days=400)

    def hold(key: str, role: Role, place: School | AppropriateBody | Induction | None, since: date = long_ago) -> None:
        appoint(people[key], role, place, starts_on=since, by=None)

    for key, school, trn, since, mentor, tutor in [
        ("amira", ashdown, "1000001", first_days[year], "ben", "grace"),
        ("tom", ashdown, "1000002", first_days[year - 1], "priya", "grace"),
        ("zofia", birchwood, "0000003", first_days[year - 1], "daniel", "helen"),
    ]:
        induction = Induction.objects.create(
            ect=people[key], school=school, appropriate_body=school.appropriate_body, trn=trn, starts_on=since
        )
        WorkingPattern.objects.create(induction=induction, starts_on=since, fte=Decimal(1))
        hold(mentor, Role.MENTOR, induction, since)
        hold(tutor, Role.TUTOR, induction, since)
    hold("ruth", Role.HEAD, ashdown)
    hold("samuel", Role.HEAD, birchwood)
    hold("joan", Role.SCHOOL_ADMIN, ashdown)
    hold("farah", Role.SCHOOL_ADMIN, birchwood)
    hold("colin", Role.AB_OFFICER, northmoor)
    hold("nadia", Role.AB_OFFICER, riverside)
    hold("olive", Role.PROGRAMME_ADMIN, None)
    return people

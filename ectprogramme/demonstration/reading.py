"""The demonstration's reading: phases, electives, the school's examples, sections that are done, and reflections."""

from pathlib import Path

from content import actions
from content.electives.actions import propose, take_step
from content.examples.actions import add
from content.models import Study, StudySection
from content.packs import gather
from people.models import Induction, Phase, User

ELECTIVE = "assessment-elective-5"
PROPOSED = "asking-everybody"  # from a pack of the demonstration's own, which has one more that nobody has chosen
ELECTIVES = Path(__file__).with_name("electives.yaml")
READ_BY_AMIRA = ["introduction", "reflective-practice", "working-with-others"]
SHARED = (
    "In my training year I asked a question and took the first hand that went up. Now every pupil writes an answer first, "
    "and I walk round and read before anybody speaks. Next I want to decide beforehand which answers would make me stop "
    "and teach it again."
)
REASON = "I collect answers in every lesson, and seldom change the next one because of them."
NEXT_REASON = "It is the same five pupils who answer. I would like to hear from the others before I go on."
FRIDAY = (
    "Each Friday we write two sentences in the department's notebook: what an exit ticket told us, and what we changed on "
    "Monday. It is regular, it has a purpose, and the next person can read it."
)
FILM = "Listen for the moment when one asks the other what the pupils had said."
PRIVATE = "I want to look at how I give feedback in Year 9, because I am not sure that anybody reads it."


def read(people: dict[str, User]) -> None:
    """Amira is half-way through an elective and has proposed another, which waits for Ben. She has shared one reflection with
    him and keeps another to herself.
    """
    for ect, tutor, phase in [
        ("amira", "grace", Phase.SECONDARY),
        ("tom", "grace", Phase.SECONDARY),
        ("zofia", "helen", Phase.PRIMARY),
    ]:
        actions.follow(Induction.objects.get(ect=people[ect]), phase=phase, programme=None, by=people[tutor])
    amira = people["amira"]
    sections = {section.slug: section for section in StudySection.objects.filter(study__slug=ELECTIVE)}
    actions.load(gather([ELECTIVES]))
    _choose(amira, people["ben"])
    _add_examples(sections["reflective-practice"], people)
    for slug in READ_BY_AMIRA:
        actions.tick(sections[slug], by=amira)
    actions.keep_place(sections["applying-your-learning"], by=amira)
    _reflect(sections["next-steps"], PRIVATE, amira)
    shared = _reflect(sections["applying-your-learning"], SHARED, amira)
    actions.take_step(shared, "share", by=amira)
    actions.tick(sections["mentor-introduction"], by=people["ben"])


def _choose(ect: User, mentor: User) -> None:
    """The ECT proposes two electives; the mentor has agreed to one."""
    induction = Induction.objects.get(ect=ect)
    choice = propose(induction, Study.objects.get(slug=ELECTIVE), REASON, by=ect)
    take_step(choice, "agree", by=mentor)
    propose(induction, Study.objects.get(slug=PROPOSED), NEXT_REASON, by=ect)


def _add_examples(section: StudySection, people: dict[str, User]) -> None:
    """Ashdown School shows how something looks there."""
    school = Induction.objects.get(ect=people["amira"]).school
    plain = {"url": "", "seconds": None}
    add(
        section, school, {"kind": "text", "title": "A question for Friday", "text": FRIDAY, **plain}, by=people["grace"]
    )
    film = {"kind": "video", "title": "Two colleagues look back at a lesson", "text": FILM}
    add(section, school, {**film, "url": "https://video.example/looking-back", "seconds": 150}, by=people["ben"])


def _reflect(section: StudySection, text: str, by: User):
    return actions.write_reflection(section, text, revision=0, by=by)

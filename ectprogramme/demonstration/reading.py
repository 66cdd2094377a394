"""The demonstration's reading: phases, sections that are done, and reflections."""

from content import actions
from content.models import StudySection
from people.models import Induction, Phase, User

ELECTIVE = "assessment-elective-5"
READ_BY_AMIRA = ["introduction", "reflective-practice", "working-with-others"]
SHARED = (
    "In my training year I asked a question and took the first hand that went up. Now every pupil writes an answer first, "
    "and I walk round and read before anybody speaks. Next I want to decide beforehand which answers would make me stop "
    "and teach it again."
)
PRIVATE = "I want to look at how I give feedback in Year 9, because I am not sure that anybody reads it."


def read(people: dict[str, User]) -> None:
    """Amira is half-way through an elective, has shared one reflection with Ben and keeps another to herself."""
    for ect, tutor, phase in [
        ("amira", "grace", Phase.SECONDARY),
        ("tom", "grace", Phase.SECONDARY),
        ("zofia", "helen", Phase.PRIMARY),
    ]:
        actions.follow(Induction.objects.get(ect=people[ect]), phase=phase, programme=None, by=people[tutor])
    amira = people["amira"]
    sections = {section.slug: section for section in StudySection.objects.filter(study__slug=ELECTIVE)}
    for slug in READ_BY_AMIRA:
        actions.tick(sections[slug], by=amira)
    actions.keep_place(sections["applying-your-learning"], by=amira)
    _reflect(sections["next-steps"], PRIVATE, amira)
    shared = _reflect(sections["applying-your-learning"], SHARED, amira)
    actions.take_step(shared, "share", by=amira)
    actions.tick(sections["mentor-introduction"], by=people["ben"])


def _reflect(section: StudySection, text: str, by: User):
    return actions.write_reflection(section, text, revision=0, by=by)

"""What the programme teaches and asks: packs and the pieces that they define; and what people make of it (`reading`).

A piece is named among its siblings by a slug (a key, a code) that never changes. Loading a pack adds, changes and
retires pieces and deletes none, because records point at them; a record that asks questions holds its own copy.
"""

from content.models.adaptations import Adaptation, AdaptedSection
from content.models.cycles import ActionStepExample, Area, Cycle, CycleStep, DiagnosticItem, Theme
from content.models.electives import ElectiveChoice
from content.models.examples import SchoolExample, examples_for
from content.models.packs import Pack, PackLoad, Piece
from content.models.programmes import (
    Activity,
    AgendaItem,
    Ingredient,
    Module,
    Programme,
    Scenario,
    Session,
    Study,
    StudySection,
    SuggestedAction,
)
from content.models.reading import Following, KeptPlace, Reflection, SectionDone
from content.models.search import SearchEntry
from content.models.standards import Guidance, Paragraph, Reference, Standard, Statement, is_practice, standard_of
from content.models.templates import Section, Template
from content.models.uploads import PackUpload, may_load

__all__ = [
    "ActionStepExample",
    "Activity",
    "Adaptation",
    "AdaptedSection",
    "AgendaItem",
    "Area",
    "Cycle",
    "CycleStep",
    "DiagnosticItem",
    "ElectiveChoice",
    "Following",
    "Guidance",
    "Ingredient",
    "KeptPlace",
    "Module",
    "Pack",
    "PackLoad",
    "PackUpload",
    "Paragraph",
    "Piece",
    "Programme",
    "Reference",
    "Reflection",
    "Scenario",
    "SchoolExample",
    "SearchEntry",
    "Section",
    "SectionDone",
    "Session",
    "Standard",
    "Statement",
    "Study",
    "StudySection",
    "SuggestedAction",
    "Template",
    "Theme",
    "examples_for",
    "is_practice",
    "may_load",
    "standard_of",
]

"""Pages of the content: what is loaded, and reading it."""

from content.views.programme import content_list, cycle, guidance, search
from content.views.reading import following, module, reading, reflection, reflection_step, section, session, study

__all__ = [
    "content_list",
    "cycle",
    "following",
    "guidance",
    "module",
    "reading",
    "reflection",
    "reflection_step",
    "search",
    "section",
    "session",
    "study",
]

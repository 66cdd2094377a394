"""Pages of the content: what is loaded, reading it, and uploading more."""

from content.views.programme import content_list, cycle, guidance, search
from content.views.reading import following, module, reading, reflection, reflection_step, section, session, study
from content.views.uploads import download, upload, uploaded

__all__ = [
    "content_list",
    "cycle",
    "download",
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
    "upload",
    "uploaded",
]

"""What is done with content: packs are uploaded and loaded, sections are read, reflections are written and shared."""

from content.actions.packs import load
from content.actions.reading import follow, keep_place, take_step, tick, untick, write_reflection
from content.actions.uploads import ask_again, ask_to_load, load_upload, upload_packs

__all__ = [
    "ask_again",
    "ask_to_load",
    "follow",
    "keep_place",
    "load",
    "load_upload",
    "take_step",
    "tick",
    "untick",
    "upload_packs",
    "write_reflection",
]

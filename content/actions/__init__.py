"""What is done with content: packs are loaded, sections are read, reflections are written and shared."""

from content.actions.packs import load
from content.actions.reading import Stale, follow, keep_place, take_step, tick, untick, write_reflection

__all__ = ["Stale", "follow", "keep_place", "load", "take_step", "tick", "untick", "write_reflection"]

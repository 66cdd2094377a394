"""Choosing an elective: the ECT proposes one from what the diagnostic reflection showed, and the mentor agrees (`000`)."""

"""Choosing an elective: the ECT proposes one for what they want to get better at, and the mentor agrees (`000`)."""

"""A study, a session or a whole module on one page, to print and as a PDF."""

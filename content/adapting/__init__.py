"""A school adapts the templates of its meetings: copies, reorders, words, hides, adds, looks, puts to use (programme §3)."""

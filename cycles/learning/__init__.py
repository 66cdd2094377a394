"""The learning log: what an ECT has set out to do, rated and written, and actions of their own (programme §7)."""

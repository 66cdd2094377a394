"""Module audits: the ECT rates each statement of a module when it starts and again when it ends (`002`, programme §7)."""

"""Database triggers that let rows be added to a table and never changed or removed, or not from some point on."""

SQLITE = """
CREATE TRIGGER {table}_no_{what} BEFORE {what} ON {table} WHEN {when}
BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END;
"""
POSTGRES = """
CREATE FUNCTION {table}_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '{table} is append-only' USING ERRCODE = 'integrity_constraint_violation'; END $$;
CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}
FOR EACH ROW WHEN ({when}) EXECUTE FUNCTION {table}_append_only();
"""


def protect(table: str, when: str = "TRUE"):
    """For `migrations.RunPython`: from here on refuses every UPDATE and DELETE of the table's rows that are `OLD` so."""

    def forwards(apps, schema_editor):
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(POSTGRES.format(table=table, when=when))
        else:
            for what in ("update", "delete"):
                schema_editor.execute(SQLITE.format(table=table, what=what, when=when))

    return forwards


def release(table: str):
    """Undoes `protect`."""

    def backwards(apps, schema_editor):
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(f"DROP TRIGGER {table}_append_only ON {table}")
            schema_editor.execute(f"DROP FUNCTION {table}_append_only()")
        else:
            for what in ("update", "delete"):
                schema_editor.execute(f"DROP TRIGGER {table}_no_{what}")

    return backwards

"""The rows that are searched, and the index of their words: an FTS5 table in SQLite, a column with its index in PostgreSQL."""

import django.db.models.deletion
from django.db import migrations, models

SQLITE = """
CREATE VIRTUAL TABLE content_search
USING fts5(title, text, content='content_searchentry', content_rowid='id', tokenize='porter unicode61 remove_diacritics 2')
"""
POSTGRES = """
ALTER TABLE content_searchentry ADD COLUMN words tsvector GENERATED ALWAYS AS
(setweight(to_tsvector('english', title), 'A') || setweight(to_tsvector('english', text), 'D')) STORED;
CREATE INDEX content_search ON content_searchentry USING gin (words);
"""


def forwards(apps, schema_editor):
    schema_editor.execute(POSTGRES if schema_editor.connection.vendor == "postgresql" else SQLITE)


def backwards(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":  # in PostgreSQL it goes with the table
        schema_editor.execute("DROP TABLE content_search")


class Migration(migrations.Migration):
    dependencies = [("content", "0002_reading")]

    operations = [
        migrations.CreateModel(
            name="SearchEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("title", models.CharField(max_length=200)),
                ("within", models.CharField(max_length=500)),
                ("url", models.CharField(max_length=300)),
                ("text", models.TextField()),
                ("for_mentors", models.BooleanField(default=False)),
                (
                    "pack",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="search_entries", to="content.pack"
                    ),
                ),
            ],
            options={"verbose_name_plural": "search entries"},
        ),
        migrations.RunPython(forwards, backwards),
    ]

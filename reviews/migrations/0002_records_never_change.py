from django.db import migrations

from people.append_only import protect, release


class Migration(migrations.Migration):
    dependencies = [("reviews", "0001_initial")]

    # its PDF is the last thing that a record gets
    operations = [
        migrations.RunPython(protect("reviews_record", when="OLD.pdf <> ''"), release("reviews_record")),
    ]

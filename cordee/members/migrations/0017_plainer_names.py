"""Fields named after what they hold; only their columns' names change, no row is written."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("members", "0016_roles_by_what_they_are_held_in")]

    operations = [
        migrations.RenameField("crew", "told_at", "stated_at"),
        migrations.RenameField("programmefact", "told_on", "stated_on"),
    ]

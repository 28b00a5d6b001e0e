"""Fields named after what they hold; only their columns' names change, no row is written."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("members", "0015_a_list_began_at")]

    operations = [
        migrations.RenameField("crew", "told_at", "stated_at"),
        migrations.RenameField("programmefact", "told_on", "stated_on"),
    ]

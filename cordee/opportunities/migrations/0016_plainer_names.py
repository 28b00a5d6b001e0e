"""Fields named after what they hold; only their columns' names change, no row is written."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("opportunities", "0015_format_names_a_reader")]

    operations = [
        migrations.RenameField("savedsearch", "told_until", "notified_until"),
        migrations.RenameField("savedsearch", "told_on", "notified_on"),
    ]

from django.db import migrations


class Migration(migrations.Migration):
    """Messages of an alliance are reported to no network any more (decision 31, taken back)."""

    dependencies = [
        ("alliances", "0023_what_a_structure_writes_by_trade"),
    ]

    operations = [
        migrations.DeleteModel(name="AllianceMessageReport"),
    ]

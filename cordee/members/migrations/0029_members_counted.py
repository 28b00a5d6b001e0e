"""Two indexes that hold all that pages of a country-wide network count and measure."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("members", "0028_crafts_of_finishing"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='activity',
            name='activity_by_trade',
        ),
        migrations.AddIndex(
            model_name='activity',
            index=models.Index(fields=['trade', 'chantier', 'reach_km'], name='activity_by_trade'),
        ),
        migrations.AddIndex(
            model_name='membership',
            index=models.Index(fields=['network', 'structure', 'starts_on', 'ends_on'], name='membership_by_network'),
        ),
        # SQLite reads an index of which it knows nothing before all others.
        migrations.RunSQL("ANALYZE members_activity", migrations.RunSQL.noop),
        migrations.RunSQL("ANALYZE members_membership", migrations.RunSQL.noop),
    ]

"""One index that holds all that lists of open calls count, of a trade or of any."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('opportunities', '0024_craft_of_a_package'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='opportunity',
            name='opportuniti_stage_67b7a3_idx',
        ),
        migrations.AddIndex(
            model_name='opportunity',
            index=models.Index(fields=['stage', 'joined_to', 'deadline', 'id', 'network', 'created_by', 'possible_trades'], name='opportunity_calls'),
        ),
    ]

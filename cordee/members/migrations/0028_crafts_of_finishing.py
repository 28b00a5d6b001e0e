"""An activity of finishing works says its crafts."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('members', '0027_structures_in_order'),
    ]

    operations = [
        migrations.AddField(
            model_name='activity',
            name='crafts',
            field=models.JSONField(blank=True, default=list, help_text='vide\xa0: personne ne l’a dit', verbose_name='corps d’état'),
        ),
        migrations.AddConstraint(
            model_name='activity',
            constraint=models.CheckConstraint(condition=models.Q(('trade', 'second-oeuvre-batiment'), ('crafts', []), _connector='OR'), name='activity_crafts_of_finishing_only', violation_error_message='Seul le second œuvre distingue des corps d’état.'),
        ),
    ]

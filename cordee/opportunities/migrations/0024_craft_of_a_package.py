"""A package of finishing works says which craft it asks."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('members', '0028_crafts_of_finishing'),
        ('opportunities', '0022_possible_trades'),
    ]

    operations = [
        migrations.AddField(
            model_name='opportunitytrade',
            name='crafts',
            field=models.JSONField(blank=True, default=list, help_text='vide\xa0: tout le métier', verbose_name='corps d’état'),
        ),
        migrations.AddField(
            model_name='workpackage',
            name='craft',
            field=models.CharField(blank=True, choices=[('peinture', 'Peinture'), ('sols', 'Sols et carrelage'), ('platrerie', 'Plâtrerie et isolation'), ('menuiserie', 'Menuiserie'), ('metallerie', 'Métallerie et serrurerie'), ('plomberie', 'Plomberie et chauffage'), ('electricite', 'Électricité'), ('facades', 'Façades')], help_text='vide\xa0: tout le métier', max_length=20, verbose_name='corps d’état'),
        ),
        migrations.AddConstraint(
            model_name='workpackage',
            constraint=models.CheckConstraint(condition=models.Q(('craft__in', ['', 'peinture', 'sols', 'platrerie', 'menuiserie', 'metallerie', 'plomberie', 'electricite', 'facades'])), name='work_package_craft_known'),
        ),
        migrations.AddConstraint(
            model_name='workpackage',
            constraint=models.CheckConstraint(condition=models.Q(('craft', ''), ('trade', 'second-oeuvre-batiment'), _connector='OR'), name='work_package_craft_of_finishing_only'),
        ),
    ]

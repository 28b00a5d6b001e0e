from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("opportunities", "0004_lives")]
    operations = [
        migrations.CreateModel(
            name='SourceState',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('source', models.CharField(choices=[('boamp', 'BOAMP'), ('ted', 'TED'), ('decp', 'Données essentielles (DECP)')], max_length=10, unique=True, verbose_name='source')),
                ('read_until', models.DateField(blank=True, null=True, verbose_name='lue jusqu’au')),
                ('resume', models.JSONField(blank=True, default=dict, verbose_name='reprise')),
                ('seen', models.JSONField(blank=True, default=dict, verbose_name='déjà vu')),
                ('last_try', models.DateTimeField(blank=True, null=True, verbose_name='dernier essai')),
                ('last_success', models.DateTimeField(blank=True, null=True, verbose_name='dernière réussite')),
                ('last_received', models.PositiveIntegerField(default=0, verbose_name='nouveautés de la dernière lecture')),
                ('failures', models.PositiveIntegerField(default=0, verbose_name='échecs de suite')),
                ('failing_since', models.DateTimeField(blank=True, null=True, verbose_name='en échec depuis')),
                ('next_try', models.DateTimeField(blank=True, null=True, verbose_name='prochain essai')),
                ('reason', models.CharField(blank=True, max_length=500, verbose_name='ce qui ne va pas')),
                ('cure', models.CharField(blank=True, max_length=300, verbose_name='que faire')),
                ('moved_to', models.CharField(blank=True, max_length=500, verbose_name='nouvelle adresse')),
                ('rejected', models.JSONField(blank=True, default=list, verbose_name='refusés')),
            ],
            options={
                'verbose_name': 'état d’une source',
                'verbose_name_plural': 'états des sources',
                'ordering': ['source'],
                'constraints': [
                    models.CheckConstraint(
                        condition=Q(source__in=['boamp', 'ted', 'decp']),
                        name='source_state_source_known',
                        violation_error_message='Cette source n’est pas connue.',
                    ),
                    models.CheckConstraint(
                        condition=Q(failures=0, failing_since__isnull=True, next_try__isnull=True, reason='')
                        | Q(failures__gte=1, failing_since__isnull=False, next_try__isnull=False) & ~Q(reason=''),
                        name='source_state_failure_is_told',
                        violation_error_message='Un échec a une date, une raison et un prochain essai.',
                    ),
                ],
            },
        ),
    ]

from django.db import migrations, models


def keep_what_was_said(apps, schema_editor):
    withdrawals = apps.get_model("alliances", "Withdrawal").objects.using(
        schema_editor.connection.alias
    )
    withdrawals.filter(at_fault=False).update(ground="NO_FAULT")
    withdrawals.filter(at_fault=True).update(ground="NONE")


class Migration(migrations.Migration):

    dependencies = [
        ('alliances', '0019_the_word_of_an_invitation'),
    ]

    operations = [
        migrations.AddField(
            model_name='alliance',
            name='applied_on',
            field=models.DateField(blank=True, null=True, verbose_name='candidature partie le'),
        ),
        migrations.AddField(
            model_name='withdrawal',
            name='ground',
            field=models.CharField(blank=True, choices=[('NO_FAULT', 'la structure ne peut plus, sans faute du groupe'), ('RESTRUCTURING', 'la structure est rachetée ou fusionne'), ('NEGOTIATION', 'la procédure prévoit une négociation ou un dialogue'), ('REVIEW_CLAUSE', 'une clause de réexamen du contrat le prévoit'), ('NONE', 'rien de cela')], max_length=13, verbose_name='ce qui le permet'),
        ),
        migrations.RunPython(keep_what_was_said, migrations.RunPython.noop, elidable=True),
        migrations.RemoveField(
            model_name='withdrawal',
            name='at_fault',
        ),
    ]

from django.db import migrations, models
from django.db.models import Exists, OuterRef


def keep_what_was_approved(apps, schema_editor):
    """Whoever approved a text before models had numbers approved the first one."""
    approvals = apps.get_model("alliances", "Approval").objects.filter(alliance=OuterRef("pk"))
    alliances = apps.get_model("alliances", "Alliance").objects
    alliances.filter(Exists(approvals)).update(paper_model=1)


class Migration(migrations.Migration):
    dependencies = [("alliances", "0020_what_allows_a_change_of_members")]

    operations = [
        migrations.AddField(
            model_name="alliance",
            name="paper_model",
            field=models.PositiveSmallIntegerField(
                blank=True, editable=False, null=True, verbose_name="modèle du texte approuvé"
            ),
        ),
        migrations.RunPython(keep_what_was_approved, migrations.RunPython.noop),
    ]

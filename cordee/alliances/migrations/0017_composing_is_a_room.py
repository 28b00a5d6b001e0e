import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Compositions and kept teams are of `composing` now; no table changes."""

    dependencies = [
        ("alliances", "0016_messages_with_a_subcontractor"),
        ("composing", "0001_from_alliances"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    model_name="alliance",
                    name="proposal",
                    field=models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="alliances",
                        to="composing.proposal",
                        verbose_name="équipe composée",
                    ),
                ),
                migrations.DeleteModel(name="Study"),
                migrations.DeleteModel(name="Proposal"),
                migrations.DeleteModel(name="Composition"),
            ],
        ),
    ]

"""Imports as runs: their file, how far they are, what each batch came to."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("base", "0001_squashed_0006_french_spaces"),
        ("members", "0001_squashed_0012_french_spaces"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ImportPart",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("first", models.PositiveIntegerField(verbose_name="rang de sa première ligne")),
                ("counts", models.JSONField(default=dict, verbose_name="comptes")),
                ("remarks", models.JSONField(default=list, verbose_name="remarques")),
                ("lines", models.JSONField(default=list, verbose_name="lignes")),
            ],
            options={
                "verbose_name": "partie d’un import",
                "ordering": ["run_id", "first"],
            },
        ),
        migrations.AddField(
            model_name="structureimport",
            name="counts",
            field=models.JSONField(default=dict, verbose_name="comptes"),
        ),
        migrations.AddField(
            model_name="structureimport",
            name="empty_erases",
            field=models.BooleanField(default=False, verbose_name="les cases vides effacent"),
        ),
        migrations.AddField(
            model_name="structureimport",
            name="file",
            field=models.ForeignKey(
                blank=True,
                help_text="effacé une fois la liste importée ; aucun : lue par une commande",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="base.storedfile",
                verbose_name="fichier",
            ),
        ),
        migrations.AddField(
            model_name="structureimport",
            name="moved_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="dernier progrès"),
        ),
        migrations.AddField(
            model_name="structureimport",
            name="on",
            field=models.DateField(blank=True, null=True, verbose_name="membres depuis le"),
        ),
        migrations.AddField(
            model_name="structureimport",
            name="position",
            field=models.PositiveIntegerField(default=0, verbose_name="lignes traitées"),
        ),
        migrations.AddField(
            model_name="structureimport",
            name="sheet",
            field=models.CharField(blank=True, max_length=60, verbose_name="feuille du classeur"),
        ),
        migrations.AddField(
            model_name="structureimport",
            name="state",
            field=models.CharField(
                choices=[
                    ("choosing", "colonnes à dire"),
                    ("reading", "en lecture"),
                    ("read", "attend un accord"),
                    ("importing", "en cours d’import"),
                    ("done", "importée"),
                    ("stopped", "arrêtée"),
                ],
                default="choosing",
                max_length=10,
                verbose_name="état",
            ),
        ),
        migrations.AddField(
            model_name="structureimport",
            name="total",
            field=models.PositiveIntegerField(
                blank=True, null=True, verbose_name="lignes de la liste"
            ),
        ),
        migrations.AddField(
            model_name="structureimport",
            name="trouble",
            field=models.CharField(blank=True, max_length=300, verbose_name="ce qui arrête"),
        ),
        migrations.AddConstraint(
            model_name="structureimport",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "importing")),
                fields=("network",),
                name="structure_import_one_at_once",
                violation_error_message="Une autre liste de ce réseau est en cours d’import.",
            ),
        ),
        migrations.AddField(
            model_name="importpart",
            name="run",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="parts",
                to="members.structureimport",
                verbose_name="import",
            ),
        ),
        migrations.AddConstraint(
            model_name="importpart",
            constraint=models.UniqueConstraint(
                fields=("run", "first"), name="import_part_unique_first"
            ),
        ),
    ]

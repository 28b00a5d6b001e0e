import cordee.base.fields
import django.db.models.deletion
from decimal import Decimal
from django.db import migrations, models


class Migration(migrations.Migration):
    replaces = [
        ("economics", "0001_initial"),
        ("economics", "0002_french_spaces"),
    ]
    replaced_until = "v0.1.0a1"

    initial = True

    dependencies = [
        ("members", "0001_squashed_0012_french_spaces"),
    ]

    operations = [
        migrations.CreateModel(
            name="AccountingYear",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "first_month",
                    models.PositiveIntegerField(
                        verbose_name="premier mois (année × 12 + mois − 1)"
                    ),
                ),
                (
                    "months",
                    models.PositiveSmallIntegerField(default=12, verbose_name="nombre de mois"),
                ),
                (
                    "charges_cents",
                    cordee.base.fields.EurosField(verbose_name="charges liées aux activités"),
                ),
                (
                    "receipts_cents",
                    cordee.base.fields.EurosField(verbose_name="recettes de commercialisation"),
                ),
                (
                    "derogation",
                    models.DecimalField(
                        blank=True,
                        decimal_places=3,
                        max_digits=4,
                        null=True,
                        verbose_name="taux de dérogation",
                    ),
                ),
                (
                    "derogation_reference",
                    models.CharField(blank=True, max_length=100, verbose_name="décision du préfet"),
                ),
                (
                    "derogation_ends_on",
                    models.DateField(blank=True, null=True, verbose_name="fin de la dérogation"),
                ),
                (
                    "marginal_cost_share",
                    models.DecimalField(
                        decimal_places=3,
                        default=Decimal("0"),
                        help_text="0\xa0: la recette nouvelle n’ajoute aucune charge (le plus prudent)",
                        max_digits=4,
                        verbose_name="part des charges nouvelles dans une recette nouvelle",
                    ),
                ),
                (
                    "basis",
                    models.CharField(
                        choices=[
                            ("budget", "budget"),
                            ("forecast", "atterrissage prévu"),
                            ("closed", "comptes arrêtés"),
                        ],
                        max_length=10,
                        verbose_name="nature des chiffres",
                    ),
                ),
                (
                    "chantier",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="accounting_years",
                        to="members.chantier",
                        verbose_name="chantier",
                    ),
                ),
            ],
            options={
                "verbose_name": "exercice comptable",
                "ordering": ["chantier_id", "first_month"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("chantier", "first_month"),
                        name="accounting_year_unique_start",
                        violation_error_message="Un exercice commence déjà ce mois-là pour ce chantier.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("charges_cents__gte", 0), ("receipts_cents__gte", 0)),
                        name="accounting_year_amounts_not_negative",
                        violation_error_message="Les charges et les recettes ne sont pas négatives.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("derogation__isnull", True),
                            models.Q(("derogation__gt", 0), ("derogation__lte", 1)),
                            _connector="OR",
                        ),
                        name="accounting_year_derogation_is_a_share",
                        violation_error_message="La dérogation est une part, par exemple 0,45.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("months__gte", 1), ("months__lte", 24)),
                        name="accounting_year_length",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("marginal_cost_share__gte", 0),
                            ("marginal_cost_share__lte", Decimal("1.2")),
                        ),
                        name="accounting_year_marginal_cost_share",
                    ),
                ],
            },
        ),
    ]

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("opportunities", "0006_sizes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Misreading",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("was_read", models.JSONField(null=True, verbose_name="valeur lue")),
                ("evidence", models.JSONField(default=list, verbose_name="mots lus")),
                (
                    "verdict",
                    models.CharField(
                        choices=[
                            ("pending", "à décider"),
                            ("kept", "retenu comme exemple"),
                            ("refused", "non retenu"),
                        ],
                        default="pending",
                        max_length=10,
                        verbose_name="décision",
                    ),
                ),
                ("why", models.CharField(blank=True, max_length=300, verbose_name="pourquoi")),
                ("label", models.JSONField(null=True, verbose_name="exemple")),
                (
                    "judged_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="décidé le"),
                ),
                (
                    "correction",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="misreading",
                        to="opportunities.correction",
                        verbose_name="correction",
                    ),
                ),
                (
                    "judged_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="décidé par",
                    ),
                ),
                (
                    "reading",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="opportunities.reading",
                        verbose_name="lecture",
                    ),
                ),
            ],
            options={
                "verbose_name": "mal lu",
                "verbose_name_plural": "mal lus",
                "ordering": ["-pk"],
                "indexes": [
                    models.Index(fields=["verdict"], name="opportuniti_verdict_877b3b_idx")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("verdict__in", ["pending", "kept", "refused"])),
                        name="misreading_verdict_known",
                        violation_error_message="Cette décision n’est pas connue.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("judged_at__isnull", True), ("verdict", "pending")),
                            models.Q(
                                models.Q(("verdict", "pending"), _negated=True),
                                ("judged_at__isnull", False),
                                models.Q(("why", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="misreading_judged_says_why",
                        violation_error_message="Dites pourquoi.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("label__isnull", False), ("verdict", "kept")),
                            models.Q(
                                models.Q(("verdict", "kept"), _negated=True),
                                ("label__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="misreading_kept_has_its_label",
                        violation_error_message="Un exemple retenu garde sa ligne.",
                    ),
                ],
            },
        ),
    ]

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("opportunities", "0005_sources"),
    ]
    operations = [
        migrations.AddField(
            model_name="workpackage",
            name="sizes",
            field=models.JSONField(default=dict, verbose_name="heures et parts"),
        ),
        migrations.CreateModel(
            name="QuestionsSent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("questions", models.JSONField(default=list, verbose_name="questions")),
                ("text", models.TextField(verbose_name="message envoyé")),
                ("at", models.DateTimeField(auto_now_add=True, verbose_name="le")),
                (
                    "withdrawn_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="retirée le"),
                ),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="par",
                    ),
                ),
                (
                    "opportunity",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="questions_sent",
                        to="opportunities.opportunity",
                        verbose_name="opportunité",
                    ),
                ),
                (
                    "withdrawn_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="retirée par",
                    ),
                ),
            ],
            options={
                "verbose_name": "questions posées à l’acheteur",
                "verbose_name_plural": "questions posées aux acheteurs",
                "ordering": ["opportunity_id", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("withdrawn_at__isnull", True)),
                        fields=("opportunity",),
                        name="questions_sent_once",
                        violation_error_message="Les questions sont déjà posées pour ce marché.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("text", ""), _negated=True),
                        name="questions_sent_say_something",
                        violation_error_message="Le message envoyé n’est pas vide.",
                    ),
                ],
            },
        ),
    ]

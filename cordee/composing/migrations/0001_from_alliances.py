"""Compositions, studies and kept teams come from `alliances`, with their tables as they are.

What other tables say of them by name follows: content types (permissions hang on these), lines of
the journal with their verbs, and tasks that wait in the queue.
"""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

MODELS = ("composition", "proposal", "study")
VERBS = (
    "request_composition",
    "request_wish",
    "stop_composition",
    "cancel_composition",
    "keep_proposal",
    "withdraw_proposal",
    "open_to_all",
)
TASKS = ("compose_longer", "study_answer")


def name_after(old: str, new: str):
    """A step that has every row name the room `new` where it named `old`."""

    def rename(apps, schema_editor):
        base = schema_editor.connection.alias

        def rows(app, model):
            return apps.get_model(app, model).objects.using(base)

        kinds = rows("contenttypes", "ContentType")
        kinds.filter(app_label=old, model__in=MODELS).update(app_label=new)
        journal = rows("accounts", "JournalEntry")
        for each in MODELS:
            journal.filter(target_kind=f"{old}.{each}").update(target_kind=f"{new}.{each}")
        for each in VERBS:
            journal.filter(verb=f"{old}.{each}").update(verb=f"{new}.{each}")
        queue = rows("django_tasks_database", "DBTaskResult")
        for each in TASKS:
            there = queue.filter(task_path=f"cordee.{old}.tasks.{each}")
            there.update(task_path=f"cordee.{new}.tasks.{each}")

    return rename


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "__first__"),
        ("alliances", "0016_messages_with_a_subcontractor"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("django_tasks_database", "0001_initial"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="Composition",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=uuid.uuid4,
                                editable=False,
                                primary_key=True,
                                serialize=False,
                                verbose_name="identifiant",
                            ),
                        ),
                        (
                            "made_at",
                            models.DateTimeField(auto_now_add=True, verbose_name="demandé le"),
                        ),
                        (
                            "finished_at",
                            models.DateTimeField(blank=True, null=True, verbose_name="terminé le"),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("queued", "en attente"),
                                    ("running", "en cours"),
                                    ("done", "terminé"),
                                    ("stopped", "arrêté"),
                                    ("cancelled", "abandonné"),
                                    ("failed", "interrompu par une panne"),
                                ],
                                default="queued",
                                max_length=10,
                                verbose_name="état",
                            ),
                        ),
                        (
                            "outcome",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("composed", "équipe trouvée"),
                                    ("impossible", "personne ne peut tout tenir"),
                                    ("undecided", "ni trouvé ni exclu dans le temps donné"),
                                    ("out_of_scope", "hors de nos métiers"),
                                    ("closed", "le délai de réponse est passé"),
                                ],
                                max_length=12,
                                verbose_name="issue",
                            ),
                        ),
                        ("computed_for", models.DateField(verbose_name="calculé pour le jour")),
                        (
                            "question_sha256",
                            models.CharField(
                                max_length=64, verbose_name="empreinte de la question"
                            ),
                        ),
                        (
                            "is_solo_only",
                            models.BooleanField(default=False, verbose_name="groupement interdit"),
                        ),
                        ("seed", models.PositiveIntegerField(default=0, verbose_name="graine")),
                        ("time_limit_s", models.FloatField(verbose_name="temps donné (s)")),
                        (
                            "engine_version",
                            models.CharField(
                                blank=True, max_length=60, verbose_name="version du calcul"
                            ),
                        ),
                        ("problem", models.JSONField(default=dict, verbose_name="problème posé")),
                        ("best", models.JSONField(default=dict, verbose_name="meilleure réponse")),
                        (
                            "certain",
                            models.JSONField(default=dict, verbose_name="réponse sans supposition"),
                        ),
                        (
                            "people",
                            models.JSONField(default=dict, verbose_name="noms au jour du calcul"),
                        ),
                        ("wishes", models.JSONField(default=dict, verbose_name="souhaits")),
                        (
                            "against",
                            models.JSONField(default=dict, verbose_name="réponse de départ"),
                        ),
                        ("progress", models.JSONField(default=dict, verbose_name="avancement")),
                        (
                            "stop_asked_at",
                            models.DateTimeField(
                                blank=True, null=True, verbose_name="arrêt demandé le"
                            ),
                        ),
                        (
                            "error_code",
                            models.CharField(
                                blank=True, max_length=40, verbose_name="code de panne"
                            ),
                        ),
                        (
                            "is_public",
                            models.BooleanField(
                                default=False,
                                verbose_name="ouverte à tous (vallée de démonstration)",
                            ),
                        ),
                        (
                            "base",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="variants",
                                to="composing.composition",
                                verbose_name="souhait à partir de",
                            ),
                        ),
                        (
                            "breakdown",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="compositions",
                                to="opportunities.breakdown",
                                verbose_name="découpage",
                            ),
                        ),
                        (
                            "made_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="demandé par",
                            ),
                        ),
                        (
                            "network",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="members.network",
                                verbose_name="vue du réseau",
                            ),
                        ),
                        (
                            "stopped_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="arrêté par",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "composition",
                        "db_table": "alliances_composition",
                        "ordering": ["-made_at", "-pk"],
                    },
                ),
                migrations.CreateModel(
                    name="Proposal",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "origin",
                            models.CharField(
                                choices=[
                                    ("best", "notre proposition"),
                                    ("certain", "sans aucune supposition"),
                                    ("greedy", "méthode simple"),
                                    ("alternative", "autre équipe"),
                                ],
                                max_length=12,
                                verbose_name="origine",
                            ),
                        ),
                        (
                            "number",
                            models.PositiveSmallIntegerField(default=0, verbose_name="numéro"),
                        ),
                        (
                            "kept_at",
                            models.DateTimeField(auto_now_add=True, verbose_name="gardée le"),
                        ),
                        (
                            "withdrawn_at",
                            models.DateTimeField(blank=True, null=True, verbose_name="retirée le"),
                        ),
                        (
                            "composition",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="proposals",
                                to="composing.composition",
                                verbose_name="composition",
                            ),
                        ),
                        (
                            "kept_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="gardée par",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "proposition gardée",
                        "db_table": "alliances_proposal",
                        "ordering": ["-kept_at", "-pk"],
                    },
                ),
                migrations.CreateModel(
                    name="Study",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("queued", "en attente"),
                                    ("running", "en cours"),
                                    ("done", "terminée"),
                                    ("failed", "interrompue par une panne"),
                                ],
                                default="queued",
                                max_length=10,
                                verbose_name="état",
                            ),
                        ),
                        ("asked_at", models.DateTimeField(verbose_name="demandée le")),
                        (
                            "finished_at",
                            models.DateTimeField(blank=True, null=True, verbose_name="terminée le"),
                        ),
                        ("explanation", models.JSONField(default=dict, verbose_name="raisons")),
                        (
                            "alternatives",
                            models.JSONField(default=dict, verbose_name="autres équipes"),
                        ),
                        (
                            "worths",
                            models.JSONField(
                                default=list, verbose_name="ce qu’une unité de plus apporte"
                            ),
                        ),
                        ("cures", models.JSONField(default=dict, verbose_name="issues")),
                        ("people", models.JSONField(default=dict, verbose_name="noms de plus")),
                        (
                            "composition",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="study",
                                to="composing.composition",
                                verbose_name="composition",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "étude d’une réponse",
                        "db_table": "alliances_study",
                    },
                ),
                migrations.AddIndex(
                    model_name="composition",
                    index=models.Index(
                        fields=["breakdown", "question_sha256"],
                        name="alliances_c_breakdo_3a305a_idx",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="composition",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["done", "stopped"]), _negated=True),
                            models.Q(("outcome", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="composition_done_has_outcome",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="proposal",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("withdrawn_at__isnull", True)),
                        fields=("composition", "origin", "number"),
                        name="proposal_kept_once",
                        violation_error_message="Cette équipe est déjà gardée.",
                    ),
                ),
            ],
        ),
        migrations.RunPython(
            name_after("alliances", "composing"), name_after("composing", "alliances")
        ),
    ]

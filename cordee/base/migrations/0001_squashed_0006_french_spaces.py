"""The search index. Whoever alters `SearchEntry` on SQLite must make its triggers again: Django
rebuilds the table there, and a rebuilt table has lost them."""

import django.db.models.functions.text
import uuid
from django.db import migrations, models


SQLITE_FORWARDS = [
    # External content: the words are stored once, in the table; any mark beyond ASCII is a letter.
    """CREATE VIRTUAL TABLE base_search_words USING fts5(
        text, content='base_searchentry', content_rowid='id', tokenize='ascii', prefix='2 3 4'
    )""",
    """CREATE TRIGGER base_search_words_insert AFTER INSERT ON base_searchentry BEGIN
        INSERT INTO base_search_words(rowid, text) VALUES (new.id, new.text);
    END""",
    """CREATE TRIGGER base_search_words_delete AFTER DELETE ON base_searchentry BEGIN
        INSERT INTO base_search_words(base_search_words, rowid, text)
        VALUES ('delete', old.id, old.text);
    END""",
    """CREATE TRIGGER base_search_words_update AFTER UPDATE ON base_searchentry BEGIN
        INSERT INTO base_search_words(base_search_words, rowid, text)
        VALUES ('delete', old.id, old.text);
        INSERT INTO base_search_words(rowid, text) VALUES (new.id, new.text);
    END""",
]
SQLITE_BACKWARDS = [
    "DROP TRIGGER base_search_words_insert",
    "DROP TRIGGER base_search_words_delete",
    "DROP TRIGGER base_search_words_update",
    "DROP TABLE base_search_words",
]
POSTGRESQL_FORWARDS = [
    """CREATE INDEX base_search_words ON base_searchentry
        USING gin (array_to_tsvector(string_to_array(text, ' ')))""",
]
POSTGRESQL_BACKWARDS = ["DROP INDEX base_search_words"]


def _run(sqlite, postgresql):
    def run(apps, schema_editor):
        vendor = schema_editor.connection.vendor
        for statement in {"sqlite": sqlite, "postgresql": postgresql}[vendor]:
            schema_editor.execute(statement, params=None)

    return run


class Migration(migrations.Migration):
    replaces = [
        ("base", "0001_initial"),
        ("base", "0002_outgoing_mail"),
        ("base", "0003_scheduled_runs"),
        ("base", "0004_outbox_claims"),
        ("base", "0005_stored_files"),
        ("base", "0006_french_spaces"),
    ]
    replaced_until = "v0.1.0a1"

    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="ScheduledRun",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=60, unique=True, verbose_name="tâche")),
                (
                    "started_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="commencée le"),
                ),
                (
                    "running_until",
                    models.DateTimeField(blank=True, null=True, verbose_name="prise jusqu’au"),
                ),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="finie le")),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[("done", "fait"), ("failed", "à refaire")],
                        max_length=10,
                        verbose_name="issue",
                    ),
                ),
                (
                    "count",
                    models.PositiveIntegerField(blank=True, null=True, verbose_name="nombre"),
                ),
                (
                    "error",
                    models.CharField(blank=True, max_length=300, verbose_name="dernière erreur"),
                ),
            ],
            options={
                "verbose_name": "tâche périodique",
                "ordering": ["name"],
            },
        ),
        migrations.CreateModel(
            name="DeadAddress",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "address",
                    models.EmailField(
                        max_length=254, unique=True, verbose_name="adresse électronique"
                    ),
                ),
                ("since", models.DateTimeField(verbose_name="depuis")),
                ("reason", models.CharField(blank=True, max_length=300, verbose_name="raison")),
            ],
            options={
                "verbose_name": "adresse qui ne répond plus",
                "ordering": ["-since", "-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("address", django.db.models.functions.text.Lower("address"))
                        ),
                        name="dead_address_in_small_letters",
                        violation_error_message="L’adresse s’écrit en minuscules.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="OutgoingMail",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=200, unique=True, verbose_name="clé")),
                ("kind", models.CharField(max_length=40, verbose_name="sorte de courrier")),
                (
                    "for_person",
                    models.PositiveBigIntegerField(
                        blank=True, db_index=True, null=True, verbose_name="personne"
                    ),
                ),
                (
                    "recipient",
                    models.EmailField(blank=True, max_length=254, verbose_name="destinataire"),
                ),
                ("subject", models.CharField(blank=True, max_length=250, verbose_name="objet")),
                ("text", models.TextField(blank=True, verbose_name="texte")),
                ("html", models.TextField(blank=True, verbose_name="page")),
                (
                    "reply_to",
                    models.CharField(blank=True, max_length=254, verbose_name="réponse à"),
                ),
                (
                    "unsubscribe_url",
                    models.URLField(
                        blank=True, max_length=500, verbose_name="adresse de désabonnement"
                    ),
                ),
                (
                    "is_secret",
                    models.BooleanField(default=False, verbose_name="texte effacé une fois envoyé"),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "à envoyer"),
                            ("sent", "envoyé"),
                            ("failed", "abandonné après plusieurs essais"),
                            ("bounced", "refusé par la boîte du destinataire"),
                        ],
                        default="waiting",
                        max_length=10,
                        verbose_name="état",
                    ),
                ),
                ("attempts", models.PositiveSmallIntegerField(default=0, verbose_name="essais")),
                (
                    "last_error",
                    models.CharField(blank=True, max_length=300, verbose_name="dernière erreur"),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="demandé le")),
                (
                    "not_before",
                    models.DateTimeField(blank=True, null=True, verbose_name="pas avant"),
                ),
                (
                    "claimed_until",
                    models.DateTimeField(
                        blank=True, null=True, verbose_name="en cours d’envoi jusqu’au"
                    ),
                ),
                ("sent_at", models.DateTimeField(blank=True, null=True, verbose_name="envoyé le")),
                (
                    "emptied_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="texte effacé le"),
                ),
            ],
            options={
                "verbose_name": "courrier à envoyer",
                "ordering": ["-created_at", "-pk"],
                "indexes": [
                    models.Index(
                        fields=["state", "not_before"], name="base_outgoi_state_a42f36_idx"
                    ),
                    models.Index(fields=["recipient"], name="base_outgoi_recipie_74e059_idx"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "sent"), _negated=True),
                            ("sent_at__isnull", False),
                            _connector="OR",
                        ),
                        name="outgoing_mail_sent_has_a_moment",
                        violation_error_message="Un courrier envoyé l’a été à un moment\xa0: dites lequel.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("recipient", ""), _negated=True),
                            ("emptied_at__isnull", False),
                            _connector="OR",
                        ),
                        name="outgoing_mail_goes_to_somebody",
                        violation_error_message="Un courrier à envoyer a une adresse.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SearchEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=80, verbose_name="sorte d’objet")),
                ("object_id", models.BigIntegerField(verbose_name="identifiant")),
                ("text", models.TextField(verbose_name="mots cherchés")),
            ],
            options={
                "verbose_name": "entrée de recherche",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("kind", "object_id"),
                        name="search_entry_unique",
                        violation_error_message="Cet objet est déjà dans la recherche.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="StoredFile",
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
                ("name", models.CharField(max_length=200, verbose_name="nom")),
                ("content_type", models.CharField(max_length=100, verbose_name="type")),
                ("size", models.PositiveIntegerField(verbose_name="taille en octets")),
                ("sha256", models.CharField(max_length=64, verbose_name="empreinte")),
                ("kept_at", models.DateTimeField(verbose_name="gardé le")),
                (
                    "erased_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="effacé le"),
                ),
            ],
            options={
                "verbose_name": "fichier",
                "ordering": ["-kept_at", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("size__gt", 0)),
                        name="stored_file_not_empty",
                        violation_error_message="Ce fichier est vide.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("sha256__regex", "^[0-9a-f]{64}$")),
                        name="stored_file_has_a_fingerprint",
                        violation_error_message="L’empreinte a 64 chiffres hexadécimaux.",
                    ),
                ],
            },
        ),
        migrations.RunPython(
            _run(SQLITE_FORWARDS, POSTGRESQL_FORWARDS),
            _run(SQLITE_BACKWARDS, POSTGRESQL_BACKWARDS),
        ),
    ]

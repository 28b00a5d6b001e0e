"""The search index. Whoever alters `SearchEntry` on SQLite must make its triggers again: Django
rebuilds the table there, and a rebuilt table has lost them."""

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
    initial = True

    dependencies = []

    operations = [
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
                "verbose_name_plural": "entrées de recherche",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("kind", "object_id"),
                        name="search_entry_unique",
                        violation_error_message="Cet objet est déjà dans la recherche.",
                    )
                ],
            },
        ),
        migrations.RunPython(
            _run(SQLITE_FORWARDS, POSTGRESQL_FORWARDS),
            _run(SQLITE_BACKWARDS, POSTGRESQL_BACKWARDS),
        ),
    ]

"""What lists say of an answer is kept apart, and the wide columns come last in their row.

SQLite walks through megabytes of question to read what stands behind them. A field that is renamed,
and takes its name again, is the last one of its model; a constraint that is made anew has SQLite
write the table in that order. Elsewhere nothing moves.
"""

from django.db import migrations, models

WIDE = ("best", "certain", "against", "people", "problem")
HAS_OUTCOME = models.CheckConstraint(
    condition=~models.Q(state__in=["done", "stopped"]) | ~models.Q(outcome=""),
    name="composition_done_has_outcome",
)


def fill(apps, schema_editor):
    rows = apps.get_model("composing", "Composition").objects.using(schema_editor.connection.alias)
    for row in rows.exclude(best={}).only("best").iterator(chunk_size=10):
        found = row.best["value"]
        reasons = (found.get("impossibility") or {}).get("reasons", [])
        set_aside = found.get("set_aside", [])
        row.summary = {
            "partners": len((found.get("plan") or {}).get("partners", [])),
            "assumptions": len(found.get("assumptions", [])),
            "is_optimal": found.get("status") == "optimal",
            "may_be_alone": bool(found.get("alone_if")),
            "lacks": [[each["shortage"], each["package"]] for each in reasons],
            "is_untold": any(each["obstacle"] == "unknown_trade" for each in set_aside),
        }
        row.save(update_fields=["summary"])


class Migration(migrations.Migration):
    dependencies = [("composing", "0004_study_sizes")]

    operations = [
        migrations.AddField(
            model_name="composition",
            name="summary",
            field=models.JSONField(default=dict, verbose_name="ce que les listes en disent"),
        ),
        *(
            migrations.RenameField("composition", old, new)
            for name in WIDE
            for old, new in ((name, f"{name}_moved"), (f"{name}_moved", name))
        ),
        migrations.RemoveConstraint("composition", HAS_OUTCOME.name),
        migrations.AddConstraint("composition", HAS_OUTCOME),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]

"""What imports kept in one column becomes their counts and one part."""

from collections import Counter
from typing import Any

from django.db import migrations

def keep_reports(apps: Any, schema_editor: Any) -> None:
    imports = apps.get_model("members", "StructureImport")
    parts = apps.get_model("members", "ImportPart")
    for run in imports.objects.order_by("pk").iterator(chunk_size=5):
        report = run.report or {}
        lines, remarks = report.get("lines", []), report.get("remarks", [])
        run.state = "done"
        run.counts = counts(report)
        run.position = run.total = report.get("read", 0)
        if run.waiting_rows is not None:
            # Its rows were in the base, and no file was kept.
            run.state, lines, remarks, run.counts = "stopped", [], [], {}
            run.trouble = "Cette liste attendait un accord. Envoyez-la de nouveau."
        elif report:
            parts.objects.create(
                run=run, first=0, counts=run.counts, lines=lines, remarks=remarks
            )
        run.save(update_fields=["state", "counts", "position", "total", "trouble"])


def counts(report: dict[str, Any]) -> dict[str, int]:
    found = Counter({"read": report.get("read", 0)})
    for name, key in (
        ("created", "CREATED"),
        ("updated", "UPDATED"),
        ("unchanged", "UNCHANGED"),
        ("kept_as_is", "KEPT"),
    ):
        found[key] = report.get(name, 0)
    remarks = report.get("remarks", [])
    found.update(f"lines:{severity}" for _, severity in {(r[0], r[1]) for r in remarks})
    found.update(f"remarks:{r[1]}:{r[2]}" for r in remarks)
    return dict(found)


class Migration(migrations.Migration):
    dependencies = [("members", "0013_import_runs")]

    operations = [
        migrations.RunPython(keep_reports, migrations.RunPython.noop),
        migrations.RemoveField(model_name="structureimport", name="report"),
        migrations.RemoveField(model_name="structureimport", name="waiting_rows"),
    ]

"""A base of before keeps what its imports told."""

from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from tests.prepared import migrating_fast

BEFORE = ("members", "0001_squashed_0012_french_spaces")
REPORT = {
    "source": "liste.csv",
    "read": 3,
    "created": 1,
    "updated": 0,
    "unchanged": 1,
    "kept_as_is": 0,
    "lines": [
        [2, "créée", "90000000100019", "ACI", "Atelier", []],
        [3, "inchangée", "90000000200017", "ACI", "Autre", []],
    ],
    "remarks": [[4, "rejetée", "siret_form", "siret", "12", "Non.", "Si."]],
}


def test_reports_of_before_are_read_and_a_waiting_list_is_asked_for_again(
    empty_base: None,
) -> None:
    from cordee.members.import_parts import whole_report
    from cordee.members.models import StructureImport

    executor = MigrationExecutor(connection)
    with migrating_fast():
        executor.migrate([BEFORE])
        old = executor.loader.project_state([BEFORE]).apps.get_model("members", "StructureImport")
        done = old.objects.create(source="liste.csv", report=REPORT).pk
        waiting = old.objects.create(source="b.csv", report=REPORT, waiting_rows=[[2, {}, ""]]).pk
        executor = MigrationExecutor(connection)
        executor.migrate(executor.loader.graph.leaf_nodes("members"))
    report = whole_report(StructureImport.objects.get(pk=done))
    assert (report.read, report.created, report.unchanged, report.rejected) == (3, 1, 1, 1)
    assert [line.name for line in report.lines] == ["Atelier", "Autre"]
    assert report.groups == [("SIRET illisible (rejetée)", 1)]
    kept = StructureImport.objects.get(pk=waiting)
    assert (kept.state, kept.trouble) == (
        "stopped",
        "Cette liste attendait un accord. Envoyez-la de nouveau.",
    )

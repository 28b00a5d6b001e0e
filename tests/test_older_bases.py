"""A base made migration by migration, before they were squashed, is brought up to date.

One that stood in the middle of them is refused before anything is done to it.
"""

import re
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone
from granian import Granian

from cordee.base.backup.manifest import newest_migrations
from cordee.base.migrating import _new_models_rendered_alone

MIGRATIONS = MigrationLoader(None).disk_migrations
SQUASHED = sorted(key for key, migration in MIGRATIONS.items() if migration.replaces)
MOVED = {"alliances.Composition": "composing.Composition"}


def make_squashed_state() -> Any:
    """The tables, content types and permissions of the day they were squashed; their models."""
    executor = MigrationExecutor(connection)
    with _new_models_rendered_alone():
        executor.migrate([key for key in SQUASHED if key[0] != "alliances"])
        # Last, as a command: content types and permissions are written after it.
        (last,) = [key for key in SQUASHED if key[0] == "alliances"]
        call_command("migrate", *last, verbosity=0)
    return MigrationExecutor(connection).loader.project_state(SQUASHED).apps


def fill(old: Any) -> dict[str, Any]:
    """Rows of every room; the key of each by the name that its model had."""
    now, keys = timezone.now(), {}

    def add(label: str, **values: Any) -> Any:
        row = old.get_model(label).objects.create(**values)
        keys[label] = row.pk
        return row

    add("base.OutgoingMail", key="a", kind="invitation", recipient="a@exemple.fr")
    person = add("accounts.User", email="a@exemple.fr", password="!")
    organisation = add("members.Organisation", siren="900000001", name="Atelier")
    structure = add(
        "members.Structure",
        siret="90000000100019",
        kind="ACI",
        name="Atelier",
        updated_at=now,
        organisation=organisation,
    )
    network = add("members.Network", name="Réseau", slug="reseau")
    add("members.StructureImport", source="liste.csv")
    chantier = add("members.Chantier", name="Vert", structure=structure)
    add(
        "economics.AccountingYear",
        first_month=2026 * 12,
        charges_cents=100,
        receipts_cents=20,
        basis="budget",
        chantier=chantier,
    )
    opportunity = add("opportunities.Opportunity", title="Berges", source="boamp")
    publication = add(
        "opportunities.Publication", source="boamp", source_id="1", opportunity=opportunity
    )
    version = add(
        "opportunities.NoticeVersion",
        format="eforms",
        kind="call",
        sha256="0" * 64,
        packed_content=b"",
        imported_from="a.xml",
        publication=publication,
    )
    add("opportunities.Correction", fact="months", value=18, opportunity=opportunity, by=person)
    reading = add("opportunities.Reading", reader_version="1", data={}, version=version)
    breakdown = add(
        "opportunities.Breakdown",
        number=1,
        origin="reading",
        opportunity=opportunity,
        reading=reading,
    )
    add(
        "mobilisation.Thread",
        opened_at=now,
        last_at=now,
        network=network,
        opportunity=opportunity,
        structure=structure,
    )
    composition = add(
        "alliances.Composition",
        state="failed",
        computed_for=date(2026, 11, 25),
        question_sha256="0" * 64,
        time_limit_s=5.0,
        breakdown=breakdown,
    )
    add(
        "alliances.Alliance",
        title="Berges",
        origin="scratch",
        network=network,
        breakdown=breakdown,
        opportunity=opportunity,
    )
    add(
        "accounts.JournalEntry",
        by=person,
        verb="alliances.request_composition",
        target_kind="alliances.composition",
        target_id=str(composition.pk),
    )
    return keys


def still_to_run() -> list[tuple[str, str]]:
    """What `migrate` would run, once it has found that what Django noted holds together."""
    executor = MigrationExecutor(connection)
    executor.loader.check_consistent_history(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    assert not any(is_backwards for _, is_backwards in plan)
    return [(migration.app_label, migration.name) for migration, _ in plan]


def test_a_base_of_the_squashed_state_is_brought_up_to_date(empty_base: None) -> None:
    """What Django noted of it: each migration replaced, and the squashed one only if it ran it.

    Both stand at the same place; brought up to date is the one that ran them one by one.
    """
    keys = fill(make_squashed_state())
    where_squashed_is_noted = still_to_run()
    noted = MigrationRecorder(connection).migration_qs
    for app, name in SQUASHED:
        noted.filter(app=app, name=name).delete()
    assert still_to_run() == where_squashed_is_noted

    call_command("migrate", verbosity=0, stdout=StringIO())
    call_command("migrate", check_unapplied=True, verbosity=0)
    assert set(MIGRATIONS) <= set(MigrationRecorder(connection).applied_migrations())
    for label, key in keys.items():
        rows = apps.get_model(MOVED.get(label, label))._default_manager
        assert rows.filter(pk=key).exists(), label
    # A year recorded before statements were kept is one, by nobody known.
    stated = apps.get_model("economics.YearStatement").objects.get()
    assert (stated.figures, stated.basis, stated.stated_at) == ((100, 20), "budget", None)
    # What somebody said before corrections were confirmed counts as it did.
    correction = apps.get_model("opportunities.Correction").objects.standing().get()
    assert (correction.value, correction.ground, correction.quote) == (18, "earlier", "")
    assert apps.get_model("accounts.JournalEntry").objects.get().verb.startswith("composing.")
    assert ContentType.objects.filter(app_label="composing", model="composition").exists()
    apart = {*MIGRATIONS, *(old for each in MIGRATIONS.values() for old in each.replaces)}
    newest = dict(sorted(apart.difference(SQUASHED)))
    assert newest_migrations().items() >= {app: newest[app] for app, _ in SQUASHED}.items()


def test_what_is_squashed_and_gone_says_until_which_version_it_was_there() -> None:
    for app, name in SQUASHED:
        squashed = MIGRATIONS[app, name]
        if not set(squashed.replaces) <= set(MIGRATIONS):
            assert re.fullmatch(r"v\d+\.\d+\.\d+\S*", squashed.replaced_until), (app, name)


def middles() -> list[tuple[str, str]]:
    """The first migration, the one in the middle and the last but one of what was squashed."""
    return sorted(
        {
            key
            for each in SQUASHED
            if (old := MIGRATIONS[each].replaces[:-1])
            for key in (old[0], old[len(old) // 2], old[-1])
        }
    )


def noted_until(last: tuple[str, str]) -> None:
    """Note a squashed room as applied one by one until `last`, and the others as whole."""
    recorder = MigrationRecorder(connection)
    recorder.ensure_schema()
    for squashed in SQUASHED:
        for key in MIGRATIONS[squashed].replaces:
            recorder.record_applied(*key)
            if key == last:
                break


@pytest.mark.parametrize("command", [["migrate"], ["prepare"], ["demo"], ["upgrade"]])
def test_a_base_in_the_middle_is_refused_untouched(
    empty_base: None, command: list[str], tmp_path: Path, settings: Any
) -> None:
    """It names the room, where it stands, and the version that can bring it up."""
    settings.STATE_DIR = tmp_path / "state"
    settings.STATE_DIR.mkdir(mode=0o755)
    for app, name in middles() if command == ["migrate"] else middles()[:1]:
        noted_until((app, name))
        before = MigrationRecorder(connection).applied_migrations()
        with pytest.raises(CommandError) as refused:
            call_command(*command)
        for words in (f"{app} y est à {name})", "version v0.1.0a1 (git checkout v0.1.0a1)"):
            assert words in str(refused.value)
        assert connection.introspection.table_names() == ["django_migrations"]
        assert MigrationRecorder(connection).applied_migrations() == before
        MigrationRecorder(connection).migration_qs.all().delete()
    assert list(settings.STATE_DIR.iterdir()) == []
    assert settings.STATE_DIR.stat().st_mode & 0o777 == 0o755


def test_the_start_serves_no_base_in_the_middle(
    empty_base: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As `./go serve` starts it: what is done first ends the start."""
    monkeypatch.setattr("signal.signal", lambda *args: None)
    monkeypatch.setattr(Granian, "serve", lambda self: pytest.fail("it serves"))
    noted_until(("alliances", "0009_private_files"))
    with pytest.raises(CommandError, match=r"alliances y est à 0009_private_files"):
        call_command("web", first=["prepare"])

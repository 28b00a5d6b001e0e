"""What comes in is kept, read once, joined only by explicit links, and never changed."""

import json
import re
import time
import zipfile
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DataError, IntegrityError, OperationalError

from cordee.accounts import journal
from cordee.accounts.models import JournalEntry
from cordee.base.written_once import ImmutableRow
from cordee.members.models import Network
from cordee.notices.notice_json import notice_to_json
from cordee.opportunities.actions import importing
from cordee.opportunities.actions.importing import import_notices, reread
from cordee.opportunities.models import (
    Breakdown,
    NoticeVersion,
    Opportunity,
    Publication,
    Reading,
    Stage,
    WorkPackage,
)
from tests.opportunities.makers import (
    CLEANING,
    GREEN,
    ON,
    SOFTWARE,
    import_records,
    in_days,
    make_opportunity,
    need,
    record,
)

pytestmark = pytest.mark.django_db


def state() -> dict[str, Any]:
    """Everything an import may leave, without dates of import."""
    return {
        "opportunities": list(
            Opportunity.objects.order_by("pk").values_list("pk", "title", "stage", "deadline")
        ),
        "versions": list(NoticeVersion.objects.order_by("pk").values_list("pk", "sha256")),
        "readings": Reading.objects.count(),
        "breakdowns": list(Breakdown.objects.order_by("pk").values_list("pk", "number")),
        "packages": WorkPackage.objects.count(),
        "places": list(Opportunity.objects.order_by("pk").values_list("places__commune")),
    }


def test_a_notice_fills_its_columns_places_trades_and_breakdown(
    valley: Any, tmp_path: Path
) -> None:
    opportunity = make_opportunity(
        tmp_path, lots=[("Tonte", GREEN), ("Nettoyage", CLEANING), ("Logiciels", SOFTWARE)]
    )
    assert opportunity.title == "Entretien des espaces verts"
    assert opportunity.buyer_name == "Commune de Saint-Aubin"
    assert (opportunity.stage, opportunity.source) == (Stage.CALL, "boamp")
    assert (opportunity.months, opportunity.lots_count) == (12, 3)
    assert [str(trade) for trade in opportunity.trades.all()] == ["Espaces verts", "Propreté"]
    place = opportunity.places.get()
    assert (place.label, place.commune_id, place.is_supposed) == ("Roche-Mirel", "38002", False)
    breakdown = opportunity.latest_breakdown()
    assert breakdown is not None
    assert (breakdown.number, breakdown.origin, breakdown.made_by) == (1, "reading", None)
    first, second = breakdown.packages.all()
    assert (first.trade, second.trade) == ("espaces-verts", "proprete")
    assert (first.first_month, first.months) == (2027 * 12 + 2, 12)
    assert first.provenance["first_month"]["state"] == "stated"
    assert first.provenance["need_cfte"]["state"] == "supposed"
    assert (first.latitude, first.longitude) == (45.10, 5.50)
    assert [out["label"] for out in breakdown.left_out] == ["Logiciels"]


def test_the_file_is_kept_byte_for_byte(valley: Any, tmp_path: Path) -> None:
    path = tmp_path / "avis.json"
    path.write_text(json.dumps(record(), indent=3), encoding="utf-8")
    import_notices([path], by=None, on=ON)
    version = NoticeVersion.objects.get()
    assert version.content == path.read_bytes()
    assert version.imported_from.endswith("avis.json")
    assert JournalEntry.objects.filter(verb="opportunities.import_notice").count() == 1


def test_importing_twice_changes_nothing(valley: Any, tmp_path: Path) -> None:
    records = [record("26-1"), record("26-2", lots=[("Nettoyage", CLEANING)])]
    import_records(tmp_path, *records)
    before = state()
    report = import_records(tmp_path, *records, on=date(2027, 1, 5))
    assert (report.notices, report.skipped) == (0, 2)
    assert state() == before


def test_one_broken_file_stops_nothing_and_is_named(valley: Any, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text("{", encoding="utf-8")
    (tmp_path / "b.json").write_text(json.dumps(record("26-1")), encoding="utf-8")
    (tmp_path / "c.xml").write_text("<x/>", encoding="utf-8")
    with zipfile.ZipFile(tmp_path / "d.zip", "w") as archive:
        archive.writestr("d1.json", json.dumps(record("26-2")))
        archive.writestr("d2.json", "non")
    seen: list[int] = []
    report = import_notices([tmp_path], by=None, on=ON, progress=lambda done, _: seen.append(done))
    assert report.new_opportunities == 2
    places = [Path(error.place.replace("!", "/").split(",")[0]).name for error in report.errors]
    assert places == ["a.json", "c.xml", "d2.json"]
    assert all(error.reason and error.cure for error in report.errors)
    assert seen == [1, 2, 3, 4, 5]
    assert "d2.json" in report.as_text()
    assert "2  titre  (100\u202f%)" in report.as_text()


@pytest.mark.parametrize("refusal", [DataError, IntegrityError, OverflowError, ValueError])
def test_what_the_database_refuses_is_one_error(
    valley: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, refusal: type[Exception]
) -> None:
    """Refused in the last step: nothing of that notice stays, and the others come in."""
    really_record = journal.record

    def refuse(*given: Any, **values: Any) -> Any:
        if values["after"]["id"] == "26-1":
            raise refusal
        return really_record(*given, **values)

    monkeypatch.setattr(journal, "record", refuse)
    (tmp_path / "a.json").write_text(json.dumps(record("26-1")), encoding="utf-8")
    (tmp_path / "b.json").write_text(json.dumps(record("26-2")), encoding="utf-8")
    report = import_notices([tmp_path], by=None, on=ON)
    assert [Path(error.place).name for error in report.errors] == ["a.json"]
    assert refusal.__name__ in report.errors[0].reason
    assert list(Publication.objects.values_list("source_id", flat=True)) == ["26-2"]
    assert (report.notices, Opportunity.objects.count()) == (1, 1)


def test_an_archive_member_and_json_lines_are_documents(valley: Any, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "lot.zip", "w") as archive:
        archive.writestr("un.json", json.dumps(record("26-1")))
        archive.writestr("deux.json", json.dumps(record("26-2")))
    report = import_notices([f"{tmp_path / 'lot.zip'}!deux.json"], by=None, on=ON)
    assert report.new_opportunities == 1
    lines = tmp_path / "avis.jsonl"
    lines.write_text(
        "\n".join(json.dumps(record(f"26-{n}")) for n in range(3, 6)), encoding="utf-8"
    )
    assert import_notices([lines], by=None, on=ON).new_opportunities == 3
    answer = tmp_path / "reponse.json"
    answer.write_text(json.dumps({"results": [record("26-7"), record("26-8")]}), encoding="utf-8")
    assert import_notices([answer], by=None, on=ON).new_opportunities == 2
    assert import_notices([answer, lines], by=None, on=ON).skipped == 5


def test_a_missing_file_is_an_error_not_a_crash(valley: Any, tmp_path: Path) -> None:
    report = import_notices([tmp_path / "absent.json"], by=None, on=ON)
    assert [error.place for error in report.errors] == [str(tmp_path / "absent.json")]


def test_a_new_version_of_the_same_notice_joins_it(valley: Any, tmp_path: Path) -> None:
    import_records(tmp_path, record("26-1", deadline=in_days(10)))
    later = in_days(30)
    report = import_records(tmp_path, record("26-1", deadline=later))
    assert (report.new_opportunities, report.joined) == (0, 1)
    opportunity = Opportunity.objects.get()
    assert opportunity.deadline is not None
    assert abs((opportunity.deadline - later).total_seconds()) < 60
    assert NoticeVersion.objects.of_opportunity(opportunity).count() == 2


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_a_cancellation_joins_the_notice_it_names_whatever_comes_first(
    valley: Any, tmp_path: Path, order: tuple[int, int]
) -> None:
    call = record("26-1")
    cancels = record("26-2", etat="ANNULATION", nature="ANNULATION", annonce_lie=["26-1"])
    cancels["dateparution"] = "2099-01-01"
    for position in order:
        import_records(tmp_path, (call, cancels)[position])
    opportunity = Opportunity.objects.get()
    assert opportunity.stage == Stage.CANCELLED
    assert opportunity.title == "Entretien des espaces verts"
    assert opportunity.publications.count() == 2


def test_two_notices_that_name_nobody_stay_apart(valley: Any, tmp_path: Path) -> None:
    import_records(tmp_path, record("26-1"), record("26-2"))
    assert Opportunity.objects.count() == 2


def test_a_private_need_without_audience_is_refused(valley: Any, tmp_path: Path) -> None:
    report = import_records(tmp_path, need())
    assert Opportunity.objects.count() == 0
    assert "réseau" in report.errors[0].reason


def test_two_networks_may_number_their_needs_alike(
    valley: Any, network: Network, tmp_path: Path
) -> None:
    other = Network.objects.create(name="Autre réseau", slug="autre")
    import_records(tmp_path, need("n-1"), network=network)
    import_records(tmp_path, need("n-1"), network=other)
    assert set(Opportunity.objects.values_list("network__slug", flat=True)) == {
        network.slug,
        "autre",
    }
    assert Publication.objects.count() == 2


def test_written_once_rows_refuse_to_change(valley: Any, tmp_path: Path) -> None:
    """Each of the four tables, through each way of writing."""
    make_opportunity(tmp_path)
    for model in (NoticeVersion, Reading, Breakdown, WorkPackage):
        row = model.objects.get()
        field = {"NoticeVersion": "format", "Reading": "reader_version"}.get(model.__name__)
        for write in (
            row.save,
            row.delete,
            model.objects.all().delete,
            lambda model=model, field=field: model.objects.update(**{field or "pk": "1"}),
            lambda model=model, row=row: model.objects.bulk_update([row], ["id"]),
        ):
            with pytest.raises(ImmutableRow, match=model.__name__):
                write()
        assert model.objects.count() == 1


def test_reread_adds_a_reading_and_keeps_the_old_one(
    valley: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opportunity = make_opportunity(tmp_path)
    assert reread(on=ON).read == 0
    monkeypatch.setattr(importing, "READER_VERSION", "demain")
    report = reread(on=ON)
    assert (report.read, report.changed) == (1, 0), "the same words, by another reader"
    assert list(Reading.objects.order_by("pk").values_list("reader_version", flat=True))[1:] == [
        "demain"
    ]
    assert reread(on=ON).read == 0
    assert opportunity.breakdowns.count() == 1
    monkeypatch.setattr(importing, "READER_VERSION", "après-demain")
    monkeypatch.setattr(
        importing, "notice_to_json", lambda notice: notice_to_json(notice) | {"title": "Autre"}
    )
    report = reread(on=ON)
    assert (report.read, report.changed) == (1, 1)


def test_the_commands_say_what_they_did(
    valley: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.json").write_text(json.dumps(record("26-1")), encoding="utf-8")
    call_command("load_programmes", stdout=StringIO())  # else the first command does, and says so
    call_command("import_notices", str(tmp_path), "--on", "2026-11-25")
    said = capsys.readouterr()
    assert "Opportunités nouvelles\u00a0: 1" in said.out
    assert said.err == ""
    call_command("reread")
    assert "0\u202fnouvelle lecture" in capsys.readouterr().out


def test_a_long_import_tells_how_far_it_is(
    valley: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing for two seconds, then a line a second."""
    for number in range(4):
        (tmp_path / f"{number}.json").write_text(json.dumps(record(f"26-{number}")))
    clock = iter([0.0, 1.9, 2.0, 2.9, 3.1])
    monkeypatch.setattr(time, "monotonic", lambda: next(clock))
    call_command("import_notices", str(tmp_path))
    assert re.findall(r"(\d).documents en (\d) s, .*?(\d).json", capsys.readouterr().err) == [
        ("2", "2", "1"),
        ("4", "3", "3"),
    ]


@pytest.mark.parametrize(
    ("stopped_by", "ends_with"), [(KeyboardInterrupt, SystemExit), (OperationalError, CommandError)]
)
def test_a_stopped_import_says_what_is_kept_and_goes_on_from_there(
    valley: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    stopped_by: type[BaseException],
    ends_with: type[BaseException],
) -> None:
    """Ctrl-C, or a disk that is full, in the middle of the second notice."""
    for number in range(3):
        (tmp_path / f"{number}.json").write_text(json.dumps(record(f"26-{number}")))
    really_record = journal.record

    def stop(*given: Any, **values: Any) -> Any:
        if values["after"]["id"] == "26-1":
            raise stopped_by("database or disk is full")
        return really_record(*given, **values)

    with monkeypatch.context() as patch:
        patch.setattr(journal, "record", stop)
        with pytest.raises(ends_with) as end:
            call_command("import_notices", str(tmp_path))
    said = capsys.readouterr()
    assert "Avis lus\u00a0: 1" in said.out
    assert "Relancez la même commande" in said.err + str(end.value)
    assert Opportunity.objects.count() == NoticeVersion.objects.count() == 1
    call_command("import_notices", str(tmp_path))
    assert "Avis lus\u00a0: 2" in (told := capsys.readouterr().out)
    assert "Déjà importés\u00a0: 1" in told
    assert Opportunity.objects.count() == 3


def test_each_refused_line_is_told_and_neighbours_share_a_line(valley: Any, tmp_path: Path) -> None:
    lines = [{"a": 1}, {"b": 2}, record("26-1"), {"c": 3}, {"d": 4}]
    (tmp_path / "x.jsonl").write_text("\n".join(json.dumps(line) for line in lines))
    report = import_notices([tmp_path], by=None, on=ON)
    assert [error.place.rpartition(" ")[2] for error in report.errors] == ["1", "2", "4", "5"]
    told = report.as_text().splitlines()
    assert re.findall(r"lignes (\d à \d)\u00a0: Ce JSON", "\n".join(told)) == ["1 à 2", "4 à 5"]


def test_the_commands_prepare_a_base_that_is_not(
    valley: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first command somebody types may be this one."""
    prepared: list[Any] = []
    monkeypatch.setattr("cordee.base.terminal.prepare_base", prepared.append)
    (tmp_path / "avis.json").write_text(json.dumps(record("26-1")))
    call_command("import_notices", str(tmp_path))
    call_command("reread")
    assert len(prepared) == 2


def test_the_command_ends_with_2_where_nothing_could_be_read(valley: Any, tmp_path: Path) -> None:
    with pytest.raises(SystemExit) as stop:
        call_command("import_notices", str(tmp_path / "absent.xml"))
    assert stop.value.code == 2


def test_the_command_wants_a_day() -> None:
    with pytest.raises(CommandError, match="« hier » n’est pas un jour : écrivez-le AAAA-MM-JJ"):
        call_command("import_notices", "x", "--on", "hier")


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ({"commune": "38001"}, ("Saint-Aubin-sur-Verdoire", "38001", False)),
        ({"postcode": "38200", "city": "ROCHE MIREL CEDEX"}, ("Roche-Mirel", "38002", False)),
        ({"department": "73", "city": "Roche-Mirel"}, ("Roche-Mirel", "73001", False)),
        ({"department": "38", "city": "Nulle-Part"}, ("Nulle-Part (38)", None, True)),
        ({"department": "38"}, ("Isère (38)", None, True)),
    ],
)
def test_places_become_points(
    valley: Any,
    network: Network,
    tmp_path: Path,
    written: dict[str, str],
    expected: tuple[str, str | None, bool],
) -> None:
    """By INSEE code, postcode and name, department and name; else the middle of the department."""
    import_records(tmp_path, need(places=[written]), network=network)
    place = Opportunity.objects.get().places.get()
    assert (place.label, place.commune_id, place.is_supposed) == expected
    if place.commune_id is None:
        assert place.latitude == pytest.approx(45.10)
    package = WorkPackage.objects.get()
    assert package.is_place_supposed is expected[2]
    assert (package.latitude, package.longitude) == (place.latitude, place.longitude)


def test_two_people_who_import_the_same_notice_at_once_keep_it_once(
    valley: Any, tmp_path: Path, monkeypatch: Any
) -> None:
    """Both see that it is new; the second to write finds the row of the first, and goes on."""
    file = tmp_path / "avis.json"
    file.write_text(json.dumps(record("26-1", title="Tonte")))
    really_keep = importing._keep_one
    theirs: list[Any] = []

    def import_after_somebody_else(*args: Any, **kwargs: Any) -> Any:
        if not theirs:
            theirs.append(None)
            really_keep(*args, **kwargs)
        return really_keep(*args, **kwargs)

    monkeypatch.setattr(importing, "_keep_one", import_after_somebody_else)
    report = import_notices([file], by=None, on=ON)
    assert (report.skipped, report.errors) == (1, [])
    assert NoticeVersion.objects.count() == 1

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import batched
from typing import Any

from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from cordee.accounts import journal
from cordee.accounts.models import User
from cordee.base.tables import Row
from cordee.base.ui import french
from cordee.members import directory_index, list_columns
from cordee.members.actions import guessing
from cordee.members.gazetteer import CommunePoint, Gazetteer
from cordee.members.import_report import ImportReport, LineOutcome, Outcome
from cordee.members.models import (
    Chantier,
    Commune,
    Membership,
    Network,
    Organisation,
    Structure,
    StructureImport,
)
from cordee.members.placing import place
from cordee.members.structure_list import ListLine, Remark, Severity, read_lines
from cordee.rules import siret as siret_rules

BATCH = 500
# What a list may change in a structure that nobody has joined yet.
LISTED_FIELDS = (
    *("name", "brand", "naf", "address", "postcode", "city", "commune", "department"),
    *("latitude", "longitude", "website", "phone", "doubts"),
)

Progress = Callable[[int, int], None]


@dataclass(slots=True)
class _Tally:
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    kept_as_is: int = 0
    remarks: list[Remark] = field(default_factory=list)
    lines: list[LineOutcome] = field(default_factory=list)


def import_structures(
    rows: Iterable[Row],
    *,
    by: User | None,
    source: str,
    network: Network | None = None,
    on: date | None = None,
    columns: Mapping[str, str] | None = None,
    progress: Progress = lambda done, total: None,
) -> StructureImport:
    """Write a list of structures and keep its report; the same list again changes nothing.

    Each line is written whole or not at all, and a refused line stops no other. Batches are
    committed as they go, so that an interrupted import is resumed by running it again. A
    structure that its own people keep up (claimed, or declared by itself) is left as it is. With
    `network`, structures of the list become its members from the day `on`.

    Trades are supposed from the name and from the few NAF codes that name one; they stay guesses
    until the structure confirms them (`actions.guessing`).
    """
    with transaction.atomic():
        kept = StructureImport.objects.create(by=by, source=source, columns=columns or {})
        _record(kept, by, network)
    mapped = list_columns.mapped(rows, kept.columns)
    kept.report = _read_and_write(mapped, source, network, on, progress).as_json()
    kept.save(update_fields=["report"])
    return kept


def receive_list(
    rows: Iterable[Row],
    *,
    by: User,
    source: str,
    network: Network | None,
    header: Sequence[str] = (),
) -> StructureImport:
    """Keep the rows of a list until somebody says which column is which, and agrees."""
    return StructureImport.objects.create(
        by=by,
        source=source,
        network=network,
        header=list(header),
        waiting_rows=[[row.number, row.values, row.fault] for row in rows],
    )


@transaction.atomic
def preview_received(
    *, kept: StructureImport, columns: Mapping[str, str], on: date
) -> StructureImport:
    """Say what importing a list received would do, its columns read so; nothing stays written.

    All is written, counted, and taken back: what is announced is what would happen.
    """
    rows = _waiting(kept, columns)
    with transaction.atomic():
        report = _read_and_write(rows, kept.source, kept.network, on, lambda done, total: None)
        transaction.set_rollback(True)
    kept.columns, kept.report = dict(columns), report.as_json()
    kept.save(update_fields=["columns", "report"])
    return kept


@transaction.atomic
def preview_structures(
    rows: Iterable[Row], *, by: User, source: str, network: Network | None, on: date
) -> StructureImport:
    """Receive a list whose columns bear the usual names, and say what importing it would do."""
    kept = receive_list(rows, by=by, source=source, network=network)
    return preview_received(kept=kept, columns={}, on=on)


def _waiting(kept: StructureImport, columns: Mapping[str, str]) -> list[Row]:
    rows = (Row(number, values, fault) for number, values, fault in kept.waiting_rows or ())
    return list(list_columns.mapped(rows, columns))


def import_previewed(*, kept: StructureImport, by: User, on: date) -> StructureImport:
    """Import a list that was previewed; its rows are then forgotten. Twice does it once."""
    if kept.waiting_rows is None or kept.needs_columns:
        return kept
    rows = _waiting(kept, kept.columns)
    with transaction.atomic():
        _record(kept, by, kept.network)
    report = _read_and_write(rows, kept.source, kept.network, on, lambda done, total: None)
    kept.report, kept.waiting_rows = report.as_json(), None
    kept.save(update_fields=["report", "waiting_rows"])
    return kept


def _record(kept: StructureImport, by: User | None, network: Network | None) -> None:
    journal.record(
        by=by,
        verb="members.import_structures",
        target=kept,
        after={"source": kept.source, "network": network.slug if network else None},
    )


def _read_and_write(
    rows: Iterable[Row],
    source: str,
    network: Network | None,
    on: date | None,
    progress: Progress,
) -> ImportReport:
    lines, rejected, read = read_lines(rows)
    gazetteer = load_gazetteer()
    tally = _Tally(remarks=list(rejected))
    done = 0
    for batch in batched(lines, BATCH):
        _write_batch(batch, gazetteer, tally, network, on)
        done += len(batch)
        progress(done, len(lines))
    if network is not None:
        # The list is the proof of the memberships that it has just made.
        Membership.objects.filter(
            network=network,
            starts_on=on or timezone.localdate(),
            proof=Membership.Proof.LIST,
            proof_reference="",
        ).update(proof_reference=source[:120])
    if tally.created > BATCH and connection.vendor == "postgresql":
        # Until its statistics are renewed, PostgreSQL plans for the few rows it knew before.
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    return ImportReport(
        source=source,
        read=read,
        created=tally.created,
        updated=tally.updated,
        unchanged=tally.unchanged,
        kept_as_is=tally.kept_as_is,
        remarks=tuple(sorted(tally.remarks, key=lambda r: r.line)),
        lines=tuple(sorted(tally.lines, key=lambda x: x.line)),
    )


def load_gazetteer() -> Gazetteer:
    """The communes in the base, as the gazetteer reads them."""
    return Gazetteer(
        CommunePoint(*row)
        for row in Commune.objects.order_by().values_list(
            *("insee", "name", "folded_name", "department_id"),
            *("postcodes", "latitude", "longitude"),
        )
    )


def _write_batch(
    batch: Iterable[ListLine],
    gazetteer: Gazetteer,
    tally: _Tally,
    network: Network | None,
    on: date | None,
) -> None:
    """All at once; where the base refuses, line by line, so that only the guilty ones fall."""
    batch = list(batch)
    placed = [(line, _listed_values(line, gazetteer)) for line in batch]
    try:
        outcome = _write(placed, network, on)
    except DatabaseError:
        outcome = _Tally()
        for one in placed:
            try:
                single = _write([one], network, on)
            except DatabaseError as refusal:
                outcome.remarks.append(_refused(one[0], refusal))
            else:
                _add(outcome, single)
    _add(tally, outcome)
    refused = {r.line for r in outcome.remarks if r.severity is Severity.REJECTED}
    tally.remarks += [r for line in batch if line.line not in refused for r in line.remarks]


def _add(total: _Tally, part: _Tally) -> None:
    total.created += part.created
    total.updated += part.updated
    total.unchanged += part.unchanged
    total.kept_as_is += part.kept_as_is
    total.remarks += part.remarks
    total.lines += part.lines


def _refused(line: ListLine, refusal: DatabaseError) -> Remark:
    return Remark(
        line.line,
        Severity.REJECTED,
        "refused",
        "siret",
        line.siret,
        f"La base refuse cette ligne ({refusal}).",
        "Signalez ce message : les contrôles d’avant auraient dû le dire.",
    )


def _listed_values(line: ListLine, gazetteer: Gazetteer) -> dict[str, Any]:
    placement = place(line, gazetteer)
    # A list without numbers takes none away: a delegate may have found one since.
    phone = {"phone": line.phone} if line.phone else {}
    return {
        **phone,
        "name": line.name,
        "brand": line.brand,
        "naf": line.naf,
        "address": line.address,
        "postcode": line.postcode,
        "city": line.city,
        "commune_id": placement.commune,
        "department_id": placement.department,
        "latitude": line.latitude,
        "longitude": line.longitude,
        "website": line.website,
    }


def _doubts(line: ListLine) -> list[dict[str, str]]:
    return [
        {"field": r.field, "value": r.value, "reason": r.reason, "cure": r.cure}
        for r in line.remarks
        if r.severity is Severity.DOUBTFUL
    ]


@transaction.atomic
def _write(
    placed: list[tuple[ListLine, dict[str, Any]]], network: Network | None, on: date | None
) -> _Tally:
    tally = _Tally()
    known = {
        (s.siret, s.kind): s
        for s in Structure.objects.filter(siret__in={line.siret for line, _ in placed})
    }
    new: list[Structure] = []
    changed: list[Structure] = []
    organisations = _organisations([line for line, _ in placed])
    for line, values in placed:
        structure = known.get((line.siret, line.kind))
        if structure is not None and _keeps_itself(structure):
            tally.kept_as_is += 1
            line.keep_as_is()
            tally.lines.append(_told(line, Outcome.KEPT, _differences(structure, values)))
            continue
        organisation = organisations[siret_rules.siren_of(line.siret)]
        _doubt_organisation(line, organisation)
        listed = {**values, "doubts": _doubts(line)}
        if structure is None:
            structure = Structure(
                siret=line.siret, kind=line.kind, organisation=organisation, **listed
            )
            new.append(structure)
            tally.lines.append(_told(line, Outcome.CREATED))
        elif differences := _differences(structure, listed):
            _change(structure, listed)
            changed.append(structure)
            tally.lines.append(_told(line, Outcome.UPDATED, differences))
        else:
            tally.unchanged += 1
            tally.lines.append(_told(line, Outcome.UNCHANGED))
    Structure.objects.bulk_create(new)
    Structure.objects.bulk_update(changed, [*LISTED_FIELDS, "updated_at"])
    Chantier.objects.bulk_create(Chantier(structure=s, name=s.shown_name) for s in new)
    if network is not None:
        _join([*known.values(), *new], network, on or timezone.localdate())
    guessing.write_guesses([*new, *changed], {}, guessing.GuessTally())
    directory_index.index_structures([*new, *changed])
    tally.created, tally.updated = len(new), len(changed)
    return tally


def _keeps_itself(structure: Structure) -> bool:
    return structure.is_claimed or structure.source != Structure.Source.IMPORTED


def _change(structure: Structure, listed: dict[str, Any]) -> None:
    for name, value in listed.items():
        setattr(structure, name, value)
    structure.updated_at = timezone.now()


def _differences(structure: Structure, listed: dict[str, Any]) -> tuple[tuple[str, str, str], ...]:
    """(field, before, after) of each value that the list says otherwise."""
    return tuple(
        (name, _shown(getattr(structure, name)), _shown(value))
        for name, value in listed.items()
        if getattr(structure, name) != value
    )


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return french.count(len(value), "doute")
    return "" if value is None else str(value)


def _told(
    line: ListLine, outcome: Outcome, changes: tuple[tuple[str, str, str], ...] = ()
) -> LineOutcome:
    return LineOutcome(line.line, outcome, line.siret, line.kind, line.name, changes)


def _organisations(lines: list[ListLine]) -> dict[str, Organisation]:
    """The organisations of these lines by SIREN; those that lack are made, named by first line."""
    names: dict[str, str] = {}
    for line in lines:
        names.setdefault(siret_rules.siren_of(line.siret), line.name)
    found = {o.siren: o for o in Organisation.objects.filter(siren__in=names)}
    missing = [
        Organisation(siren=siren, name=name) for siren, name in names.items() if siren not in found
    ]
    for organisation in Organisation.objects.bulk_create(missing):
        found[organisation.siren] = organisation
    return found


def _doubt_organisation(line: ListLine, organisation: Organisation) -> None:
    """Where the SIRET is doubtful, so is the organisation that its first nine digits name."""
    if organisation.name != line.name and not siret_rules.is_valid_siret(line.siret):
        line.doubt(
            "shared_siren",
            "siret",
            line.siret,
            f"Les neuf premiers chiffres rattachent cette structure à {organisation.name}.",
            "Vérifiez le SIRET : elles comptent pour un seul signataire.",
        )


def _join(structures: list[Structure], network: Network, on: date) -> None:
    members = set(
        Membership.objects.current(on)
        .filter(network=network)
        .values_list("structure_id", flat=True)
    )
    Membership.objects.bulk_create(
        Membership(
            network=network,
            structure=s,
            starts_on=on,
            proof=Membership.Proof.LIST,
            proof_on=on,
        )
        for s in structures
        if s.pk not in members
    )

"""What a list makes of structures: planned by reading alone, then written a batch at a time."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from django.db import DataError, IntegrityError, transaction
from django.utils import timezone

from cordee.accounts import journal
from cordee.accounts.models import User
from cordee.base.ui import french
from cordee.members import directory_index
from cordee.members.actions import guessing
from cordee.members.gazetteer import CommunePoint, Gazetteer, Placement, match_place
from cordee.members.import_report import LineOutcome, Outcome
from cordee.members.models import Chantier, Commune, Membership, Network, Organisation, Structure
from cordee.members.structure_list import PLACE_COLUMNS, ListLine, Remark, Severity, remark
from cordee.rules import siret as siret_rules

# The columns of a list that are fields of a structure; its commune and department follow.
FIELDS = {
    **{name: name for name in ("name", "brand", "naf", "address", "postcode", "city")},
    **{"lat": "latitude", "lon": "longitude", "website": "website", "phone": "phone"},
}
PLACE_FIELDS = ("postcode", "city", "latitude", "longitude")
# What a list may change in a structure that nobody has joined yet.
LISTED_FIELDS = (*FIELDS.values(), "commune", "department", "doubts")
# A line that the base will not have. A base that is lost, locked or full refuses no line.
REFUSALS = (DataError, IntegrityError)


def load_gazetteer() -> Gazetteer:
    """The communes in the base, as the gazetteer reads them."""
    return Gazetteer(
        CommunePoint(*row)
        for row in Commune.objects.order_by().values_list(
            *("insee", "name", "folded_name", "department_id"),
            *("postcodes", "latitude", "longitude"),
        )
    )


@dataclass(slots=True)
class Plan:
    """What a batch of lines makes of the structures in the base; nothing of it is written yet."""

    new: list[Structure] = field(default_factory=list)
    changed: list[Structure] = field(default_factory=list)
    left: list[Structure] = field(default_factory=list)  # unchanged, or kept by their own people
    lines: list[LineOutcome] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)


def plan_lines(
    batch: Iterable[ListLine],
    gazetteer: Gazetteer,
    *,
    names: dict[str, str],
    empty_erases: bool,
) -> Plan:
    """Compare lines with the base, reading only.

    A column that is absent, or a cell that cannot be read, changes nothing of a known structure;
    an empty cell neither, unless `empty_erases`. `names` (SIREN → name of the organisation that
    the list makes) is filled on the way, for the batches that follow.
    """
    # Copies: a batch that the base refuses is planned again, and nothing is said twice.
    lines = [replace(line, remarks=list(line.remarks)) for line in batch]
    plan = Plan()
    # By SIRET and kind, which is what names a structure: two kinds of one house are two rows.
    known = {
        (s.siret, s.kind): s
        for s in Structure.objects.filter(siret__in={line.siret for line in lines})
    }
    organisations = _organisation_names(lines, names)
    for line in lines:
        structure = known.get((line.siret, line.kind))
        values = _listed_values(line, structure, gazetteer, empty_erases)
        # What its own people wrote beats any list about them.
        if structure is not None and (
            structure.is_claimed or structure.source != Structure.Source.IMPORTED
        ):
            plan.left.append(structure)
            plan.lines.append(_outcome_of(line, Outcome.KEPT, _differences(structure, values)))
            line.doubt("self_kept", f"{line.siret} {line.kind}", Severity.WITHOUT_EFFECT)
        else:
            _doubt_organisation(line, organisations[siret_rules.siren_of(line.siret)])
            _plan_line(plan, line, structure, values, empty_erases)
        plan.remarks += line.remarks
    return plan


def _plan_line(
    plan: Plan,
    line: ListLine,
    structure: Structure | None,
    values: dict[str, Any],
    empty_erases: bool,
) -> None:
    if structure is None:
        plan.new.append(
            Structure(siret=line.siret, kind=line.kind, doubts=_fresh_doubts(line), **values)
        )
        plan.lines.append(_outcome_of(line, Outcome.CREATED))
        return
    listed = {**values, "doubts": _doubts(line, structure, empty_erases)}
    if differences := _differences(structure, listed):
        for name, value in listed.items():
            setattr(structure, name, value)
        plan.changed.append(structure)
        plan.lines.append(_outcome_of(line, Outcome.UPDATED, differences))
    else:
        plan.left.append(structure)
        plan.lines.append(_outcome_of(line, Outcome.UNCHANGED))


def _organisation_names(lines: list[ListLine], names: dict[str, str]) -> dict[str, str]:
    """SIREN → the name of its organisation, there or to be made after its first line."""
    # An organisation is called after the first of its lines, in this batch or in an earlier one.
    first: dict[str, str] = {}
    for line in lines:
        first.setdefault(siret_rules.siren_of(line.siret), line.name)
    found = Organisation.objects.filter(siren__in=first).order_by().values_list("siren", "name")
    names |= {siren: names.get(siren, name) for siren, name in first.items()} | dict(found)
    return names


def _listed_values(
    line: ListLine, structure: Structure | None, gazetteer: Gazetteer, empty_erases: bool
) -> dict[str, Any]:
    """What the list gives of the fields of a structure; all of them where it is new."""
    taken = line.filled | (line.empty if empty_erases else frozenset())
    has_place = structure is None or bool(taken & PLACE_COLUMNS)
    if structure is not None:
        _complete_place(line, structure, taken, has_place)
    values = {
        name: getattr(line, name)
        for column, name in FIELDS.items()
        if structure is None or column in taken
    }
    if has_place:
        found = match_place(line, gazetteer)
        # What cannot be placed any better takes no commune away where nothing has moved.
        is_still = structure is not None and not _differences(structure, values, PLACE_FIELDS)
        if structure is not None and not is_still and _loses_place(line, structure, found):
            _keep_place(line)
            values = {name: v for name, v in values.items() if name not in PLACE_FIELDS}
        elif found.commune is not None or not is_still:
            values |= {"commune_id": found.commune, "department_id": found.department}
        if found.commune is not None:
            _count_missing_point(line)
    return values


def _count_missing_point(line: ListLine) -> None:
    """Where a commune is found, its point stands for the coordinates that the list lacks."""
    line.remarks = [
        replace(r, severity=Severity.COUNTED) if r.subject == "no_point" and not r.value else r
        for r in line.remarks
    ]


def _loses_place(line: ListLine, structure: Structure, found: Placement) -> bool:
    """Whether a place that the list says, and that is not found, would erase the known one."""
    return bool(line.filled & PLACE_COLUMNS - {"department"}) and bool(
        (structure.commune_id and not found.commune)
        or (structure.department_id and not found.department)
    )


def _keep_place(line: ListLine) -> None:
    line.remarks = [
        replace(r, reason=f"{r.reason} La structure garde son lieu d’avant.")
        if r.subject == "commune_unknown"
        else r
        for r in line.remarks
    ]


def _complete_place(
    line: ListLine, structure: Structure, taken: frozenset[str], has_place: bool
) -> None:
    """Let what the list does not say of a place be what is known of it already."""
    # Matched with what is known beside: a list that gives the town alone still finds its commune.
    if "postcode" not in taken:
        line.postcode = structure.postcode
    if "city" not in taken:
        line.city = structure.city
    if "lat" not in taken:
        line.latitude, line.longitude = structure.latitude, structure.longitude
    if "department" not in taken and not line.postcode:
        line.department = structure.department_id or ""
    if structure.has_point or not has_place:
        # The list has no coordinates, and that is no news.
        line.remarks = [r for r in line.remarks if r.subject != "no_point" or r.value]


def _fresh_doubts(line: ListLine) -> list[dict[str, str]]:
    return [
        {"field": r.field, "value": r.value, "reason": r.reason, "cure": r.cure}
        for r in line.remarks
        if r.severity in (Severity.DOUBTFUL, Severity.COUNTED)
    ]


def _doubts(line: ListLine, structure: Structure, empty_erases: bool) -> list[dict[str, str]]:
    """Those of this line, and those kept of columns that it does not speak of."""
    spoken = line.given | (line.empty if empty_erases else frozenset())
    # The place is one question: a line that speaks of part of it answers all its doubts.
    if spoken & PLACE_COLUMNS:
        spoken |= PLACE_COLUMNS
    older = [d for d in structure.doubts if not spoken & {*d["field"].split(", ")}]
    doubts = older + [d for d in _fresh_doubts(line) if d not in older]
    # In another order they are no news: a list sent again must change nothing.
    is_same = sorted(map(repr, doubts)) == sorted(map(repr, structure.doubts))
    return structure.doubts if is_same else doubts


def write_lines(
    batch: Sequence[ListLine],
    gazetteer: Gazetteer,
    *,
    network: Network | None,
    on: date,
    source: str,
    empty_erases: bool,
) -> Plan:
    """Write all lines at once; where the base refuses, one by one: only the guilty ones fall.

    To be called inside a transaction, after the same batch was planned outside: what is slow is
    known by then. Raises OperationalError where the base cannot be written any more.
    """

    def write(lines: Sequence[ListLine]) -> Plan:
        # A savepoint: a refusal undoes this attempt, not the batch around it.
        with transaction.atomic():
            plan = plan_lines(lines, gazetteer, names={}, empty_erases=empty_erases)
            _write(plan, network, on, source)
        return plan

    try:
        return write(batch)
    except REFUSALS:
        written = Plan()
    for line in batch:
        try:
            plan = write([line])
        except REFUSALS as refusal:
            written.remarks.append(
                remark(line.line, Severity.REJECTED, "refused", line.siret, refusal=refusal)
            )
        else:
            written.lines += plan.lines
            written.remarks += plan.remarks
    return written


@transaction.atomic
def add_structure(
    *,
    siret: str,
    kind: str,
    name: str,
    commune: Commune,
    by: User | None,
    source: Structure.Source = Structure.Source.IMPORTED,
) -> Structure:
    """Add one to the directory, as a list of one line would: whoever directs it takes it over.

    One that is only declared is listed, and its trades are supposed, once somebody accepted it.
    Whoever adds one that a stranger declared says its name and place anew.

    Raises ValidationError for what the base would refuse.
    """
    declared = Structure.objects.unlisted().filter(siret=siret, kind=kind).first()
    structure = declared or Structure(siret=siret, kind=kind)
    structure.name, structure.source = name, source
    structure.commune, structure.city = commune, commune.name
    structure.department_id = commune.department_id
    structure.full_clean(exclude=["organisation"])
    plan = Plan(changed=[structure]) if declared else Plan(new=[structure])
    _write(plan, None, timezone.localdate(), "")
    structure.chantiers.update(name=structure.shown_name)
    journal.record("members.add_structure", structure, by=by)
    return structure


def vouch_for(structures: Iterable[Structure]) -> None:
    """Somebody who may answers for them: those that were only declared are listed at once."""
    unlisted = Structure.objects.unlisted().filter(pk__in=[s.pk for s in structures])
    unlisted.update(source=Structure.Source.IMPORTED)


def _write(plan: Plan, network: Network | None, on: date, source: str) -> None:
    organisations = _organisations(plan.new)
    for structure in plan.new:
        structure.organisation = organisations[siret_rules.siren_of(structure.siret)]
    # In bulk, since a national list holds thousands: three writes a batch, not three a line.
    Structure.objects.bulk_create(plan.new)
    Structure.objects.bulk_create(
        plan.changed,
        # An upsert for a bulk update: one statement, where `bulk_update` builds a CASE a row.
        update_conflicts=True,
        unique_fields=["pk"],
        update_fields=[*LISTED_FIELDS, "sort_key", "updated_at"],
    )
    Chantier.objects.bulk_create(Chantier(structure=s, name=s.shown_name) for s in plan.new)
    vouch_for([*plan.left, *plan.changed])
    if network is not None:
        _join([*plan.left, *plan.changed, *plan.new], network, on, source)
    touched = [*plan.new, *plan.changed]
    imported = [s for s in touched if s.source == Structure.Source.IMPORTED]
    guessing.write_guesses(imported, {})
    directory_index.index_structures(touched)


def _differences(
    structure: Structure, listed: Mapping[str, Any], among: Collection[str] | None = None
) -> tuple[tuple[str, str, str], ...]:
    """(field, before, after) of each value that the list says otherwise."""
    return tuple(
        (name, _shown(getattr(structure, name)), _shown(value))
        for name, value in listed.items()
        if (among is None or name in among) and getattr(structure, name) != value
    )


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return french.count(len(value), "doute")
    return "" if value is None else str(value)


def _outcome_of(
    line: ListLine, outcome: Outcome, changes: tuple[tuple[str, str, str], ...] = ()
) -> LineOutcome:
    return LineOutcome(line.line, outcome, line.siret, line.kind, line.name, changes)


def _organisations(structures: Iterable[Structure]) -> dict[str, Organisation]:
    """The organisations of these by SIREN; those that lack are made, named by the first."""
    names: dict[str, str] = {}
    for structure in structures:
        names.setdefault(siret_rules.siren_of(structure.siret), structure.name)
    found = {o.siren: o for o in Organisation.objects.filter(siren__in=names)}
    missing = [
        Organisation(siren=siren, name=name) for siren, name in names.items() if siren not in found
    ]
    for organisation in Organisation.objects.bulk_create(missing):
        found[organisation.siren] = organisation
    return found


def _doubt_organisation(line: ListLine, organisation: str) -> None:
    """Where the SIRET is doubtful, so is the organisation that its first nine digits name."""
    if organisation != line.name and not siret_rules.is_valid_siret(line.siret):
        line.doubt("shared_siren", line.siret, organisation=organisation)


def _join(structures: list[Structure], network: Network, on: date, source: str) -> None:
    members = set(
        Membership.objects.current(on)
        .filter(network=network, structure__in=structures)
        .values_list("structure_id", flat=True)
    )
    Membership.objects.bulk_create(
        Membership(
            network=network,
            structure=s,
            starts_on=on,
            proof=Membership.Proof.LIST,
            # The list is the proof of the memberships that it makes.
            proof_reference=source[:120],
            proof_on=on,
        )
        for s in structures
        if s.pk not in members
    )

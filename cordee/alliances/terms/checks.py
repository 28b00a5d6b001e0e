"""What does not hold in the terms, where, and by how much.

Sums and law first, which everybody sees; then the means of each party, which it alone sees with
its figures. Nothing here blocks editing: `life` decides what a break forbids.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction

from cordee.alliances.terms.facts import Asked, Means, PartyFacts
from cordee.alliances.terms.model import Cell, Line, Party, PartyRole, Terms
from cordee.rules.figures import euros, lot_name, whole
from cordee.rules.groups import GroupForm
from cordee.rules.kinds import supplies_staff
from cordee.rules.reservation import ARTICLES, Reservation, is_eligible


class Unit(StrEnum):
    """What `Break.by` counts."""

    CENTS = "cents"
    CFTE = "cfte"
    HOURS = "hours"
    COUNT = "count"


class Code(StrEnum):
    """Which rule does not hold."""

    GROUP_FORBIDDEN = "group_forbidden"
    TOO_FEW = "too_few"
    SAME_SIREN = "same_siren"
    FORM = "form"
    NOT_ELIGIBLE = "not_eligible"
    NOT_A_SUPPLIER = "not_a_supplier"
    NO_SHARE = "no_share"
    ALL_SUBCONTRACTED = "all_subcontracted"
    PRICE = "price"
    WORK = "work"
    HOURS = "hours"
    OVER_MEMBER = "over_member"
    NO_MEMBER = "no_member"
    SHARED_LINE = "shared_line"
    MONTHS = "months"
    CAPACITY = "capacity"
    CEILING = "ceiling"


# What only the party itself, and whom it shows its figures, may read.
PRIVATE = frozenset({Code.CAPACITY, Code.CEILING})
# What is wanted rather than due: it is shown, and stops nothing.
SOFT = frozenset({Code.WORK, Code.HOURS})


@dataclass(frozen=True, slots=True)
class Break:
    """One thing that does not hold: `by` how much, above (+) or below (−) what it should be.

    `month`: the first month of the year, or the month, that it is about.
    """

    code: Code
    text: str
    party: str | None = None
    line: str | None = None
    by: int = 0
    unit: Unit = Unit.COUNT
    month: int | None = None

    @property
    def is_private(self) -> bool:
        """Whether its figures are the party's own."""
        return self.code in PRIVATE

    @property
    def blocks(self) -> bool:
        """Whether the split cannot be agreed on as it is."""
        return self.code not in SOFT


def breaks(
    terms: Terms, facts: Mapping[str, PartyFacts], asked: Asked, *, on: date
) -> tuple[Break, ...]:
    """Everything that does not hold, in the order of the table.

    Source: RULE-10, RULE-15, RULE-19, RULE-20; Code de la commande publique L2193-1, R2142-20.
    """
    return (
        *_group(terms, facts, asked, on),
        *_lines(terms, asked),
        *_shared_lines(terms, facts),
        *_subcontracts(terms, facts),
        *_means(terms, facts),
    )


def own_cents(terms: Terms, cell: Cell) -> int:
    """What a party keeps of one line once those who come for it there are paid."""
    return (cell.cents or 0) - sum(
        terms.cell(other.key, cell.line).cents or 0 for other in terms.behind(cell.party)
    )


def own_cfte(terms: Terms, cell: Cell) -> int:
    """The people a party puts on one line itself; those who come for it there put theirs."""
    behind = sum(terms.cell(other.key, cell.line).cfte or 0 for other in terms.behind(cell.party))
    return max(0, (cell.cfte or 0) - behind)


def _group(
    terms: Terms, facts: Mapping[str, PartyFacts], asked: Asked, on: date
) -> Iterator[Break]:
    members = terms.members
    is_alone = terms.holder is not None
    if asked.forbids_groups and len(members) > 1:
        yield Break(Code.GROUP_FORBIDDEN, "L’avis interdit de répondre à plusieurs.")
    is_helped = any(party.role.is_behind for party in terms.parties)
    if not (is_alone and is_helped) and len({party.siren for party in members}) < 2:
        yield Break(Code.TOO_FEW, "Il faut au moins deux structures de SIREN différents.", by=-1)
    sirens = [party.siren for party in members]
    for siren in sorted({each for each in sirens if sirens.count(each) > 1}):
        same = [_name(facts, party) for party in members if party.siren == siren]
        yield Break(
            Code.SAME_SIREN,
            f"{' et '.join(same)} ont le même SIREN : elles ne comptent que pour un membre.",
        )
    is_other = asked.imposed_form is not None and terms.form not in (None, asked.imposed_form)
    if asked.imposed_form is not None and is_other and not is_alone:
        yield Break(
            Code.FORM, f"L’acheteur impose la forme « {asked.imposed_form.label} » au titulaire."
        )
    for party in terms.parties:
        yield from _party(terms, party, facts, asked, on)


def _party(
    terms: Terms, party: Party, facts: Mapping[str, PartyFacts], asked: Asked, on: date
) -> Iterator[Break]:
    name = _name(facts, party)
    if party.role is PartyRole.STAFFING and not supplies_staff(party.kind):
        yield Break(
            Code.NOT_A_SUPPLIER,
            f"{name} ne peut pas mettre du personnel à disposition : c’est le métier des AI, des "
            f"ETTI, des EATT et des GEIQ.",
            party=party.key,
        )
    if not party.role.has_share:
        return
    held = [cell for cell in terms.cells_of(party.key) if cell.cents or cell.cfte]
    if not held:
        yield Break(Code.NO_SHARE, f"{name} n’a encore aucune part.", party=party.key)
    for cell in held:
        reserved = asked.reserved.get(terms.line(cell.line).lot, Reservation.NONE)
        if not is_eligible(party.kind, reserved, on=on):
            yield Break(
                Code.NOT_ELIGIBLE,
                f"{name} ne peut pas prendre ce lot : {reserved.label.lower()} (article "
                f"{ARTICLES[reserved]}). À confirmer avec l’acheteur.",
                party=party.key,
                line=cell.line,
            )


def _lines(terms: Terms, asked: Asked) -> Iterator[Break]:
    hours_by_lot: dict[str, int] = defaultdict(int)
    for line in terms.lines:
        cells = [terms.cell(member.key, line.key) for member in terms.members]
        over = sum(cell.cents or 0 for cell in cells) - line.price_cents
        if over:
            word = "de trop" if over > 0 else "à répartir"
            nobody = "" if any(not c.is_empty for c in cells) else "personne ne s’en charge, "
            yield Break(
                Code.PRICE,
                f"{line.label} : {nobody}{euros(abs(over))} {word}.",
                line=line.key,
                by=over,
                unit=Unit.CENTS,
            )
        told = [cell.cfte for cell in cells if cell.cfte is not None]
        if line.need_cfte is not None and told:
            short = sum(told) - line.need_cfte
            if short < 0:
                yield Break(
                    Code.WORK,
                    f"{line.label} : il manque {_fte(-short)} par mois.",
                    line=line.key,
                    by=short,
                    unit=Unit.CFTE,
                )
        hours_by_lot[line.lot] += sum(cell.insertion_hours or 0 for cell in cells)
    for lot, hours in asked.hours_by_lot.items():
        if lot in hours_by_lot and hours_by_lot[lot] < hours:
            missing = hours - hours_by_lot[lot]
            where = f", {lot_name(lot)}" if len(hours_by_lot) > 1 else ""
            yield Break(
                Code.HOURS,
                f"Heures d’insertion{where} : il en manque {whole(missing)} sur {whole(hours)}.",
                line=next(line.key for line in terms.lines if line.lot == lot),
                by=-missing,
                unit=Unit.HOURS,
            )


def _shared_lines(terms: Terms, facts: Mapping[str, PartyFacts]) -> Iterator[Break]:
    """In a conjoint group each member answers for services of its own (RULE-19).

    Several may share a line of the notice once each says what it does of it: that is then its own.
    """
    if terms.form is None or terms.form is GroupForm.SOLIDAIRE:
        return
    shared: dict[tuple[tuple[str, ...], ...], list[Line]] = defaultdict(list)
    for line in terms.lines:
        held = [(each, terms.cell(each.key, line.key)) for each in terms.members]
        owners = [(_name(facts, each), cell) for each, cell in held if cell.cents or cell.cfte]
        untold = tuple(name for name, cell in owners if not cell.work)
        if len(owners) > 1 and untold:
            shared[tuple(name for name, _ in owners), untold].append(line)
    for (names, untold), lines in shared.items():
        labels = ", ".join(line.label for line in lines)
        yield Break(
            Code.SHARED_LINE,
            f"{labels}\u00a0: {_all(names)} s’en chargent ensemble. Dans un groupement conjoint, "
            f"chaque prestation n’a qu’un responsable (article R2142-20). Dites, au crayon de la "
            f"case, ce qu’en fait {_all(untold)}, ou choisissez un groupement solidaire.",
            line=lines[0].key,
            by=len(lines),
        )


def _all(names: Iterable[str]) -> str:
    *first, last = names
    return f"{', '.join(first)} et {last}" if first else last


def _subcontracts(terms: Terms, facts: Mapping[str, PartyFacts]) -> Iterator[Break]:
    for party in terms.parties:
        if party.role is PartyRole.MEMBER or not party.role.has_share:
            continue
        if party.of is None:
            yield Break(
                Code.NO_MEMBER,
                f"{_name(facts, party)} : dites pour quel membre elle travaille.",
                party=party.key,
            )
    for member in terms.members:
        behind = terms.behind(member.key)
        yield from _with_itself(member, behind, facts)
        for line in terms.lines:
            over = sum(terms.cell(other.key, line.key).cents or 0 for other in behind)
            over -= terms.cell(member.key, line.key).cents or 0
            if over > 0:
                yield Break(
                    Code.OVER_MEMBER,
                    f"{line.label} : ce que {_name(facts, member)} sous-traite dépasse sa part de "
                    f"{euros(over)}.",
                    party=member.key,
                    line=line.key,
                    by=over,
                    unit=Unit.CENTS,
                )
    yield from _whole_lots(terms)


def _with_itself(
    member: Party, behind: tuple[Party, ...], facts: Mapping[str, PartyFacts]
) -> Iterator[Break]:
    """Two establishments of one organisation make no contract with each other."""
    for other in behind:
        if other.role is PartyRole.SUBCONTRACTOR and other.siren == member.siren:
            yield Break(
                Code.SAME_SIREN,
                f"{_name(facts, member)} et {_name(facts, other)} ont le même SIREN : l’une ne "
                f"sous-traite pas à l’autre.",
                party=other.key,
            )


def _whole_lots(terms: Terms) -> Iterator[Break]:
    """A lot is a contract: whoever holds it does a part of it (L2193-1)."""
    lots = dict.fromkeys(line.lot for line in terms.lines)
    for lot in lots:
        lines = [line for line in terms.lines if line.lot == lot]
        price = sum(line.price_cents for line in lines)
        given = sum(
            terms.cell(party.key, line.key).cents or 0
            for party in terms.parties
            if party.role is PartyRole.SUBCONTRACTOR
            for line in lines
        )
        if price and given >= price:
            what = "Le marché" if len(lots) == 1 else f"{lot_name(lot)} : il"
            yield Break(
                Code.ALL_SUBCONTRACTED,
                f"{what} ne peut pas être sous-traité en entier (article L2193-1).",
                line=lines[0].key,
                by=given - price,
                unit=Unit.CENTS,
            )


def _means(terms: Terms, facts: Mapping[str, PartyFacts]) -> Iterator[Break]:
    for party in terms.parties:
        known = facts.get(party.key)
        if known is None or not party.role.has_share:
            continue
        by_chantier: dict[int, list[Cell]] = defaultdict(list)
        usual = next(iter(known.means), None)
        for cell in terms.cells_of(party.key):
            chantier = usual if cell.chantier is None else cell.chantier
            if chantier is not None:
                by_chantier[chantier].append(cell)
        for chantier, cells in by_chantier.items():
            means = known.means.get(chantier)
            if means is not None:
                yield from _capacity(terms, party, known.name, cells, means)
                yield from _ceiling(terms, party, known.name, cells, means)
        yield from _months(terms, party, known.name)


def _months(terms: Terms, party: Party, name: str) -> Iterator[Break]:
    for cell in terms.cells_of(party.key):
        line = terms.line(cell.line)
        first, end = span_of(cell, line)
        if first < line.first_month or end > line.end_month:
            yield Break(
                Code.MONTHS,
                f"{line.label} : les mois de {name} sortent de ceux de la prestation.",
                party=party.key,
                line=line.key,
            )


def _capacity(
    terms: Terms, party: Party, name: str, cells: list[Cell], means: Means
) -> Iterator[Break]:
    if means.cfte_by_month is None:
        return
    busy: dict[int, int] = defaultdict(int)
    for cell in cells:
        first, end = span_of(cell, terms.line(cell.line))
        for month in range(first, end):
            busy[month] += own_cfte(terms, cell)
    over = {
        month: cfte - means.cfte_by_month[month]
        for month, cfte in busy.items()
        if month in means.cfte_by_month and cfte > means.cfte_by_month[month]
    }
    if over:
        month = max(over, key=lambda each: (over[each], -each))
        yield Break(
            Code.CAPACITY,
            f"{name} : {_fte(over[month])} de trop en {month % 12 + 1:02d}/{month // 12}.",
            party=party.key,
            by=over[month],
            unit=Unit.CFTE,
            month=month,
        )


def _ceiling(
    terms: Terms, party: Party, name: str, cells: list[Cell], means: Means
) -> Iterator[Break]:
    if not means.is_capped:
        return
    for year in means.years:
        if year.headroom_cents is None:
            continue
        receipts = Fraction(0)
        for cell in cells:
            first, end = span_of(cell, terms.line(cell.line))
            inside = min(end, year.first_month + year.months) - max(first, year.first_month)
            if inside > 0:
                receipts += Fraction(own_cents(terms, cell) * inside, end - first)
        # A part of a cent is a cent: the ceiling is never passed by rounding.
        over = -((-receipts) // 1) - year.headroom_cents
        if over > 0:
            yield Break(
                Code.CEILING,
                f"{name} : {euros(over)} au-dessus du plafond de recettes pour l’exercice qui "
                f"commence en {year.first_month % 12 + 1:02d}/{year.first_month // 12}.",
                party=party.key,
                by=over,
                unit=Unit.CENTS,
                month=year.first_month,
            )


def span_of(cell: Cell, line: Line) -> tuple[int, int]:
    """First month of a cell, and the month after its last one."""
    first = line.first_month if cell.first_month is None else cell.first_month
    months = line.end_month - first if cell.months is None else cell.months
    return first, first + max(1, months)


def _name(facts: Mapping[str, PartyFacts], party: Party) -> str:
    known = facts.get(party.key)
    return party.siren if known is None else known.name


def _fte(cfte: int) -> str:
    return f"{cfte / 100:.2f} ETP".replace(".", ",")

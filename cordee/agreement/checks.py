"""What does not hold in the terms, where, and by how much.

Sums and law first, which everybody sees; then the means of each party, which it alone sees with
its figures. Nothing here blocks editing: `life` decides what a break forbids.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from cordee.agreement.breaks import Break, Code, NoticeDemands, PartyFacts, Unit, fte, name_of
from cordee.agreement.limits import beyond_means
from cordee.agreement.model import Line, Party
from cordee.agreement.terms import Terms
from cordee.rules.figures import euros, lot_name, whole
from cordee.rules.grammar import agreed
from cordee.rules.groups import PartyRole, has_one_owner_a_service
from cordee.rules.kinds import supplies_staff
from cordee.rules.reservation import ARTICLES, Reservation, is_eligible


def breaks(
    terms: Terms, facts: Mapping[str, PartyFacts], asked: NoticeDemands, *, on: date
) -> tuple[Break, ...]:
    """Everything that does not hold, in the order of the table.

    Source: RULE-10, RULE-15, RULE-19, RULE-20; Code de la commande publique L2193-3, R2142-20.
    """
    return (
        *_group(terms, facts, asked, on),
        *_lines(terms, asked),
        *_shared_lines(terms, facts),
        *_subcontracts(terms, facts),
        *beyond_means(terms, facts),
    )


def _group(
    terms: Terms, facts: Mapping[str, PartyFacts], asked: NoticeDemands, on: date
) -> Iterator[Break]:
    members = terms.members
    arrangement = terms.arrangement
    if asked.forbids_groups and len(members) > 1:
        yield Break(
            Code.GROUP_FORBIDDEN,
            "L’avis écarte les groupements, que la loi permet (article R2142-19) : posez la "
            "question à l’acheteur.",
        )
    if not arrangement.is_enough(terms):
        yield Break(Code.TOO_FEW, "Il faut au moins deux structures de SIREN différents.", by=-1)
    sirens = [party.siren for party in members]
    for siren in sorted({each for each in sirens if sirens.count(each) > 1}):
        same = [name_of(facts, party) for party in members if party.siren == siren]
        yield Break(
            Code.SAME_SIREN,
            f"{' et '.join(same)} ont le même SIREN : elles ne comptent que pour un membre.",
        )
    is_other = asked.imposed_form is not None and terms.form not in (None, asked.imposed_form)
    if asked.imposed_form is not None and is_other and arrangement.has_form:
        yield Break(
            Code.FORM,
            f"L’acheteur veut la forme « {asked.imposed_form.label} » de qui est retenu (article "
            "R2142-22). Vous pouvez répondre sous une autre, et prendre celle-là ensuite.",
        )
    for party in terms.parties:
        yield from _party(terms, party, facts, asked, on)


def _party(
    terms: Terms, party: Party, facts: Mapping[str, PartyFacts], asked: NoticeDemands, on: date
) -> Iterator[Break]:
    name = name_of(facts, party)
    if party.role is PartyRole.STAFFING and not supplies_staff(party.kind):
        yield Break(
            Code.NOT_A_SUPPLIER,
            agreed(name, "ne peut pas", "ne peuvent pas")
            + " mettre du personnel à disposition : c’est le métier des AI, des ETTI, "
            "des EATT et des GEIQ.",
            party=party.key,
        )
    if not party.role.has_share:
        return
    held = [cell for cell in terms.cells_of(party.key) if cell.cents or cell.cfte]
    if not held:
        yield Break(
            Code.NO_SHARE,
            agreed(name, "n’a encore aucune part.", "n’ont encore aucune part."),
            party=party.key,
        )
    for cell in held:
        reserved = asked.reserved.get(terms.line(cell.line).lot, Reservation.NONE)
        if not is_eligible(party.kind, reserved, on=on):
            yield Break(
                Code.NOT_ELIGIBLE,
                f"{agreed(name, 'ne peut pas', 'ne peuvent pas')} prendre ce lot : "
                f"{reserved.label.lower()} (article "
                f"{ARTICLES[reserved]}). À confirmer avec l’acheteur.",
                party=party.key,
                line=cell.line,
            )


def _lines(terms: Terms, asked: NoticeDemands) -> Iterator[Break]:
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
                    f"{line.label} : il manque {fte(-short)} par mois.",
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
    """In a conjoint group each member answers for services of its own (RULE-19, our reading).

    Several may share a line of the notice once each says what it does of it: that is then its own.
    """
    if terms.form is None or not has_one_owner_a_service(terms.form):
        return
    shared: dict[tuple[tuple[str, ...], ...], list[Line]] = defaultdict(list)
    for line in terms.lines:
        owners = terms.sharers(line.key)
        untold = [each for each in owners if not terms.cell(each.key, line.key).work]
        if len(owners) > 1 and untold:
            names = [tuple(name_of(facts, each) for each in some) for some in (owners, untold)]
            shared[tuple(names)].append(line)
    for (together, silent), lines in shared.items():
        labels = ", ".join(line.label for line in lines)
        yield Break(
            Code.SHARED_LINE,
            f"{labels}\u00a0: {_all(together)} s’en chargent ensemble. Lecture de Cordée\u00a0: "
            f"dans un groupement conjoint, mieux vaut un seul responsable. Dites, au crayon de la "
            f"case, ce qu’en fait {_all(silent)}.",
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
                f"{name_of(facts, party)} : dites pour quel membre elle travaille.",
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
                    f"{line.label} : ce que {name_of(facts, member)} sous-traite dépasse sa "
                    f"part de {euros(over)}.",
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
                f"{name_of(facts, member)} et {name_of(facts, other)} ont le même SIREN : l’une ne "
                f"sous-traite pas à l’autre.",
                party=other.key,
            )


def _whole_lots(terms: Terms) -> Iterator[Break]:
    """A lot is a contract: whoever holds it does a part of it (L2193-3)."""
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
                f"{what} ne peut pas être sous-traité en entier (article L2193-3).",
                line=lines[0].key,
                by=given - price,
                unit=Unit.CENTS,
            )

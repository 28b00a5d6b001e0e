"""From rows to a `Dossier`, for one reader: who sees what is decided here, and nowhere else.

A party reads its own figures. Whoever coordinates and the lead read those that it opened to them in
this alliance, or that it opened anyway (network figures). The others read the rest. Whoever has not
said yes is nobody to the others (RULE-38).
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import date

from django.db.models import Prefetch
from django.utils import timezone

from cordee.agreement import Party, Terms
from cordee.alliances.access import AllianceAccess
from cordee.alliances.models import Alliance, AllianceParty, AnswerFile, FileOpening
from cordee.alliances.requirements import asked_of
from cordee.base.documents import Document
from cordee.dossier.candidacy import INSURANCE
from cordee.dossier.convention import convention
from cordee.dossier.model import (
    Contract,
    CrewFacts,
    Dossier,
    LotFacts,
    Paper,
    PartyFacts,
    Signatory,
    StateConvention,
    WorkReference,
    WrittenText,
    YearTurnover,
)
from cordee.dossier.proofs import OF_THE_WINNER
from cordee.dossier.texts import MODEL
from cordee.members.models import Certification, Chantier, Convention, Crew, Structure
from cordee.members.papers import USUAL
from cordee.members.sharing import FigureClass
from cordee.notices.notice import Buyer, Cpv, Notice, Reserved
from cordee.rules.figures import lot_name
from cordee.rules.kinds import Kind
from cordee.rules.reservation import Reservation

# What a buyer asks of every candidate, or of the winner; the others where the sheet names them.
ALWAYS_ASKED = (INSURANCE, *OF_THE_WINNER)
SINGULAR_POWER = {
    AllianceParty.Power.LEGAL: "Représentation légale",
    AllianceParty.Power.BOARD: "Délibération du conseil d’administration",
    AllianceParty.Power.DELEGATION: "Délégation écrite",
    AllianceParty.Power.COUNCIL: "Délibération du conseil (commune ou CCAS)",
}


def dossier_and_convention(access: AllianceAccess, *, on: date) -> tuple[Dossier, Document]:
    """The dossier of an alliance for a reader inside it, and the convention that the whole group
    reads, from the same rows: a fixed number of queries."""
    terms, rows = access.alliance.terms, parties_of(access.alliance)
    contract = contract_of(access.alliance)
    files_it = access.coordinates or any(own.key == terms.speaker for own in access.own)
    opened = opened_parties(access.alliance) if files_it else frozenset[int]()
    group = AllianceAccess.of_the_group(access.alliance, on)
    dossier = _build(contract, terms, rows, access, opened, on=on)
    return dossier, convention(_build(contract, terms, rows, group, on=on))


def group_convention(alliance: Alliance, *, on: date, model: int | None = None) -> Document:
    """The convention as the whole group reads it: the same text for every reader.

    Its `document_sha256` is what representatives approve. `model`: that of the alliance by default.
    """
    rows, contract = parties_of(alliance), contract_of(alliance)
    group = AllianceAccess.of_the_group(alliance, on)
    dossier = _build(contract, alliance.terms, rows, group, on=on)
    return convention(replace(dossier, model=model) if model else dossier)


def parties_of(alliance: Alliance) -> Sequence[AllianceParty]:
    """Its parties with all that documents read of their structures."""
    crews = Crew.objects.order_by("pk")
    return list(
        alliance.parties.select_related(
            "structure__organisation", "structure__commune", "structure__answer_file"
        )
        .prefetch_related(
            Prefetch("structure__certifications", Certification.objects.order_by("name")),
            Prefetch("structure__conventions", Convention.objects.order_by("-ends_on", "pk")),
            Prefetch(
                "structure__chantiers",
                Chantier.objects.prefetch_related(Prefetch("crews", crews)).order_by("pk"),
            ),
            "structure__past_works",
            "structure__turnovers",
        )
        .order_by("pk")
    )


def opened_parties(alliance: Alliance) -> frozenset[int]:
    """The parties that opened their declaration to whoever files the bid."""
    rows = FileOpening.objects.filter(party__alliance=alliance)
    return frozenset(rows.values_list("party_id", flat=True))


def _build(
    contract: Contract,
    terms: Terms,
    rows: Iterable[AllianceParty],
    access: AllianceAccess,
    opened: frozenset[int] = frozenset(),
    *,
    on: date,
) -> Dossier:
    numbered = {row.key: (number, row) for number, row in enumerate(rows, start=1)}
    facts = []
    for party in terms.parties:
        number, row = numbered[party.key]
        facts.append(_facts(party, number, row, access, row.pk in opened, on=on))
    model = access.alliance.paper_model or MODEL
    return Dossier(
        on=on,
        contract=contract,
        terms=terms,
        facts=tuple(facts),
        model=model,
        is_filed=not access.alliance.step.is_editable,
    )


def contract_of(alliance: Alliance) -> Contract:
    """What the notice says today of the lots that the alliance answers."""
    opportunity = alliance.opportunity
    notice = opportunity.understood.notice
    answered = alliance.lot_ids
    lots = tuple(
        LotFacts(
            number=lot.id,
            title=lot.title or "",
            called=lot_name(lot.id),
            is_works=_is_works(lot.cpv if lot.cpv.main else notice.cpv),
            months=lot.duration.months if lot.duration else None,
            starts_on=lot.duration.start if lot.duration else None,
        )
        for lot in notice.lots
        if lot.id in answered
    )
    reserved, reserved_lots = _reserved(notice, answered)
    clause = notice.social_clause
    asked = asked_of(alliance).hours_by_lot
    every = not notice.lots or len(lots) == len(notice.lots)
    hours = clause.hours if clause and clause.hours and every else sum(asked.values()) or None
    duration = notice.duration
    buyer = notice.buyer or Buyer(opportunity.buyer_name)
    return Contract(
        title=notice.title or opportunity.title,
        is_public=not opportunity.is_private,
        buyer=buyer if buyer.name else None,
        reference=notice.id if opportunity.network_id is None else "",
        published_on=notice.published_on,
        deadline=timezone.localtime(notice.deadline) if notice.deadline else None,
        lots=lots,
        lots_in_all=len(notice.lots),
        criteria=tuple(
            each for each in notice.criteria if each.lot_id is None or each.lot_id in answered
        ),
        reserved=reserved.reservation if reserved else None,
        reserved_lots=reserved_lots,
        reserved_articles=reserved.articles if reserved else (),
        is_works=_is_works(notice.cpv),
        clause=clause.kind.label if clause else "",
        clause_hours=hours,
        clause_rate_percent=clause.rate_percent if clause else None,
        facilitator=(clause.facilitator or "") if clause else "",
        months=duration.months if duration else None,
        starts_on=duration.start if duration else None,
    )


def _is_works(cpv: Cpv) -> bool | None:
    """Whether the main code is one of works (division 45 of the CPV)."""
    return cpv.main.startswith("45") if cpv.main else None


def _reserved(notice: Notice, answered: Collection[str]) -> tuple[Reserved | None, tuple[str, ...]]:
    """For whom the answered lots are reserved; the lots, where not all of them are."""
    if not notice.lots:
        return notice.reserved, ()
    found = {lot.id: notice.reserved_for(lot) for lot in notice.lots if lot.id in answered}
    kept = {
        lot: reserved
        for lot, reserved in found.items()
        if reserved is not None and reserved.reservation is not Reservation.NONE
    }
    if not kept:
        return next((reserved for reserved in found.values() if reserved), None), ()
    first = next(iter(kept.values()))
    return first, () if len(kept) == len(found) else tuple(kept)


def _facts(
    party: Party,
    number: int,
    row: AllianceParty,
    access: AllianceAccess,
    is_opened: bool,
    *,
    on: date,
) -> PartyFacts:
    structure = row.structure
    if not access.names(row):
        return PartyFacts(
            key=party.key,
            name=f"Structure pressentie {number}",
            kind=party.kind,
            is_named=False,
            hides_papers=True,
            hides_team=True,
            hides_turnovers=True,
        )
    answer_file = getattr(structure, "answer_file", None) or AnswerFile(structure=structure)
    shows_turnovers = is_opened or access.speaks_for(row)
    shows_means = shows_turnovers or structure.pk in access.figures.seen[FigureClass.NETWORK]
    # An organisation of a list is called after its first line: its name counts once somebody told
    # what it is.
    carrier = structure.organisation
    is_other = bool(carrier.carrier) and carrier.name.casefold() != structure.name.casefold()
    return PartyFacts(
        key=party.key,
        name=carrier.name if is_other else structure.name,
        brand=structure.brand or (structure.name if is_other else ""),
        siren=carrier.siren,
        siret=structure.siret,
        structure=structure.name if is_other else "",
        is_public_body=carrier.carrier == carrier.Carrier.PUBLIC,
        kind=Kind(structure.kind),
        address=answer_file.address or structure.address,
        postcode=structure.postcode,
        city=structure.city or structure.place_name,
        phone=structure.phone,
        email=answer_file.email,
        website=structure.website,
        legal_form=answer_file.legal_form,
        registered_at=answer_file.registered_at,
        is_small=answer_file.is_small,
        convention=_convention(structure, on) if shows_means else None,
        papers=_papers(structure) if shows_means else (),
        hides_papers=not shows_means,
        references=_references(structure, answer_file),
        turnovers=_turnovers(structure) if shows_turnovers else None,
        hides_turnovers=not shows_turnovers,
        permanent_staff=answer_file.permanent_staff,
        insertion_staff=answer_file.insertion_staff,
        crews=_crews(structure, on) if shows_means else (),
        team_cfte=_team(structure) if shows_means else None,
        hides_team=not shows_means,
        means=answer_file.means,
        method=answer_file.method,
        texts=tuple(
            WrittenText(trade=trade, **held) for trade, held in answer_file.trade_texts.items()
        )
        if shows_turnovers
        else (),
        written_in=timezone.localdate(answer_file.updated_at).year if answer_file.pk else None,
        signatory=_signatory(row),
    )


def _convention(structure: Structure, on: date) -> StateConvention | None:
    """The one in force, else the last one."""
    rows = [
        each
        for each in structure.conventions.all()
        if each.state in (Convention.State.VALIDE, Convention.State.PROVISOIRE)
    ]
    now = [each for each in rows if each.starts_on <= on <= each.ends_on]
    found = next(iter(now or rows), None)
    if found is None:
        return None
    return StateConvention(
        number=found.number,
        state=found.get_state_display(),
        starts_on=found.starts_on,
        ends_on=found.ends_on,
    )


def _papers(structure: Structure) -> tuple[Paper, ...]:
    """Those of its sheet, and those that every buyer asks and that it does not name."""
    held = {each.name: each for each in structure.certifications.all()}
    names = [*ALWAYS_ASKED, *(name for name in held if name not in ALWAYS_ASKED)]
    return tuple(
        Paper(
            name=name,
            held=name in held,
            asked_for=USUAL.get(name, ""),
            valid_from=held[name].valid_from if name in held else None,
            valid_until=held[name].valid_until if name in held else None,
        )
        for name in names
    )


def _references(structure: Structure, answer_file: AnswerFile) -> tuple[WorkReference, ...] | None:
    rows = tuple(
        WorkReference(
            title=each.title,
            client=each.client,
            year=each.year,
            cents=each.amount_cents,
            trade=each.trade,
        )
        for each in structure.past_works.all()
    )
    return rows if rows or answer_file.has_no_reference else None


def _turnovers(structure: Structure) -> tuple[YearTurnover, ...] | None:
    rows = tuple(
        YearTurnover(year=each.year, cents=each.amount_cents, field_cents=each.field_cents)
        for each in structure.turnovers.all()
    )
    return rows or None


def _crews(structure: Structure, on: date) -> tuple[CrewFacts, ...]:
    """Those at work that day: places and hours. Their names may be those of people."""
    return tuple(
        CrewFacts(
            places=crew.places, weekly_minutes=crew.weekly_minutes, has_vehicle=crew.has_vehicle
        )
        for chantier in structure.chantiers.all()
        for crew in chantier.crews.all()
        if (crew.valid_from is None or crew.valid_from <= on)
        and (crew.valid_to is None or crew.valid_to >= on)
    )


def _team(structure: Structure) -> int | None:
    declared = [each.declared_cfte for each in structure.chantiers.all()]
    known = [each for each in declared if each is not None]
    return sum(known) if known else None


def _signatory(row: AllianceParty) -> Signatory | None:
    if not (row.signatory_name or row.signatory_function or row.power or row.next_council_on):
        return None
    power = AllianceParty.Power(row.power) if row.power else None
    return Signatory(
        name=row.signatory_name,
        function=row.signatory_function,
        act=SINGULAR_POWER[power] if power else "",
        is_legal=power is AllianceParty.Power.LEGAL,
        act_on=row.power_on,
        council_on=row.next_council_on,
    )

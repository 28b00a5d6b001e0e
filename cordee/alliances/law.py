"""From rows to the facts that the rules take, each figure only where whoever asks may have it; and
who may not be in a team on reserved lots, and what it may be instead (RULE-15)."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date

from django.core.exceptions import ValidationError
from django.db.models import Count, Q

from cordee.agreement import PartyRole, Terms
from cordee.agreement.breaks import Code
from cordee.agreement.checks import breaks
from cordee.agreement.legal_facts import NoticeFacts, OwnFacts
from cordee.agreement.phases import Phase
from cordee.alliances.models import Alliance, AllianceParty, GoDecision
from cordee.alliances.problem.means import facts_of
from cordee.alliances.requirements import asked_of, reserved_by_lot
from cordee.economics.models import AccountingYear
from cordee.members.models import Activity, Chantier, Crew, Structure
from cordee.members.models.capacity import Certainty
from cordee.members.sharing import FigureClass, Viewer
from cordee.opportunities.models import ContractHolder
from cordee.rules import crafts, prudence
from cordee.rules.kinds import Kind
from cordee.rules.legal_forms import LeadFacts, NoticeForm
from cordee.rules.months import month_number
from cordee.rules.reservation import ARTICLES, Reservation, is_eligible

WORKING = (PartyRole.MEMBER, PartyRole.SUBCONTRACTOR)


def reserved_lots(alliance: Alliance) -> tuple[Reservation | None, ...]:
    """To whom each lot of an alliance is reserved; None where nobody knows."""
    known = reserved_by_lot(alliance)
    return tuple(known.get(lot) for lot in alliance.lot_ids)


def shut_out_by(
    kind: Kind, lots: Collection[Reservation | None], *, on: date
) -> Reservation | None:
    """The reservation that leaves a kind no lot to work on; None where one is open to it."""
    closed = [lot for lot in lots if lot is not None and not is_eligible(kind, lot, on=on)]
    return closed[0] if closed and len(closed) == len(lots) else None


def refuse_shut_out(
    alliance: Alliance,
    kind: Kind,
    role: PartyRole,
    *,
    on: date,
    lots: Collection[Reservation | None] | None = None,
) -> None:
    """Raises `ValidationError` with the article where no lot lets such a structure do the work.

    `lots`: what `reserved_lots` gave, where it was asked already.
    """
    if role not in WORKING:
        return
    reservation = shut_out_by(kind, reserved_lots(alliance) if lots is None else lots, on=on)
    if reservation is not None:
        what = "membre du groupement" if role is PartyRole.MEMBER else "sous-traitant"
        raise ValidationError(
            f"{reservation.label} (article {ARTICLES[reservation]}). "
            f"{kind.label} : ce type de structure ne peut pas y être {what}. Elle "
            f"peut fournir du matériel, être tutrice, ou futur employeur. À confirmer avec "
            f"l’acheteur."
        )


def refuse_holder(kind: Kind, lots: Collection[Reservation | None], *, on: date) -> None:
    """Raises `ValidationError` where a lot is shut to a sole holder: it holds them all."""
    closed = closed_to(kind, lots, on=on)
    if closed is not None:
        raise ValidationError(
            f"{closed.label} (article {ARTICLES[closed]}). {kind.label} : ce type de structure "
            f"ne peut pas y répondre seul. À confirmer avec l’acheteur."
        )


def closed_to(kind: Kind, lots: Collection[Reservation | None], *, on: date) -> Reservation | None:
    """The first reservation that does not let a kind in; None where every lot is open to it."""
    return next(
        (lot for lot in lots if lot is not None and not is_eligible(kind, lot, on=on)), None
    )


def role_on_return(alliance: Alliance, terms: Terms, kind: Kind, *, on: date) -> PartyRole:
    """As what a structure comes, or comes back, where a lot lets it work: see `takes_behind`."""
    if shut_out_by(kind, reserved_lots(alliance), on=on) is not None:
        return PartyRole.EMPLOYER
    return PartyRole.SUBCONTRACTOR if terms.arrangement.takes_behind(terms) else PartyRole.MEMBER


# The first figure of a SIREN: State and its bodies, then local authorities.
PUBLIC_SIREN = ("1", "2")
# Phases from which two structures have really worked together.
WORKED = [Phase.SIGNED.value, Phase.DELIVERY.value]


def notice_of(alliance: Alliance) -> NoticeFacts:
    """What the notice of an alliance says, as it is read today."""
    notice = alliance.opportunity.understood.notice
    grouping = notice.grouping
    # Free and without a sentence: nobody spoke of groups.
    is_stated = grouping is not None and bool(grouping.evidence)
    siret = (notice.buyer.siret if notice.buyer else None) or ""
    return NoticeFacts(
        form=NoticeForm[grouping.form.name] if grouping and is_stated else NoticeForm.UNKNOWN,
        # What a person corrected is no sentence of the notice.
        form_words=tuple(each.words for each in grouping.evidence if each.where != "correction")
        if grouping
        else (),
        one_offer=tuple(each.words for each in grouping.one_offer) if grouping else (),
        reserved=reserved_by_lot(alliance),
        # A published notice is of a public buyer; a need of ours, where its SIREN is of one.
        is_public=not alliance.opportunity.is_private or siret.startswith(PUBLIC_SIREN),
    )


def trades_of(rows: Iterable[AllianceParty], *, supposed: bool = False) -> dict[str, set[str]]:
    """The trades and crafts that each party declares able to do, by its key: one query.
    `supposed`: what is only guessed of it too, and crafts that it did not tell."""
    keys = {row.structure_id: row.key for row in rows}
    activities = Activity.objects.filter(chantier__structure__in=keys)
    if not supposed:
        activities = activities.filter(certainty=Certainty.KNOWN)
    found: dict[str, set[str]] = {}
    columns = "chantier__structure", "trade", "crafts"
    for structure, trade, told in activities.order_by().values_list(*columns):
        answered = crafts.answered(trade, told)
        own = {asked for asked, is_told in answered if is_told or supposed}
        found.setdefault(keys[structure], set()).update(own)
    return found


def lead_facts(
    rows: Sequence[AllianceParty], terms: Terms, viewer: Viewer, *, on: date
) -> list[LeadFacts]:
    """What is known of the members that could lead; one not open to the viewer is unknown.

    Contracts held are public; crews and the will to lead are the structure's own. None found in
    our base is unknown: the base does not hold every contract.
    """
    members = {party.key for party in terms.members}
    mine = [row for row in rows if row.key in members]
    held = dict(
        ContractHolder.objects.filter(
            role=ContractHolder.Role.HOLDER, siret__in=[row.structure.siret for row in mine]
        )
        .order_by()
        .values_list("siret")
        .annotate(Count("contract", distinct=True))
    )
    open_ones = {row.structure_id for row in mine} & viewer.seen[FigureClass.NETWORK]
    crews = dict(
        Crew.objects.filter(chantier__structure__in=open_ones)
        .filter(
            Q(valid_from__isnull=True) | Q(valid_from__lte=on),
            Q(valid_to__isnull=True) | Q(valid_to__gte=on),
        )
        .order_by()
        .values_list("chantier__structure")
        .annotate(Count("pk"))
    )
    wills: dict[int, set[bool | None]] = {}
    for structure_id, will in Chantier.objects.filter(structure__in=open_ones).values_list(
        "structure_id", "can_lead"
    ):
        wills.setdefault(structure_id, set()).add(will)
    return [
        LeadFacts(
            key=row.key,
            siren=row.structure.siret[:9],
            kind=Kind(row.structure.kind),
            can_lead=True if True in will else False if will == {False} else None,
            contracts_led=held.get(row.structure.siret),
            permanent_staff=crews.get(row.structure_id),
        )
        for row in mine
        for will in [wills.get(row.structure_id, set())]
    ]


def own_facts(
    party: AllianceParty,
    terms: Terms,
    viewer: Viewer,
    *,
    on: date,
    answered: tuple[bool | None, bool | None] = (None, None),
) -> OwnFacts:
    """What a structure knows of itself. `answered`: whether trade and partner are new, as it said.

    What it said wins over what we deduce; what neither knows is a question.
    """
    structure = party.structure
    new_trade, new_partner = answered
    facts = facts_of([party], terms, viewer)
    taken = {terms.line(cell.line).trade for cell in terms.cells_of(party.key)}
    declared = trades_of([party]).get(party.key, set())
    means = list(facts[party.key].means.values())
    headrooms = [year.headroom_cents for each in means if each.is_capped for year in each.years]
    is_capped = any(each.is_capped for each in means)
    over: int | None = None
    if headrooms and None not in headrooms:
        found = breaks(terms, facts, asked_of(party.alliance), on=on)
        over = sum(b.by for b in found if b.code is Code.CEILING and b.party == party.key)
    return OwnFacts(
        # False where it declared every trade that it takes; otherwise only it can tell.
        new_trade=(False if taken and taken <= declared else None)
        if new_trade is None
        else new_trade,
        new_partner=_has_new_partner(party) if new_partner is None else new_partner,
        yearly_charges_cents=(
            _yearly_charges(structure, on)
            if structure.pk in viewer.seen[FigureClass.PRIVATE]
            else None
        ),
        is_capped=is_capped,
        over_headroom_cents=over,
        other_teams=other_teams(party),
    )


def _has_new_partner(party: AllianceParty) -> bool | None:
    """False where it worked with each of the others in an alliance that was signed, or a contract
    that we know; otherwise only it can tell."""
    others = (
        party.alliance.parties.filter(state=AllianceParty.State.INTERESTED)
        .exclude(pk=party.pk)
        .select_related("structure")
    )
    structures = {row.structure_id: row.structure.siret for row in others}
    if not structures:
        return None
    shared = Alliance.objects.filter(
        phase__in=WORKED, parties__structure=party.structure_id
    ).values_list("pk", flat=True)
    together = set(
        AllianceParty.objects.filter(
            alliance__in=list(shared),
            structure__in=structures,
            state=AllianceParty.State.INTERESTED,
        ).values_list("structure", flat=True)
    )
    contracts = {
        row["partner"] for row in ContractHolder.objects.partners_of(party.structure.siret)
    }
    known = {pk for pk, siret in structures.items() if pk in together or siret in contracts}
    return False if known == set(structures) else None


def _yearly_charges(structure: Structure, on: date) -> int | None:
    """Charges of the accounting years in course, brought to twelve months; None without any."""
    month = month_number(on)
    years = [
        year
        for year in AccountingYear.objects.filter(
            chantier__structure=structure, first_month__lte=month
        )
        if month < year.first_month + year.months
    ]
    return sum(year.charges_cents * 12 // year.months for year in years) if years else None


def other_teams(party: AllianceParty) -> int:
    """In how many other running teams its organisation is a candidate, on a lot of this one.

    Read for the structure itself alone: nobody else learns that another team is there (RULE-38).
    """
    rows = AllianceParty.objects.filter(
        alliance__in=party.alliance.rivals().order_by().values("pk"),
        structure__organisation=party.structure.organisation_id,
        state=AllianceParty.State.INTERESTED,
    ).select_related("alliance")
    return sum(any(member.key == row.key for member in row.alliance.terms.members) for row in rows)


def refuse_two_teams(party: AllianceParty) -> None:
    """Raises `ValidationError` where its organisation is a candidate twice and the notice forbids
    it (R2142-21)."""
    # It answers in its own name as a member, or while it has no place yet.
    place = party.alliance.terms.find(party.key)
    is_candidate = place is None or place.role is PartyRole.MEMBER
    if not is_candidate or not notice_of(party.alliance).forbids_two_teams:
        return
    for found in prudence.several_teams_findings(other_teams=other_teams(party), forbidden=True):
        raise ValidationError(f"{found.sentence} {found.cure}")


def last_decisions(parties: Collection[AllianceParty]) -> dict[int, GoDecision]:
    """The decision that counts, by party: one query."""
    found: dict[int, GoDecision] = {}
    for decision in GoDecision.objects.filter(party__in=parties).order_by("decided_at", "pk"):
        found[decision.party_id] = decision
    return found

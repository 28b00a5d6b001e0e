"""What the page of an alliance shows, from its rows and its terms, and what its entries « Dossier »
and « Suite » hold for one reader; views count nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone

from cordee.accounts.models import User
from cordee.agreement import PartyRole, Terms
from cordee.agreement.life import State, obstacles
from cordee.agreement.phases import STEPS, Phase
from cordee.alliances.access import AllianceAccess, is_elsewhere, leaver_name
from cordee.alliances.approvals.pages import signing_rows
from cordee.alliances.documents.pages import Papers, papers_for, settled
from cordee.alliances.endorsements.pages import pairs_in, words_page
from cordee.alliances.invitations.actions import yes_refusal
from cordee.alliances.models import AllianceParty, Withdrawal
from cordee.alliances.overview.next_step import FORWARD, gesture_in, next_step
from cordee.alliances.state.approval_chain import approved_now
from cordee.alliances.state.current import open_breaks, state_of
from cordee.base.ui import french
from cordee.members.models import RoleSeat

ROAD = (
    *("On se parle", "Les parts", "Le mandat", "Le dossier", "Le dépôt", "La réponse"),
    *("La signature", "Les travaux"),
)
# What is prepared at each phase: before it, what stands in the way is told.
NEXT: Mapping[Phase, Phase] = {
    **{phase: to for phase, (to, _) in FORWARD.items()},
    Phase.DOCUMENTS: Phase.FILED,
    Phase.WON: Phase.SIGNED,
    Phase.SIGNED: Phase.DELIVERY,
}
# The knot at which each phase stands: what comes next, and not what is done.
HERE: Mapping[Phase, int] = {
    Phase.SPLIT: 1,
    Phase.MANDATE: 2,
    Phase.DOCUMENTS: 3,
    Phase.FILED: 5,
    Phase.LOST: 5,
    Phase.WON: 6,
    Phase.SIGNED: 7,
}


@dataclass(frozen=True, slots=True)
class PartyRow:
    """One structure on the page of the alliance."""

    party: AllianceParty
    name: str
    is_named: bool
    role: str
    of: str
    share_cents: int
    # Hundredths of full-time equivalents; None where it said none yet.
    cfte: int | None
    has_accepted: bool
    is_lead: bool
    is_own: bool
    # Whether nobody directs its sheet: no mail finds a reader. Told to who coordinates alone.
    is_unread: bool
    # Whether it is to take a part of the price at all, and to approve the common paper.
    has_share: bool
    signs: bool


def page_of(access: AllianceAccess, *, now: datetime) -> dict[str, Any]:
    """Everything the page of an alliance says to who is inside: a fixed number of queries."""
    alliance = access.alliance
    state = state_of(alliance, now=now, names=access.called)
    terms = state.terms
    directed = RoleSeat.objects.live().directors().order_by().values_list("structure", flat=True)
    read = set(directed.filter(structure__in=[row.structure_id for row in access.rows]))
    rows = [party_row(access, row, state, is_read=row.structure_id in read) for row in access.rows]
    to = NEXT.get(alliance.step)
    before = () if to is None else obstacles(state, to, access.called)
    active = [row for row in rows if row.party.is_active]
    asked = AllianceParty.State.INTERESTED
    return {
        "terms": terms,
        "rows": active,
        # Those to whom the coordinator has to write personally.
        "unread": [row for row in active if row.is_unread],
        # Whether a structure of the user's has not accepted its share as it is.
        "waits_for_me": any(
            row.is_own and row.party.state == asked and not row.has_accepted for row in active
        ),
        "breaks": open_breaks(alliance, terms, access.called, now=now),
        # The withdrawal that the team waits for, after filing, and who leaves.
        "leaving": _leaving(access),
        "state": state,
        # What stands before the next step; and the page that settles each ("" where one waits).
        "obstacles": before,
        "missing": settled(alliance, before),
        "gone": [row for row in rows if not row.party.is_active] if access.coordinates else [],
        # Who said of one another that they would work together again; for who coordinates alone.
        "pairs": pairs_in(access, access.rows),
        # Whether offers can no longer be filed.
        "is_past": alliance.is_past(now),
    }


def home_of(access: AllianceAccess, page: Mapping[str, Any], *, now: datetime) -> dict[str, Any]:
    """The first page of an alliance, beside `page_of`: the road, the next step, who stands where.

    `papers`: what documents lack, while they are prepared; `rows`: each with how many papers it
    owes, None where the reader does not know. `days`: before the deadline; None where it is unknown
    or nothing is filed any more.
    """
    alliance, on = access.alliance, timezone.localdate(now)
    papers = papers_for(access, on=on) if alliance.step is Phase.DOCUMENTS else None
    parties = [row.party for row in page["rows"]]
    step = next_step(access, page["state"], page["obstacles"], parties, papers)
    is_ready = alliance.step is Phase.DOCUMENTS and not step.title.startswith("Il manque")
    deadline = alliance.opportunity.deadline
    is_open = alliance.step.is_editable and deadline is not None and not page["is_past"]
    return {
        "step": step,
        "road": road_of(alliance.step, page["terms"], is_ready=is_ready),
        "papers": papers,
        "rows": [
            (row, len(papers.of(row.party.key)))
            if papers is not None and (row.is_own or access.coordinates)
            else (row, None)
            for row in page["rows"]
        ],
        "days": (timezone.localdate(deadline) - on).days if is_open and deadline else None,
        # Whether every part is accepted, and the page now says how far the file is.
        "are_accepted": papers is not None and all(row.has_accepted for row in page["rows"]),
    }


def _leaving(access: AllianceAccess) -> tuple[Withdrawal, str] | None:
    """Before filing one leaves at once: nothing is under way."""
    if access.alliance.step.is_editable:
        return None
    rows = access.alliance.withdrawals.under_way().select_related("party__structure")
    found = rows.first()
    return None if found is None else (found, leaver_name(access, found))


def party_row(
    access: AllianceAccess, row: AllianceParty, state: State, *, is_read: bool = True
) -> PartyRow:
    """What the reader reads of one party. `is_read`: whether somebody directs its sheet."""
    terms = state.terms
    party = terms.find(row.key)
    crews = [cell.cfte for cell in terms.cells_of(row.key) if cell.cfte is not None]
    return PartyRow(
        party=row,
        name=access.called[row.key],
        is_named=access.names(row),
        role=terms.place_of(row.key),
        of="" if party is None else access.called.get(party.of or "", ""),
        share_cents=terms.share_cents(row.key),
        cfte=sum(crews) if crews else None,
        has_accepted=row.key in state.accepted,
        is_lead=terms.speaker == row.key,
        is_own=access.speaks_for(row),
        is_unread=access.coordinates and not is_read,
        has_share=party is not None and party.role.has_share,
        signs=party in terms.signers,
    )


def road_of(step: Phase, terms: Terms, *, is_ready: bool = False) -> list[tuple[str, str]]:
    """The eight knots of the road, each with "done", "now" or "todo"; none where it was left.

    `is_ready`: nothing lacks any more, so that the offer may leave.
    """
    if step is Phase.ABANDONED:
        return []
    here = len(ROAD) - 1 if step is Phase.DELIVERY else HERE.get(step, 0) + is_ready
    words = [*ROAD]
    words[2] = terms.arrangement.pick(group=words[2], sole="Qui signe")
    return [
        (word, "done" if place < here else "now" if place == here else "todo")
        for place, word in enumerate(words)
    ]


def part_page(access: AllianceAccess, *, now: datetime) -> dict[str, Any]:
    """Everything the page says: a fixed number of queries."""
    alliance, known = access.alliance, (access.clients or frozenset()) - access.own_keys
    state = state_of(alliance, now=now, names=access.called)
    terms = state.terms
    own = [party for key in access.own_keys if (party := terms.find(key)) is not None]
    return {
        # Each with what is asked of it now.
        "parts": [(party_row(access, row, state), gesture_in(state, row)) for row in access.inside],
        # Whom the user works for, and who speaks to the buyer.
        "known": [
            (row, terms.place_of(row.key))
            for row in access.rows
            if row.key in known and access.names(row)
        ],
        "road": road_of(alliance.step, terms),
        "is_past": alliance.is_past(now),
        # Whether a place of the user's would read the table, had the user no part in another team.
        "is_elsewhere": any(party.role is not PartyRole.SUBCONTRACTOR for party in own),
        "endorsements": words_page(access),
    }


def invitation_page(
    person: User, party: AllianceParty, place: str, *, now: datetime
) -> dict[str, Any]:
    """What the reader reads of one of their own parties that is not inside.

    `refusal`: why no yes can be said; `replaces`: the withdrawal whose share it would take, after
    filing; `share_cents`: what is thought of for it, 0 where nothing is, or where its reader is in
    another team on the lot, whose prices and these nobody reads both (RULE-38).
    """
    alliance = party.alliance
    is_open = alliance.step.is_editable
    is_asked = party.state in {AllianceParty.State.INVITED, AllianceParty.State.DECLINED}
    refusal, replaces = "", None
    if is_asked and is_open:
        refusal = yes_refusal(party, person, now=now)
    elif is_asked:
        replaces = alliance.withdrawals.under_way().filter(successor=party).first()
    reads_share = is_asked and is_open and bool(place) and not is_elsewhere(person, alliance)
    return {
        "party": party,
        "place": place,
        "share_cents": alliance.terms.share_cents(party.key) if reads_share else 0,
        "refusal": refusal,
        "replaces": replaces,
        "may_change": is_open and party.state == AllianceParty.State.DECLINED and not refusal,
    }


@dataclass(frozen=True, slots=True)
class Line:
    """One page of an entry: its title, one sentence, its address, and its state where it has one:
    a kind, and its words."""

    title: str
    words: str
    url: str
    state: tuple[str, str] | None = None


def file_lines(access: AllianceAccess, papers: Papers | None, *, on: date) -> list[Line]:
    """What makes the bid: documents, who signs, approvals, files, common terms.

    `papers`: None where what they lack no longer matters.
    """
    alliance, pk = access.alliance, access.alliance.pk
    signing = signing_rows(access, on=on)
    lines = [
        Line(
            "Documents",
            "Cordée les remplit avec vos fiches et le tableau.",
            reverse("alliances:documents", args=[pk]),
            _counted(papers.ready, papers.total) if papers else None,
        ),
        Line(
            "Qui signe",
            "Pour chaque structure, qui et de quel droit.",
            reverse("alliances:signatories", args=[pk]),
            _counted(sum(row.is_ready for row in signing), len(signing)),
        ),
    ]
    if access.reads_paper and alliance.terms.has_paper:
        signers = {party.key for party in alliance.terms.signers}
        if not access.reads_shares:
            signers &= access.own_keys
        lines.append(
            Line(
                "Approbations",
                f"Lire et approuver {alliance.terms.arrangement.paper}.",
                reverse("alliances:approvals", args=[pk]),
                _counted(len(signers & approved_now(alliance, on=on)), len(signers)),
            )
        )
    lines += [
        Line(
            f"Dossier {french.of(row.structure.shown_name)}",
            "Dit une fois pour tous vos marchés.",
            reverse("answer_files:show", args=[row.structure_id]),
        )
        for row in access.inside
    ]
    if access.reads_shares:
        url = reverse("alliances:files", args=[pk])
        lines.append(Line("Fichiers", "Ce que l’équipe se partage.", url))
    if access.coordinates and alliance.step.is_editable:
        url = reverse("alliances:common_terms", args=[pk])
        lines.append(Line("Termes communs", "Paiement, décisions, désaccords, heures.", url))
    return lines


def _counted(done: int, of: int) -> tuple[str, str] | None:
    """ "2 sur 3", sure once all are."""
    if not of:
        return None
    return ("sur" if done == of else "inconnu", f"{done} sur {of}")


def next_lines(access: AllianceAccess) -> list[Line]:
    """What happens besides the bid itself: time, decisions, filing, who leads, the record."""
    alliance, pk = access.alliance, access.alliance.pk
    step, reads = alliance.step, access.reads_shares
    inside = access.inside
    named = len(inside) > 1

    def page(route: str, *more: int) -> str:
        return reverse(f"alliances:{route}", args=[pk, *more])

    def whose(row: AllianceParty) -> str:
        return f", pour {row.structure.shown_name}" if named else ""

    lines = [Line("Le temps", "Ce qui reste à faire, et pour quand.", page("planning"))]
    if step.is_editable:
        lines += [
            Line(f"Y aller ou pas\u202f?{whose(row)}", "À peser avant.", page("decide", row.pk))
            for row in inside
        ]
    if reads:
        lines.append(Line("Dépôt", "Ce qui manque, puis le récépissé.", page("filing")))
    if reads and not step.is_editable:
        lines.append(Line("Résultat", "Ce que l’acheteur décide.", page("result")))
    if not step.is_over:
        lines += [
            Line(f"Se retirer…{whose(row)}", "Ce que cela change, en euros.", page("leave", row.pk))
            for row in inside
        ]
    lines.append(Line("Retraits", "Qui s’est retiré, et qui reprend.", page("withdrawals")))
    if access.coordinates:
        alone = alliance.coordinators.seated().count() == 1 and not step.is_over
        state = ("vigilance", "Vous seule") if alone else None
        lines.append(Line("Qui coordonne", "Passer la main.", page("coordinators"), state))
    url = reverse("journal", args=["alliance", pk])
    lines.append(Line("Ce qui s’est passé", "Qui a fait quoi, et quand.", url))
    if reads:
        lines.append(Line("Preuve", "La chaîne des approbations.", page("proof")))
    url = reverse("opportunities:detail", args=[alliance.opportunity_id])
    lines.append(Line("L’avis", "Le marché, comme l’acheteur l’écrit.", url))
    if access.coordinates and Phase.ABANDONED in STEPS[step]:
        lines.append(Line("Abandonner l’alliance", "Ce que cela veut dire.", page("abandon")))
    return lines


def steps_back(access: AllianceAccess) -> list[tuple[Phase, str]]:
    """The earlier steps to which who coordinates may bring the alliance back."""
    step, terms = access.alliance.step, access.alliance.terms
    if not access.coordinates or not step.is_editable:
        return []
    return [
        (to, f"Revenir à «\u00a0{terms.arrangement.phase_label(to)}\u00a0»")
        for to in STEPS[step]
        if to.is_editable and [*Phase].index(to) < [*Phase].index(step)
    ]

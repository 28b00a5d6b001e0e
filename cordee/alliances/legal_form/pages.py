"""What the pages about the form of an alliance show, that of one structure answering alone among
them; views count nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from cordee.agreement import Party, PartyRole, Terms, legal_facts
from cordee.agreement.changes import moved
from cordee.agreement.edits import alone
from cordee.alliances import law
from cordee.alliances.access import AllianceAccess
from cordee.alliances.law import WORKING, closed_to, reserved_lots, shut_out_by
from cordee.alliances.legal_form.access import may_answer_for
from cordee.alliances.legal_form.forms import LabourForm
from cordee.alliances.models import AllianceParty
from cordee.alliances.state.current import accepted_keys, open_breaks
from cordee.notices.notice import GroupingForm
from cordee.rules import crafts
from cordee.rules.figures import lot_name
from cordee.rules.findings import Finding, Weight
from cordee.rules.legal_forms import (
    Advice,
    Case,
    Feasibility,
    NoticeForm,
    Outcome,
    Payer,
    Stance,
    Way,
    WayOutcome,
    advise,
    compare,
)
from cordee.rules.reservation import ARTICLES, Reservation

STANDINGS: Mapping[Feasibility, tuple[str, str]] = {
    Feasibility.POSSIBLE: ("sur", "Possible"),
    Feasibility.TO_CONFIRM: ("vigilance", "À confirmer"),
    Feasibility.REFUSED: ("bloque", "Impossible ainsi"),
}
STANCES: Mapping[Stance, str] = {
    Stance.IMPOSED: "L’avis l’impose à l’équipe retenue.",
    Stance.ALLOWED: "",
    Stance.TO_TRANSFORM: "L’avis impose une autre forme à l’équipe retenue.",
    Stance.FORBIDDEN: "L’avis écarte les groupements.",
    Stance.UNKNOWN: "L’avis n’en dit rien.",
}
WEIGHTS: Mapping[Weight, tuple[str, str]] = {
    Weight.BLOCK: ("bloque", "Bloqué"),
    Weight.WARNING: ("vigilance", "Attention"),
    Weight.QUESTION: ("inconnu", "À dire"),
    Weight.NOTE: ("sur", "À savoir"),
}
SHORT: Mapping[Way, str] = {
    Way.CONJOINT: "Conjoint",
    Way.CONJOINT_MANDATAIRE_SOLIDAIRE: "Mandataire solidaire",
    Way.SOLIDAIRE: "Solidaire",
    Way.SOUS_TRAITANCE: "Sous-traitance",
    Way.MISE_A_DISPOSITION: "Mise à disposition",
    Way.EMBAUCHE: "Embauche directe",
}


@dataclass(frozen=True, slots=True)
class WayView:
    """One way, in a column of the tables and in words below."""

    found: WayOutcome
    short: str
    kind: str
    state: str
    stance: str
    is_chosen: bool
    is_advised: bool
    notes: Sequence[tuple[str, Sequence[str]]]


def forms_page(access: AllianceAccess, *, lot: str, on: date) -> dict[str, Any]:
    """The ways to work together, for one reader, on everything or on one lot: a fixed number of
    queries."""
    alliance = access.alliance
    terms, rows, names = alliance.terms, access.rows, access.called
    lots, own = reserved_lots(alliance), {party.key for party in access.own}
    notice = law.notice_of(alliance)
    scopes = legal_facts.scopes(terms, notice)
    scope = next((each for each in scopes if each.key == lot), scopes[0])
    # The team of who answers alone, as the group that it could be: what there is to compare.
    team = legal_facts.as_group(terms)
    case = legal_facts.case_of(team, notice, scope, on=on)
    advice = advise(case, law.lead_facts(rows, team, access.figures, on=on), on=on)
    assumed = advice.lead if case.lead is None else None
    # Ways are compared with a lead: the one advised stands in until somebody is chosen.
    if assumed in {party.key for party in case.parties}:
        case = replace(case, lead=assumed)
    found = _with_switch(compare(case, on=on), team, case, notice, scope, on=on)
    arrangement, ways = terms.arrangement, [_way(each, terms, advice, names) for each in found]
    # Who is supplied with staff is the candidate already.
    proposed = names.get(advice.lead or "", "")
    labour = "Les sous-traitances : vendre un résultat, pas des heures"
    return {
        "terms": terms,
        "arrangement": arrangement,
        "advice": advice,
        "ways": ways,
        # Those that have a column: the others are impossible for everybody, and say why.
        "open_ways": [way for way in ways if not way.found.refusals],
        # One party through the ways that are open: how each is called, what it makes of the party,
        # and by whom it is paid.
        "rows": [
            {
                "name": names[party.key],
                "is_own": party.key in own,
                "is_lead": party.key == terms.speaker,
                "cells": [
                    (SHORT[each.way], each.of(party.key), payer(each.of(party.key), case, names))
                    for each in found
                    if not each.refusals
                ],
            }
            for party in case.parties
        ],
        "lead_name": arrangement.pick(group=proposed, sole=proposed, staffed=""),
        "to_ask": [names[key] for key in advice.to_ask],
        "assumed_lead": names.get(assumed or "", ""),
        "members": [(member.key, names[member.key]) for member in terms.members],
        "chosen_lead": "" if terms.speaker is None else names[terms.speaker],
        "chosen_form": arrangement.form_label(terms),
        "reasons": [arrangement.reason_label(each) for each in arrangement.reasons(terms)],
        "labour_title": arrangement.pick(
            group=labour, sole=labour, staffed="La mise à disposition : ce que dit la loi"
        ),
        "total_cents": case.total_cents,
        "scopes": [
            (each.key, lot_name(each.key) if each.key else "Tous les lots", each == scope)
            for each in scopes
        ],
        "notice_words": () if notice.form is NoticeForm.UNKNOWN else notice.form_words,
        # What somebody corrected, where no sentence says it.
        "corrected_form": ""
        if notice.form is NoticeForm.UNKNOWN or notice.form_words
        else GroupingForm(notice.form.value.lower()).label,
        # Whether it is a group, and the notice bans groups.
        "bans_groups": notice.form is NoticeForm.FORBIDDEN and len(terms.members) > 1,
        "one_offer": notice.one_offer,
        # Structures that a reserved lot shuts out of their place.
        "shut_out": [
            {
                "party": row,
                "name": names[row.key],
                "reservation": shut,
                "article": ARTICLES[shut],
                "role": terms.place_of(row.key),
            }
            for row in rows
            if (party := terms.find(row.key)) is not None
            and party.role in WORKING
            and (shut := shut_out_by(party.kind, lots, on=on)) is not None
        ],
        # (trade, lot) that nobody at work there declares (RULE-20).
        "gaps": [
            (crafts.label_of(gap.competence), lot_name(gap.lot))
            for gap in legal_facts.trades_without_anybody(terms, scope, law.trades_of(rows))
        ],
        # Whether one of them could answer alone with the others working for it.
        "may_be_alone": not arrangement.is_alone and len(terms.parties) > 1,
        # Those whose place may change.
        "places": [(row, names[row.key]) for row in rows if terms.find(row.key) is not None],
    }


def _way(found: WayOutcome, terms: Terms, advice: Advice, names: Mapping[str, str]) -> WayView:
    kind, state = STANDINGS[found.standing]
    chosen = terms.arrangement.pick(
        group=None if terms.form is None else Way(terms.form.value),
        sole=Way.SOUS_TRAITANCE,
        staffed=Way.MISE_A_DISPOSITION,
    )
    return WayView(
        found=found,
        short=SHORT[found.way],
        kind=kind,
        state=state,
        stance=STANCES[found.stance],
        is_chosen=found.way is chosen,
        is_advised=found.way is advice.way,
        notes=[
            (names[each.key], (*each.refusals, *each.notes, *each.articles))
            for each in found.outcomes
            if each.refusals or each.notes or each.articles
        ],
    )


def _with_switch(
    found: Sequence[WayOutcome],
    team: Terms,
    case: Case,
    notice: legal_facts.NoticeFacts,
    scope: legal_facts.Scope,
    *,
    on: date,
) -> tuple[WayOutcome, ...]:
    """Subcontracting as the switch makes it: whoever came for a member comes for the holder."""
    if case.lead not in {member.key for member in team.members}:
        return tuple(found)
    switched = legal_facts.case_of(alone(team, case.lead), notice, scope, on=on)
    # The switch would drop a party: then it is not the same team under another form.
    if {each.key for each in switched.parties} != {each.key for each in case.parties}:
        return tuple(found)
    sole = next(each for each in compare(switched, on=on) if each.way is Way.SOUS_TRAITANCE)
    return tuple(sole if each.way is Way.SOUS_TRAITANCE else each for each in found)


def payer(outcome: Outcome, case: Case, names: Mapping[str, str]) -> str:
    """By whom a party is paid, in French."""
    if outcome.payer is Payer.NOBODY:
        return "hors du marché"
    buyer = "par l’acheteur" if case.is_public else "par le client"
    if outcome.payer is Payer.BUYER:
        return buyer if outcome.is_direct or not case.is_public else f"{buyer}, compte à convenir"
    client = f"par {names[outcome.paid_by]}" if outcome.paid_by else "par son client"
    return f"{client}, ou {buyer}" if outcome.is_direct is None else client


# --- Subcontracts (RULE-40) ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SubcontractView:
    """One subcontract: for whom, what the law says, and the three questions."""

    row: AllianceParty
    party: Party
    name: str
    of: str
    cents: int
    findings: Sequence[tuple[str, str, Finding]]
    form: LabourForm | None
    kind: str
    state: str

    @property
    def is_open(self) -> bool:
        """Whether a question has no answer yet."""
        return any(finding.weight is Weight.QUESTION for _, _, finding in self.findings)


def subcontracts_page(
    access: AllianceAccess, *, on: date, given: LabourForm | None = None
) -> list[SubcontractView]:
    """Each subcontract of the alliance, or the user's own ones where the user reads no other.

    `given`: the form that somebody filled in wrongly.
    """
    alliance, terms, names = access.alliance, access.alliance.terms, access.called
    by_key = {row.key: row for row in access.rows}
    found = []
    for party in legal_facts.subcontracts(terms):
        row = by_key[party.key]
        if not (access.reads_shares or access.speaks_for(row)):
            continue
        findings = legal_facts.by_weight(legal_facts.labour_findings(party, on=on))
        asks = party.role is PartyRole.SUBCONTRACTOR and may_answer_for(access, row, party.of)
        form = LabourForm.of(party, alliance.version) if asks else None
        if given is not None and given.prefix == party.key:
            form = given
        kind, state = WEIGHTS[findings[0].weight] if findings else ("sur", "Rien à signaler")
        found.append(
            SubcontractView(
                row=row,
                party=party,
                name=names[party.key],
                of="" if party.of is None else names[party.of],
                cents=terms.share_cents(party.key),
                findings=[(*WEIGHTS[each.weight], each) for each in findings],
                form=form if alliance.step.is_editable else None,
                kind=kind,
                state=state,
            )
        )
    return found


def sole_page(access: AllianceAccess, *, wanted: str, now: datetime) -> dict[str, Any]:
    """What the team would be if one of its members answered alone; `wanted`: which one."""
    alliance, on = access.alliance, timezone.localdate(now)
    terms, names = alliance.terms, access.called
    lots = reserved_lots(alliance)
    closed = {member.key: closed_to(member.kind, lots, on=on) for member in terms.members}
    able = [key for key, reservation in closed.items() if reservation is None]
    holder = next((key for key in (wanted, terms.lead) if key in able), next(iter(able), ""))
    after = alone(terms, holder) if holder else terms
    by_key = {row.key: row for row in access.rows}
    out = [
        (by_key[party.key], names[party.key], _because(reservation))
        for party in after.signers
        if party.role is PartyRole.SUBCONTRACTOR
        for reservation in [shut_out_by(party.kind, lots, on=on)]
        if reservation is not None
    ]
    is_ready = after.arrangement.is_alone and after.has_paper
    known = {each.text for each in open_breaks(alliance, terms, names, now=now)}
    given = sum(after.share_cents(p.key) for p in after.signers[1:]) if is_ready else 0
    outcomes = _outcomes(access, after, on=on) if is_ready else {}
    rows = _rows(access, terms, after, names, outcomes) if is_ready else []
    return {
        "version": alliance.version,
        # Members that could answer alone: key, name, and whether it is the one shown.
        "choices": [(key, names[key], key == holder) for key in able],
        # Members that a reserved lot shuts out of holding the contract: name, and why.
        "refused": [
            (names[key], _because(reservation))
            for key, reservation in closed.items()
            if reservation is not None
        ],
        # Those who may not work for the holder either: they have to take another place first.
        "out": out,
        "holder_name": names.get(holder, ""),
        "holder": holder,
        "rows": rows,
        "may_switch": bool(rows) and not out,
        "price_cents": after.price_cents,
        "given_cents": given,
        "kept_cents": after.own_cents(holder) if is_ready else 0,
        "breaks": [
            each.text
            for each in open_breaks(alliance, after, names, now=now)
            if each.blocks and each.text not in known
        ],
        "notes": () if not is_ready else _notes(outcomes, holder),
    }


def _because(reservation: Reservation) -> str:
    return f"{reservation.label} (article {ARTICLES[reservation]}). À confirmer avec l’acheteur."


def _outcomes(
    access: AllianceAccess, after: Terms, *, on: date
) -> Mapping[str, tuple[Outcome, str]]:
    """What the law makes of each, and who pays it (RULE-22)."""
    notice = law.notice_of(access.alliance)
    lots = tuple(dict.fromkeys(line.lot for line in after.lines))
    case = legal_facts.case_of(after, notice, legal_facts.Scope(lots), on=on)
    way = next(each for each in compare(case, on=on) if each.way is Way.SOUS_TRAITANCE)
    return {each.key: (each, payer(each, case, access.called)) for each in way.outcomes}


def _rows(
    access: AllianceAccess,
    terms: Terms,
    after: Terms,
    names: Mapping[str, str],
    outcomes: Mapping[str, tuple[Outcome, str]],
) -> list[dict[str, Any]]:
    """Each structure before and after the switch, in cents without tax."""
    moved_keys = set(moved(terms, after))
    accepted = accepted_keys(access.alliance, terms)
    own = {party.key for party in access.own}
    return [
        {
            "name": names[party.key],
            "is_own": party.key in own,
            "role": after.place_of(party.key),
            "amount_cents": after.share_cents(party.key),
            "kept_cents": after.own_cents(party.key),
            "paid_by": outcomes[party.key][1] if party.key in outcomes else "",
            "must_accept": party.key in moved_keys or party.key not in accepted,
            "has_share": party.role.has_share,
        }
        for party in sorted(after.parties, key=lambda each: each.key != after.speaker)
    ]


def _notes(outcomes: Mapping[str, tuple[Outcome, str]], holder: str) -> list[str]:
    """What is true of those who work for the holder, once each."""
    found = [
        note
        for key, (outcome, _) in outcomes.items()
        if key != holder and outcome.paid_cents
        for note in outcome.notes
    ]
    return list(dict.fromkeys(found))

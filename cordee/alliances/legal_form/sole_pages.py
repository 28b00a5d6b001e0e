"""What the page shows where one structure would answer alone: who does what, for how much."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from cordee.agreement import PartyRole, Terms, edits, legal_facts
from cordee.agreement.slices import moved
from cordee.alliances import law
from cordee.alliances.access import AllianceAccess
from cordee.alliances.law import closed_to, reserved_lots, shut_out_by
from cordee.alliances.legal_form.pages import payer
from cordee.alliances.state.current import accepted_keys, open_breaks
from cordee.rules.legal_forms import Outcome, Way, compare
from cordee.rules.reservation import ARTICLES, Reservation


def sole_page(access: AllianceAccess, *, wanted: str, now: datetime) -> dict[str, Any]:
    """What the team would be if one of its members answered alone; `wanted`: which one."""
    alliance, on = access.alliance, timezone.localdate(now)
    terms, names = alliance.terms, access.called
    lots = reserved_lots(alliance)
    closed = {member.key: closed_to(member.kind, lots, on=on) for member in terms.members}
    able = [key for key, reservation in closed.items() if reservation is None]
    holder = next((key for key in (wanted, terms.lead) if key in able), next(iter(able), ""))
    after = edits.alone(terms, holder) if holder else terms
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

"""Rows of the structures of an alliance, which is locked by whoever calls; and what is written to
them and to who coordinates."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef
from django.utils import timezone

from cordee.accounts import journal
from cordee.accounts.models import User
from cordee.agreement import Party, PartyRole
from cordee.agreement.edits import without
from cordee.agreement.phases import EDITABLE
from cordee.alliances.access import is_elsewhere, own_parts_in
from cordee.alliances.frame.mails import write
from cordee.alliances.models import Alliance, AllianceParty
from cordee.alliances.revisions import write_revision
from cordee.base.mail.models import OutgoingMail
from cordee.base.ui import french
from cordee.members.actions.network_mails import directors_of
from cordee.members.models import RoleSeat, Structure
from cordee.opportunities.wording import mail_facts
from cordee.rules.kinds import Kind

State = AllianceParty.State


def refuse_rivals(alliance: Alliance, person: User, *, works_for_another: bool = False) -> None:
    """Refuse to let somebody read two teams on one lot (RULE-38).

    `works_for_another`: as a subcontractor, which may serve several candidates, and reads of each
    its own part alone. It is a candidate against none of them.
    """
    # By lot, not by notice: one structure may well be in two teams for two lots.
    led = Alliance.objects.coordinated_by(person).order_by().values("pk")
    if alliance.rivals().filter(pk__in=led):
        raise ValidationError(
            "Vous coordonnez déjà une équipe sur ce lot. Ouvrez-la, ou abandonnez-la d’abord."
        )
    joined = list(Alliance.objects.rivals_joined_by(person, alliance))
    if works_for_another and len(own_parts_in(person, joined)) == len(joined):
        return
    if joined:
        if works_for_another:
            raise ValidationError(
                "Votre structure est déjà candidate dans une équipe sur ce lot. Elle ne travaille "
                "pas en même temps pour une autre."
            )
        raise ValidationError(
            "Votre structure prend déjà part à une équipe sur ce lot. Retirez-la d’abord."
        )


def rival_refusal(alliance: Alliance, person: User, *, works_for_another: bool = False) -> str:
    """What `refuse_rivals` says, for the person alone; "" where nothing stands in the way."""
    try:
        refuse_rivals(alliance, person, works_for_another=works_for_another)
    except ValidationError as refused:
        return " ".join(refused.messages)
    return ""


def new_party(
    alliance: Alliance, structure: Structure, *, now: datetime, by: User
) -> AllianceParty:
    """The row of a structure that is thought of; who coordinates takes part at once."""
    party = AllianceParty(alliance=alliance, structure=structure)
    if structure.pk == alliance.structure_id:
        party.state, party.invited_at = State.INTERESTED, now
        party.answered_at, party.answered_by = now, by
    party.full_clean(exclude=["answered_by"])
    party.save(force_insert=True)
    return party


def party_of(row: AllianceParty, role: PartyRole, of: str | None = None) -> Party:
    """What stands for a row in the terms."""
    structure = row.structure
    return Party(
        key=row.key,
        siren=structure.organisation.siren,
        kind=Kind(structure.kind),
        role=role,
        of=of,
    )


def leave(
    party: AllianceParty, *, reason: str, by: User, now: datetime, is_amended: bool = False
) -> None:
    """A party is out: with its share before filing; after it, the amendment took the share."""
    alliance = party.alliance
    party.state, party.answered_at, party.answered_by = State.WITHDRAWN, now, by
    party.reason = reason[:500]
    party.save(update_fields=["state", "answered_at", "answered_by", "reason"])
    if not is_amended:
        write_revision(alliance, without(alliance.terms, party.key), "PARTIES", by=by, now=now)


def ask_in(alliance: Alliance, structure: Structure, *, now: datetime, by: User) -> AllianceParty:
    """Ask a structure from outside whether it takes the place; it is in no terms yet.

    Raises `ValidationError` where it takes part already.
    """
    row = alliance.parties.select_related("structure").filter(structure=structure).first()
    if row is not None and row.is_active:
        in_terms = alliance.terms.find(row.key) is not None
        if row.state == State.INVITED and not in_terms:
            return row
        raise ValidationError(f"{structure.shown_name} figure déjà dans l’alliance.")
    if row is None:
        row = AllianceParty(alliance=alliance, structure=structure)
    row.state, row.invited_at = State.INVITED, now
    row.answered_at, row.answered_by, row.reason = None, None, ""
    row.full_clean(exclude=["answered_by"])
    row.save()
    journal.record("alliances.invite", alliance, by=by, after={"party": row.pk})
    return row


def ask_out(party: AllianceParty, *, by: User) -> None:
    """Whoever was asked is no longer."""
    party.state = State.REMOVED
    party.save(update_fields=["state"])
    notify_removed(party)
    journal.record("alliances.remove_party", party.alliance, by=by, after={"party": party.pk})


def decline(party: AllianceParty, *, by: User, now: datetime) -> None:
    """Whoever was asked says no."""
    party.state, party.answered_at, party.answered_by = State.DECLINED, now, by
    party.save(update_fields=["state", "answered_at", "answered_by"])
    notify_answered(party)


def join(party: AllianceParty, *, now: datetime) -> None:
    """Whoever agreed takes the place, now that the buyer accepts."""
    party.state, party.answered_at = State.INTERESTED, now
    party.save(update_fields=["state", "answered_at"])


LONGEST_PART = 120


def notify_invited(party: AllianceParty) -> None:
    """To the directors of a structure that is asked. The others in the team are not named."""
    _write(party, "invited", directors_of(party.structure), party.invited_at)


def invitation(party: AllianceParty, *, reads_share: bool = True) -> dict[str, Any]:
    """What an invitation says: of its reader the part and the price, of the others nothing.

    Nor its own to who takes part in another team on the lot (RULE-38): not `reads_share`.
    """
    terms = party.alliance.terms
    held = {cell.line for cell in terms.cells if cell.party == party.key}
    labels = [line.label for line in terms.lines if line.key in held]
    alliance, share_cents = party.alliance, terms.share_cents(party.key) if reads_share else 0
    part = french.cut(", ".join(labels), LONGEST_PART) if share_cents else ""
    return {
        "alliance": alliance,
        "party": party,
        "part": part,
        "share_cents": share_cents,
        "facts": mail_facts(
            alliance.opportunity, timezone.localdate(), part=part, price_cents=share_cents
        ),
        "phone": alliance.structure.phone if alliance.structure is not None else "",
    }


def notify_late_directors(now: datetime) -> int:
    """Those who began to direct a sheet after it was invited, by the schedule: each once."""
    came_later = (
        RoleSeat.objects.live()
        .directors()
        .filter(structure=OuterRef("structure"), since__gt=OuterRef("invited_at"))
    )
    waiting = AllianceParty.objects.filter(
        Exists(came_later), state=AllianceParty.State.INVITED, alliance__phase__in=list(EDITABLE)
    )
    notified = 0
    for party in waiting.select_related("structure", "alliance__opportunity"):
        assert party.invited_at is not None
        late = RoleSeat.objects.live().directing(party.structure)
        for person in late.filter(since__gt=party.invited_at).people():
            key = _key(party, party.invited_at, person)
            if not OutgoingMail.objects.filter(key=f"alliance-invited:{key}").exists():
                _write(party, "invited", [person], party.invited_at)
                notified += 1
    return notified


def notify_answered(party: AllianceParty) -> None:
    """To those who coordinate."""
    _write(party, "answered", party.alliance.leaders, party.answered_at)


def notify_removed(party: AllianceParty) -> None:
    """To the directors of a structure that no longer takes part."""
    _write(party, "removed", directors_of(party.structure), party.invited_at)


def _write(
    party: AllianceParty, name: str, people: Iterable[User], moment: datetime | None
) -> None:
    is_yes = {"is_yes": party.state == AllianceParty.State.INTERESTED}
    for person in people:
        letter = invitation(party, reads_share=not is_elsewhere(person, party.alliance))
        write(person, name, letter | is_yes, _key(party, moment, person))


def _key(party: AllianceParty, moment: datetime | None, person: User) -> str:
    return f"{party.pk}:{'' if moment is None else moment.isoformat()}:{person.pk}"

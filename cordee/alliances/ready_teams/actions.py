"""Writes of standing teams: who is in, what they keep ready, and an alliance from one of them."""

from collections.abc import Sequence
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from cordee.accounts import journal
from cordee.accounts.models import User
from cordee.alliances.frame.mails import write_all
from cordee.alliances.models import Alliance, AllianceParty, StandingMember, StandingTeam
from cordee.alliances.models.parties import SIGNATORY
from cordee.base import files
from cordee.members.actions.network_mails import directors_of
from cordee.members.models import Department, Network, Structure

State, Power = StandingMember.State, AllianceParty.Power


@transaction.atomic
def create_team(
    *,
    name: str,
    department: Department,
    trades: Sequence[str],
    network: Network | None,
    structure: Structure | None,
    by: User,
    now: datetime,
) -> StandingTeam:
    """Keep a team ready; a structure that keeps it is in it at once. A second click makes no other.

    Raises `ValidationError` where another of that name is kept open there.
    """
    # One at a time: a double click finds what the first one made.
    keeper = network or structure
    if keeper is not None:
        type(keeper).objects.select_for_update().get(pk=keeper.pk)
    known = StandingTeam.objects.open().filter(
        name=name.strip(), network=network, structure=structure
    )
    same = known.filter(department=department, made_by=by).first()
    if same is not None and same.trades == sorted(set(trades)):
        return same
    team = StandingTeam(
        name=name.strip(),
        department=department,
        trades=sorted(set(trades)),
        network=network,
        structure=structure,
        made_at=now,
        made_by=by,
    )
    team.full_clean(exclude=["made_by"])
    team.save(force_insert=True)
    if structure is not None:
        StandingMember.objects.create(
            team=team, structure=structure, state=State.IN, invited_at=now, answered_at=now
        )
    journal.record("alliances.create_standing_team", team, by=by)
    return team


@transaction.atomic
def invite_member(
    *, team: StandingTeam, structure: Structure, by: User, now: datetime
) -> StandingMember:
    """Ask a structure in; one that left or said no may be asked again.

    Raises `ValidationError` where it is in, or asked already.
    """
    team = _locked(team)
    row = team.members.filter(structure=structure).first()
    if row is not None and row.state in {State.INVITED, State.IN}:
        raise ValidationError("Cette structure est déjà dans cette cordée.")
    row = row or StandingMember(team=team, structure=structure)
    row.state, row.invited_at, row.answered_at = State.INVITED, now, None
    row.framework_sha256 = ""
    row.save()
    # The others are not named.
    context = {"team": team, "structure": structure.shown_name}
    key = f"{row.pk}:{now.isoformat()}"
    write_all(directors_of(structure), "standing_invited", context, key)
    journal.record("alliances.invite_to_standing_team", team, by=by, after={"member": row.pk})
    return row


@transaction.atomic
def answer_team(*, member: StandingMember, is_yes: bool, by: User, now: datetime) -> None:
    """A structure comes in, says no, or leaves. Raises `ValidationError` where it left already."""
    team = _locked(member.team)
    row = team.members.get(pk=member.pk)
    wanted = State.IN if is_yes else (State.LEFT if row.state == State.IN else State.DECLINED)
    if row.state == wanted:
        return
    if row.state in {State.DECLINED, State.LEFT}:
        raise ValidationError("Demandez à être invitée de nouveau.")
    row.state, row.answered_at = wanted, now
    row.save(update_fields=["state", "answered_at"])
    journal.record(
        "alliances.answer_standing_team", team, by=by, after={"member": row.pk, "is_yes": is_yes}
    )


@transaction.atomic
def set_framework(
    *, team: StandingTeam, name: str, content: bytes, by: User, now: datetime
) -> None:
    """Keep the framework convention; another file asks every member again.

    Raises `ValidationError` for a sort or a size that is not accepted.
    """
    team = _locked(team)
    old, team.framework = team.framework, files.store(name=name, content=content, now=now)
    team.save(update_fields=["framework"])
    if old is not None:
        files.erase(old, now=now)
    journal.record("alliances.set_framework", team, by=by)


@transaction.atomic
def get_ready(
    *,
    member: StandingMember,
    name: str,
    function: str,
    power: str,
    power_on: date | None,
    accepts: str,
    by: User,
    on: date,
) -> None:
    """Say who signs for a member, and accept the framework convention of that fingerprint.

    `accepts`: the fingerprint of the file that the user read, empty for none.

    Raises `ValidationError`.
    """
    team = _locked(member.team)
    row = team.members.get(pk=member.pk)
    if row.state != State.IN:
        raise ValidationError("Entrez d’abord dans cette cordée.")
    if power != Power.LEGAL and power_on is None:
        raise ValidationError({"power_on": "Donnez la date de l’acte ou du vote."})
    row.name_signatory(name=name, function=function, power=power, power_on=power_on, on=on)
    stands = "" if team.framework is None else team.framework.sha256
    if accepts and accepts != stands:
        raise ValidationError("La convention-cadre a changé. Relisez-la.")
    row.framework_sha256 = accepts
    row.full_clean()
    row.save()
    journal.record("alliances.get_ready", team, by=by, after={"member": row.pk, "power": power})


@transaction.atomic
def close_team(*, team: StandingTeam, by: User, now: datetime) -> None:
    """End a standing team; twice is once."""
    team = _locked(team)
    if team.closed_at is None:
        team.closed_at = now
        team.save(update_fields=["closed_at"])
        journal.record("alliances.close_standing_team", team, by=by)


@transaction.atomic
def carry_signatories(*, alliance: Alliance, team: StandingTeam) -> None:
    """What members kept ready is said in the alliance that starts from their team."""
    rows = {row.structure_id: row for row in team.members.filter(state=State.IN).exclude(power="")}
    for party in alliance.parties.filter(structure__in=list(rows)):
        for name in SIGNATORY:
            setattr(party, name, getattr(rows[party.structure_id], name))
        party.save(update_fields=SIGNATORY)


def _locked(team: StandingTeam) -> StandingTeam:
    rows = StandingTeam.objects.select_for_update(of=("self",))
    found: StandingTeam = rows.select_related("network", "structure").get(pk=team.pk)
    if found.closed_at is not None:
        raise ValidationError("Cette cordée est close.")
    return found

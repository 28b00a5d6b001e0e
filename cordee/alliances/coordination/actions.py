"""Writes about who leads an alliance; and who may take the lead where nobody has it."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef

from cordee.accounts import journal
from cordee.accounts.models import User
from cordee.alliances.frame import mails
from cordee.alliances.models import Alliance, AllianceCoordinator
from cordee.alliances.models.alliances import AllianceQuerySet, led_by
from cordee.alliances.parties import refuse_rivals, rival_refusal
from cordee.alliances.revisions import locked
from cordee.members.roles import May


def may_coordinate(alliance: Alliance) -> list[User]:
    """Those who could lead it beside who does: of the network or the structure that coordinates."""
    leading = set(alliance.coordinators.values_list("person", flat=True))
    return [person for person in alliance.seats.people() if person.pk not in leading]


@transaction.atomic
def add_coordinator(*, alliance: Alliance, person: User, by: User) -> None:
    """Have somebody lead it too; twice is once.

    Raises `ValidationError` where they sit elsewhere, or in another team on the lot (RULE-38).
    """
    alliance = locked(alliance)
    if alliance.coordinators.filter(person=person).exists():
        return
    if person not in may_coordinate(alliance):
        raise ValidationError("Cette personne n’agit pas pour qui coordonne.")
    try:
        refuse_rivals(alliance, person)
    except ValidationError as refused:
        # Why is that person's own: of other teams nobody is told (RULE-38).
        raise ValidationError("Cette personne ne peut pas coordonner cette alliance.") from refused
    AllianceCoordinator.objects.create(alliance=alliance, person=person)
    journal.record("alliances.add_coordinator", alliance, by=by)


@transaction.atomic
def remove_coordinator(*, coordinator: AllianceCoordinator, by: User) -> None:
    """Somebody no longer leads it. Raises `ValidationError` for the last one, who stays.

    Whoever has lost their role since leads nothing, and does not count among those who stay.
    """
    alliance = locked(coordinator.alliance)
    row = alliance.coordinators.filter(pk=coordinator.pk).first()
    if row is None:
        return
    if not alliance.coordinators.seated().exclude(pk=row.pk).exists():
        raise ValidationError("Il faut toujours quelqu’un pour coordonner. Passez d’abord la main.")
    row.delete()
    journal.record("alliances.remove_coordinator", alliance, by=by)


@transaction.atomic
def hand_on(*, alliance: Alliance, to: User, by: User) -> None:
    """Pass the lead to somebody else, and leave it, at once."""
    add_coordinator(alliance=alliance, person=to, by=by)
    mine = alliance.coordinators.filter(person=by).first()
    if mine is not None:
        remove_coordinator(coordinator=mine, by=by)


@transaction.atomic
def take_over(*, alliance: Alliance, by: User, now: datetime) -> None:
    """Lead an alliance that nobody leads any more; twice is once.

    Whoever led it without a role leads it no more, were they given that role again. Raises
    `ValidationError` where somebody leads it, where it is not the user's to take, or beside another
    of the user's teams on the lot (RULE-38).
    """
    alliance = locked(alliance)
    seated = alliance.coordinators.seated()
    if seated.filter(person=by).exists():
        return
    if seated.exists():
        raise ValidationError("Quelqu’un coordonne déjà cette alliance.")
    if alliance.step.is_over:
        raise ValidationError("Cette alliance est close\u00a0: il n’y a plus rien à coordonner.")
    if by not in successors(alliance):
        raise ValidationError("Ce n’est pas à vous de reprendre cette alliance.")
    refuse_rivals(alliance, by)
    alliance.coordinators.all().delete()
    AllianceCoordinator.objects.create(alliance=alliance, person=by)
    journal.record("alliances.take_over", alliance, by=by)
    context = {"alliance": alliance, "leader": by.display_name or "Une personne"}
    others = (person for person in mails.people_inside(alliance) if person.pk != by.pk)
    mails.write_all(others, "taken_over", context, f"{alliance.pk}:{now.isoformat()}")


def unled() -> AllianceQuerySet:
    """Running ones that nobody leads any more: whoever did no longer sits where they led from."""
    leading = AllianceCoordinator.objects.seated().filter(alliance=OuterRef("pk"))
    return Alliance.objects.running().filter(~Exists(leading))


def successors(alliance: Alliance) -> list[User]:
    """Who may take the lead of an alliance that nobody leads.

    Of the network that coordinates, its staff, or its delegates where it has no staff left; of the
    structure that coordinates, its directors.
    """
    here, found = alliance.seats, list[User]()
    if alliance.network_id is not None:
        found = list(here.that_may(May.RUN_NETWORK).people())
    return found or list(here.people())


def unled_for(person: User) -> list[Alliance]:
    """Those that nobody leads and that the person may take over; none that would be a rival of the
    person's own."""
    near = unled().filter(led_by(person))
    rows = near.select_related("network", "structure", "opportunity")
    return [each for each in rows if person in successors(each) and not rival_refusal(each, person)]

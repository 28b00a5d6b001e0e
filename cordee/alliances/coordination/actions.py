"""Writes about who leads an alliance; and who may take the lead where nobody has it."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from cordee.accounts import journal
from cordee.accounts.models import User
from cordee.alliances.access import INSIDE
from cordee.alliances.frame import mails
from cordee.alliances.models import Alliance, AllianceCoordinator, AllianceParty
from cordee.alliances.models.alliances import AllianceQuerySet, led_by
from cordee.alliances.parties import refuse_rivals, rival_refusal
from cordee.alliances.revisions import locked
from cordee.base.mail.models import OutgoingMail
from cordee.members.models import RoleSeat, Structure
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
    structure = moves_to(alliance, by)
    if structure is not None:
        alliance.network, alliance.structure = None, structure
        alliance.save(update_fields=["network", "structure"])
    alliance.coordinators.all().delete()
    AllianceCoordinator.objects.create(alliance=alliance, person=by)
    noted = {"structure": None if structure is None else structure.pk}
    journal.record("alliances.take_over", alliance, by=by, after=noted)
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
    structure that coordinates, its directors. Where nobody is left there, the directors of the
    lead of the group, for their own structure.
    """
    here, found = alliance.seats, list[User]()
    if alliance.network_id is not None:
        found = list(here.that_may(May.RUN_NETWORK).people())
    found = found or list(here.people())
    lead = None if found else lead_structure(alliance)
    return found if lead is None else list(RoleSeat.objects.directing(lead).people())


def lead_structure(alliance: Alliance) -> Structure | None:
    """The structure that speaks for all to the buyer, where it takes part."""
    key = alliance.terms.speaker
    rows = alliance.parties.filter(state=AllianceParty.State.INTERESTED, pk=key or 0)
    row = rows.select_related("structure").first()
    return None if row is None else row.structure


def moves_to(alliance: Alliance, person: User) -> Structure | None:
    """The structure the person would lead for from then on; None where it stays where it was."""
    stays = alliance.seats.filter(person=person).exists()
    return None if stays else lead_structure(alliance)


def unled_for(person: User) -> list[Alliance]:
    """Those that nobody leads and that the person may take over; none that would be a rival of the
    person's own."""
    joined = Alliance.objects.with_party(person, INSIDE).order_by().values("pk")
    near = unled().filter(led_by(person) | Q(pk__in=joined))
    rows = near.select_related("network", "structure", "opportunity")
    return [each for each in rows if person in successors(each) and not rival_refusal(each, person)]


def run(now: datetime) -> int:
    """Tell those who may take the lead that nobody has it: once each, by the schedule."""
    notified = 0
    for alliance in unled().select_related("network", "structure"):
        for person in successors(alliance):
            if not rival_refusal(alliance, person):
                notified += _notify(alliance, person)
    return notified


def _notify(alliance: Alliance, person: User) -> int:
    """To one who may take the lead that nobody has it: once for each who led last."""
    last = alliance.coordinators.order_by("-pk").values_list("pk", flat=True).first()
    key = f"{alliance.pk}:{last or 0}:{person.pk}"
    if OutgoingMail.objects.filter(key=f"alliance-unled:{key}").exists():
        return 0
    mails.write(person, "unled", {"alliance": alliance}, key)
    return 1

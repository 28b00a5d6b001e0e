"""An alliance that nobody leads any more: who may take the lead, and what is told of it."""

from datetime import datetime

from django.db.models import Exists, OuterRef, Q

from cordee.accounts.models import User
from cordee.alliances.access import INSIDE
from cordee.alliances.frame import mails
from cordee.alliances.models import Alliance, AllianceCoordinator, AllianceParty
from cordee.alliances.models.alliances import AllianceQuerySet, led_by
from cordee.alliances.parties import rival_refusal
from cordee.base.mail.models import OutgoingMail
from cordee.members.models import RoleSeat, Structure
from cordee.members.roles import May


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

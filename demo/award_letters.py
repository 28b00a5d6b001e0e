"""A letter ready for who just won a contract of the valley: Rives et Sentiers may be named."""

from datetime import date, datetime, time

from django.utils import timezone

from cordee.accounts.models import User
from cordee.delivery.award_letters import actions
from cordee.delivery.award_letters.awards import awards_for
from cordee.delivery.models import AwardLetter
from cordee.members.models import Network
from cordee.members.network_access import desk_or_none
from demo.contracts import JUST_AWARDED
from demo.people import DOMAIN
from demo.valley import DELEGATION


def load_award_letter(day: date) -> None:
    """Once; nothing where the contract is not there."""
    delegate, partner = (
        User.objects.get(email=f"{name}@{DOMAIN}") for name in ("deleguee", "partenaire")
    )
    desk = desk_or_none(delegate, Network.objects.get(slug=DELEGATION))
    if desk is None or AwardLetter.objects.exists():
        return
    noon = timezone.make_aware(datetime.combine(day, time(12)))
    for award in awards_for(desk, day):
        if JUST_AWARDED in award.contract.source_id:
            letter = actions.letter_of(award, desk.network)
            for structure, *_ in award.near:
                if structure.seats.filter(person=partner).exists():
                    actions.ask_name(letter=letter, structure=structure, by=delegate, now=noon)
                    name = letter.names.get()
                    actions.answer_name(name=name, agrees=True, by=partner, now=noon)

"""Three immersions of the Jardins: one that led to a hire, one that ends this week, one to come."""

from datetime import date, timedelta

from django.db import transaction

from cordee.accounts.models import User
from cordee.bridge.immersions.actions import say_ending, settle, write_immersion
from cordee.bridge.models import Immersion
from cordee.bridge.models.immersions import Ending
from cordee.delivery.models import Delivery
from cordee.notices.notice import NeedKind
from cordee.opportunities.models import Opportunity
from cordee.rules.immersion import Purpose
from demo.needs import BUYER
from demo.training import TRAINER

GROCER = "Primeurs du Mirel (fictif)"


@transaction.atomic
def load_immersions(contract: Delivery | None, day: date) -> None:
    """Once, of people who learnt on a contract; nothing where it is not there."""
    by = User.objects.filter(email=TRAINER).first()
    if contract is None or by is None or contract.structure.immersions.exists():
        return
    hana, ilan = contract.structure.learners.filter(pseudonym__in=("Hana", "Ilan"))
    post = Opportunity.objects.filter(need_kind=NeedKind.LABOUR, buyer_name=BUYER).first()
    carpenter = {"company": BUYER, "learner": hana, "opportunity": post}
    for company, first, days, said in (
        ({"company": GROCER, "said_on": day - timedelta(days=40)}, -35, 12, None),
        (carpenter | {"convention": "IMM-0042"}, -9, 12, hana),
        ({"company": GROCER, "learner": ilan}, 10, 5, None),
    ):
        begins = day + timedelta(days=first)
        row = Immersion(
            structure=contract.structure,
            delivery=contract,
            purpose=Purpose.CONFIRM if first < 0 else Purpose.DISCOVER,
            first_on=begins,
            last_on=begins + timedelta(days=days - 1),
            **company,
        )
        write_immersion(row=row, by=by)
        if said:
            shown = [str(each.number) for each in said.badges.all()]
            settle(said, row.pk, True, shown, begins - timedelta(days=2))
        elif first < -days:
            say_ending(row=row, ending=Ending.HIRED, of_company=False, by=by)

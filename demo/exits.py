"""People who left the Jardins and three members around, as numbers that their networks count."""

from datetime import date, timedelta

from django.db import transaction

from cordee.bridge.models import PersonExit
from cordee.members.actions.sharing import grant_sharing
from cordee.members.models import Convention, Network, SharingAgreement, Structure
from cordee.rules.exits import ExitCategory
from demo.people import DELEGATION, JARDINS, NATIONAL

# How many of each: RULE-28 counts thirteen, 7 of them dynamic.
LEFT = {
    ExitCategory.EMPLOI_DURABLE: 3,
    ExitCategory.EMPLOI_TRANSITION: 2,
    ExitCategory.SORTIE_POSITIVE: 2,
    ExitCategory.AUTRE_SORTIE: 6,
    ExitCategory.RETRAIT: 2,
}
TARGETS = {"dynamic_target": 60, "durable_target": 25}


@transaction.atomic
def load_exits(day: date) -> None:
    """Once. The first of them agreed to be asked for news, and it is time."""
    gardens = Structure.objects.filter(siret=JARDINS[0], kind=JARDINS[1]).first()
    if gardens is None or gardens.exits.exists():
        return
    Convention.objects.filter(structure=gardens).update(**TARGETS)
    this_year = day.replace(month=1, day=3)
    networks = Network.objects.filter(slug__in=(NATIONAL, DELEGATION))
    members = Structure.objects.of_network(networks[0], day).filter(kind="ACI").order_by("pk")
    near = members.filter(department=gardens.department_id).exclude(pk=gardens.pk)[:3]
    for structure in (gardens, *near):
        categories = [each for each, how_many in LEFT.items() for _ in range(how_many)]
        rows = [
            PersonExit(
                structure=structure,
                entered_on=day - timedelta(days=400 + 9 * n),
                left_on=max(min(day, this_year), day - timedelta(days=190 - 11 * n)),
                hours=600 + 25 * n,
                category=category,
                agreed_on=day - timedelta(days=195) if n == 0 else None,
            )
            for n, category in enumerate(categories)
        ]
        PersonExit.objects.bulk_create(rows)
        for network in networks:
            grant_sharing(
                structure=structure,
                network=network,
                figure_class=SharingAgreement.FigureClass.EXITS,
                may_see=True,
                may_compose=False,
                by=None,
                on=day,
            )

"""Contracts won tell trades, through the one door that members opens for it."""

import pytest
from django.utils import timezone

from cordee.members.models import Activity
from cordee.opportunities import trade_guesses
from cordee.opportunities.models import AwardedContract, ContractHolder
from tests.members.makers import make_structure

pytestmark = pytest.mark.django_db


def award(siret, trade, number, source="decp"):
    contract = AwardedContract.objects.create(
        source=source, source_id=str(number), trade=trade, reader_version="1", digest=str(number)
    )
    ContractHolder.objects.create(contract=contract, siret=siret)


def test_contracts_are_counted_by_trade():
    structure = make_structure("Passerelles")
    award(structure.siret, "proprete", 1)
    award(structure.siret, "proprete", 2)
    award(structure.siret, "espaces-verts", 3)
    award(structure.siret, "", 4)
    won = trade_guesses.awards_of([structure.siret, "00000000000000"])
    assert {siret: dict(trades) for siret, trades in won.items()} == {
        structure.siret: {"proprete": 2, "espaces-verts": 1}
    }


def test_the_schedule_writes_guesses_once():
    structure = make_structure("Passerelles")
    award(structure.siret, "proprete", 1)
    assert trade_guesses.run(timezone.now()) == 1
    activity = Activity.objects.get()
    assert activity.guess_reason == "d’après 1\u202fmarché remporté"
    assert trade_guesses.run(timezone.now()) == 0
    assert Activity.objects.count() == 1

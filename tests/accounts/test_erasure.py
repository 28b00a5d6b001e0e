"""Erasing an account erases the person, and keeps what that person did, without a name."""

import json
from io import StringIO
from typing import Any

import pytest
from django.apps import apps
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command

from cordee.accounts.models import JournalEntry, User
from cordee.composing import actions as alliances
from cordee.composing.models import Composition, Proposal
from cordee.mobilisation.actions import rank_structures
from cordee.opportunities.actions.correcting import correct_fact
from cordee.opportunities.models import Correction
from tests.composing.conftest import DAY, own_valley, person

__all__ = ["own_valley", "person"]
pytestmark = pytest.mark.django_db
ADDRESS = "reseau@cordee.example"


def everything_stored() -> str:
    """Every row of every table, as text."""
    rows = []
    for model in apps.get_models():
        names = [field.attname for field in model._meta.concrete_fields]
        rows += [[str(value) for value in row] for row in model.objects.values_list(*names)]
    return json.dumps(rows, ensure_ascii=False)


def test_erasing_leaves_no_name_and_no_address(own_valley, person, signed_in_client: Any) -> None:
    user, opportunity = person("reseau"), own_valley.opportunity("berges")
    breakdown = opportunity.latest_breakdown()
    composition = own_valley.compose("berges", by=user)
    alliances.keep_proposal(composition=composition, origin="best", by=user)
    rank_structures(breakdown=breakdown, viewer=own_valley.viewer, by=user)
    correct_fact(opportunity=opportunity, fact="title", value="Berges", by=user, on=DAY)
    reader = signed_in_client(user)
    assert ADDRESS in everything_stored()
    name, entries = user.display_name, JournalEntry.objects.count()
    call_command("erase_account", ADDRESS.upper(), stdout=StringIO())
    assert ADDRESS not in everything_stored()
    assert name not in everything_stored()
    assert not User.objects.filter(email=ADDRESS).exists()
    assert not any("_auth_user_id" in s.get_decoded() for s in Session.objects.all())
    assert reader.get("/alliances/").status_code == 302
    assert Composition.objects.get().made_by is None
    assert Proposal.objects.get().kept_by is None
    assert Correction.objects.get().by is None
    assert JournalEntry.objects.count() == entries + 2  # their seat, their account


def test_an_unknown_address_is_said(db: None) -> None:
    with pytest.raises(CommandError, match="aucun compte"):
        call_command("erase_account", "personne@cordee.example")

"""The campaign of the demo: three answers of four, one of them heard; a draft beside it."""

from datetime import timedelta
from typing import Any

import pytest

from cordee.mobilisation.campaigns import boards
from cordee.mobilisation.models import Answer, Ask, Campaign
from cordee.notices.notice import NeedKind
from cordee.opportunities.models import Opportunity
from demo.campaigns import load_campaigns
from demo.needs import post_jobs
from tests.composing.conftest import DAY, loaded_valley, valley

__all__ = ["loaded_valley", "valley"]

pytestmark = pytest.mark.django_db


def test_the_valley_answers(valley: Any) -> None:
    load_campaigns(DAY)
    sent = Campaign.objects.sent().get()
    rows = boards.rows_of(boards.recipients_of([sent]), sent.network)
    told = {
        row.structure.name: row.answer.choice if row.answer else row.standing.slug for row in rows
    }
    assert told == {
        "Rives et Sentiers": Answer.Choice.TEAM,
        "Val Mirel Environnement": Answer.Choice.NOT_NOW,
        "Pierre et Chaux": Answer.Choice.EITHER,
        # The director who can sign in has it to do.
        "Les Jardins de la Verdoire": "silence",
    }
    assert sent.sent_at is not None
    assert sent.sent_at.date() <= DAY - timedelta(days=2)
    assert Campaign.objects.filter(state=Campaign.State.DRAFT).count() == 1
    assert all(row.structure.phone for row in rows)


def test_a_post_of_a_company_is_answered_and_another_waits_to_be_asked(valley: Any) -> None:
    for _ in range(2):
        post_jobs(DAY)
        load_campaigns(DAY)
    asked, other = Opportunity.objects.filter(need_kind=NeedKind.LABOUR).order_by("pk")
    ask = Ask.objects.get(opportunity=asked)
    assert ask.structure.name == "Les Jardins de la Verdoire"
    assert Answer.objects.get(ask=ask).choice == Answer.Choice.ALONE
    assert not Ask.objects.filter(opportunity=other).exists()


def test_loading_again_writes_nothing(valley: Any) -> None:
    load_campaigns(DAY)
    before = (Campaign.objects.count(), Answer.objects.count())
    load_campaigns(DAY)
    assert (Campaign.objects.count(), Answer.objects.count()) == before

"""Kept rankings and teams say that they are to be done again, by what they were computed from."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test.utils import CaptureQueriesContext

from cordee.accounts.models import User
from cordee.alliances.frame.mails import leaders_of
from cordee.composing.actions import keep_proposal
from cordee.composing.models import Composition, mark_outdated
from cordee.mobilisation.actions.rankings import rank_structures
from cordee.opportunities.actions.correcting import correct_fact, withdraw_correction
from cordee.opportunities.facts import FACTS
from cordee.opportunities.models import Opportunity
from tests.composing.conftest import DAY
from tests.members.makers import make_person
from tests.opportunities.makers import confirm_all
from tests.strict_client import StrictClient

pytestmark = pytest.mark.django_db
SignIn = Callable[[Any], StrictClient]
MARK = "À refaire"


@pytest.fixture
def person(valley: Any) -> User:
    return make_person("composeuse@exemple.fr", role="network_staff", network=valley.network)


def said(opportunity: Opportunity, fact: str, value: Any, by: User) -> Any:
    lot = opportunity.current().notice.lots[0].id if FACTS[fact].per_lot else ""
    return correct_fact(opportunity=opportunity, fact=fact, lot=lot, value=value, by=by, on=DAY)


def test_a_team_and_its_lists_carry_the_mark_while_the_notice_says_otherwise(
    valley: Any, person: User, signed_in_client: SignIn
) -> None:
    composition = valley.compose("berges", by=person)
    keep_proposal(composition=composition, origin="best", by=person)
    opportunity = valley.opportunity("berges")
    client = signed_in_client(person)
    pages = (
        f"/alliances/{composition.pk}/",
        "/alliances/",
        f"/alliances/composer/{opportunity.pk}/",
    )

    def marks() -> list[bool]:
        found = [client.get(page) for page in pages]
        assert [each.status_code for each in found] == [200, 200, 200]
        return [MARK in each.content.decode() for each in found]

    assert marks() == [False] * 3
    waiting = said(opportunity, "months", 60, person)
    assert waiting.ground == ""
    assert marks() == [False] * 3, "what waits changes nothing"
    confirm_all()
    assert marks() == [True] * 3
    waiting.refresh_from_db()
    withdraw_correction(correction=waiting, by=person, on=DAY)
    assert marks() == [False] * 3, "the same work again: what was found holds"


def test_lists_ask_a_fixed_number_of_questions(valley: Any, person: User) -> None:
    from django.db import connection

    for slug in ("berges", "mobilier"):
        valley.compose(slug, by=person)
    rows = list(Composition.objects.select_related("breakdown"))
    with CaptureQueriesContext(connection) as asked:
        mark_outdated(rows)
    assert len(rows) > 1
    assert len(asked) == 1


def test_a_kept_ranking_stays_to_be_read_and_says_so(
    valley: Any, person: User, signed_in_client: SignIn
) -> None:
    opportunity = valley.opportunity("berges")
    rank_structures(breakdown=opportunity.latest_breakdown(), viewer=valley.viewer, by=person)
    client = signed_in_client(person)
    page = f"/opportunites/{opportunity.pk}/candidats/"
    assert MARK not in client.get(page).content.decode()
    said(opportunity, "months", 60, person)
    confirm_all()
    assert MARK in client.get(page).content.decode()
    client.post(page)
    assert MARK not in client.get(page).content.decode()


def test_nobody_leads_where_no_alliance_runs(valley: Any) -> None:
    assert leaders_of(valley.opportunity("berges")) == []

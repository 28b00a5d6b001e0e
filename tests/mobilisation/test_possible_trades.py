"""What is only possible for a structure: three lines of a digest at most; no other mail or list."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db.models import QuerySet

from cordee.accounts import mail_actions, mailing
from cordee.accounts.models import User
from cordee.base.mail.models import OutgoingMail
from cordee.members.models import Network, Structure
from cordee.mobilisation import night
from cordee.mobilisation.actions.digests import choose_digest
from cordee.mobilisation.campaigns.concerned import _lines as concerned_lines
from cordee.mobilisation.digests import selection, sending
from cordee.mobilisation.feeds.content import _of_network, _of_structure
from cordee.mobilisation.models import DigestChoice, DigestItem
from cordee.opportunities.models import Opportunity, OpportunityPlace
from cordee.opportunities.verdicts import open_possible
from tests.members.makers import join, make_network
from tests.mobilisation.open_work import MONDAY, make_open

pytestmark = pytest.mark.django_db
WEEK = timedelta(days=7)
KIND = sending.POSSIBLE_KIND


def chosen(structure: Structure, by: User, **values: Any) -> DigestChoice:
    asked = {"weekday": 0, "band": 7, "trades": [], "radius_km": None}
    asked |= {"threshold": "enough"} | values
    return choose_digest(structure=structure, values=asked, by=by, now=MONDAY - WEEK)


def make_possible(*percents: int, **values: Any) -> list[Opportunity]:
    """Open contracts that nothing asserts for anybody, known on the day before the digest."""
    made = Opportunity.objects.bulk_create(
        Opportunity(
            **{
                "title": f"Prestations sûres à {percent} pour cent",
                "deadline": MONDAY + timedelta(days=30),
                "source": "boamp",
                "possible_trades": {"espaces-verts": {"percent": percent, "words": "abords"}},
            }
            | values
        )
        for percent in percents
    )
    QuerySet.update(
        Opportunity.objects.filter(pk__in=[each.pk for each in made]),
        created_at=MONDAY - timedelta(days=1),
    )
    OpportunityPlace.objects.bulk_create(
        OpportunityPlace(
            opportunity=each,
            department_id="38",
            commune_id="38002",
            label="Roche-Mirel",
            latitude=45.1,
            longitude=5.5,
        )
        for each in made
    )
    return made


def sent() -> OutgoingMail:
    return OutgoingMail.objects.get(kind="digest")


def test_three_at_most_after_the_others_the_most_likely_first(
    structure: Structure, director: User
) -> None:
    make_open()
    make_possible(30, 70, 50, 60)
    chosen(structure, director)
    assert sending.run(MONDAY) == 1
    text = " ".join(sent().text.split())
    order = [text.index(words) for words in ("Entretien", "Peut-être pour vous", "à 70", "à 60")]
    assert order == sorted(order)
    assert "à 50 pour cent" in text
    assert "à 30 pour cent" not in text
    assert "À 11 km, peut-être votre métier : espaces verts, réponse avant" in text
    assert sent().subject.startswith("1 opportunité ")
    assert DigestItem.objects.count() == 1


def test_it_makes_no_mail_leave_and_is_told_once(structure: Structure, director: User) -> None:
    make_possible(70)
    chosen(structure, director)
    assert sending.run(MONDAY) == 0
    make_open(in_days=40)
    assert sending.run(MONDAY + WEEK) == 1
    assert "Peut-être pour vous" not in sent().text, "it was known the week before"


@pytest.mark.parametrize("values", [{"trades": ["proprete"]}, {"radius_km": 10}])
def test_trades_and_radius_are_those_chosen(
    structure: Structure, director: User, values: dict[str, Any]
) -> None:
    make_possible(70)
    owners = selection.owners_of([chosen(structure, director, **values)], on=MONDAY.date())
    nothing = [selection.Selection((), 0)]
    found = selection.possible_items(owners, nothing, open_possible(MONDAY), on=MONDAY.date())
    assert not found.get(structure.pk)


def test_what_the_selection_tells_is_not_told_again_below(
    structure: Structure, director: User
) -> None:
    """She asked for another trade too, in which the contract is asserted."""
    first, second = make_possible(70, 60)
    owners = selection.owners_of([chosen(structure, director)], on=MONDAY.date())
    told = [selection.Selection([selection.Item(first, {})], 0)]
    found = selection.possible_items(owners, told, open_possible(MONDAY), on=MONDAY.date())
    assert [item.opportunity for item in found[structure.pk]] == [second]


def test_its_link_stops_it_alone_and_her_page_puts_it_back(
    structure: Structure, director: User, client: Any, signed_in_client: Callable[..., Any]
) -> None:
    make_open(2, in_days=50)
    make_possible(70)
    chosen(structure, director)
    sending.run(MONDAY)
    address = mailing.foot_for(KIND, person=director)["unsubscribe_url"]
    assert address in sent().text
    stopping = client.post(address.removeprefix("http://localhost:8000"))
    assert stopping.status_code == 302
    assert mailing.people_who_want([director], kind="digest") == {director.pk}
    OutgoingMail.objects.all().delete()
    make_open(in_days=50)
    make_possible(80)
    Opportunity.objects.update(created_at=MONDAY + timedelta(days=1))
    page = signed_in_client(director)
    assert "Les marchés peut-être pour moi" in page.get("/compte/courriers/").text
    here = f"/annuaire/{structure.pk}/selection/"
    assert "Peut-être pour vous" not in page.get(here).text
    sending.run(MONDAY + WEEK)
    assert "Peut-être pour vous" not in sent().text
    mail_actions.resume_mail(stop=mailing.Stop(KIND, person_pk=director.pk))
    make_possible(90)
    Opportunity.objects.update(created_at=MONDAY + timedelta(days=8))
    assert "Peut-être pour vous" in page.get(here).text


def test_no_campaign_relay_coverage_or_feed_meets_it(structure: Structure, director: User) -> None:
    (call,) = make_possible(90)
    network: Network = make_network("Réseau du Val")
    join(structure, network)
    on, every = MONDAY.date(), Opportunity.objects.all()
    assert not night.open_packages(MONDAY).exists(), "rankings, coverage, verdicts, teams"
    assert not concerned_lines(call, [structure]), "campaigns and relays"
    assert not _of_structure(every, structure, directs=True).exists()
    assert not _of_network(every, network, on).exists()
    owners = selection.owners_of([chosen(structure, director)], on=on)
    work = selection.open_work(on=on, now=MONDAY)
    assert not selection.select_for(owners, work, on=on)[0].items

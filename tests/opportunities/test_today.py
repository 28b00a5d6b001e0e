"""What waits in opportunities: a need to read over, a question on one's own need."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from cordee.accounts.models import User
from cordee.members.models import Network, RoleSeat
from cordee.members.sharing import Viewer
from cordee.members.today.waiting import lines_of
from cordee.opportunities import today
from cordee.opportunities.actions.needs import decide_need
from cordee.opportunities.models import Opportunity, SourceState
from tests.members.makers import make_network, make_person
from tests.opportunities.makers import make_opportunity, post_need

pytestmark = pytest.mark.django_db
Role = RoleSeat.Role


def lines(person: User) -> list[str]:
    now = timezone.now()
    return [
        line.what
        for line in lines_of([today.lines], Viewer.of(person, timezone.localdate(now)), now)
    ]


@pytest.fixture
def network() -> Network:
    SourceState.objects.create(source="boamp", last_success=timezone.now())
    return make_network("Réseau du Val")


@pytest.fixture
def buyer() -> User:
    return make_person("ana@exemple.fr", role=Role.BUYER)


def test_a_need_waits_for_those_who_read_it_over(network: Network, buyer: User) -> None:
    nadia = make_person("nadia@exemple.fr", role=Role.NETWORK_STAFF, network=network)
    other = make_person("eve@exemple.fr", role=Role.DELEGATE, network=make_network("Large"))
    need = post_need(buyer, network)
    audience = need.audiences.get()
    title = f"Un besoin à relire\u00a0: {need.title}"
    assert (lines(nadia), lines(other), lines(buyer)) == ([title], [], [])
    now = timezone.now()
    decide_need(state="asked", audience=audience, words="Quel jour ?", by=nadia, now=now)
    assert (lines(nadia), lines(buyer)) == ([], ["Réseau du Val vous pose une question"])


def test_it_waits_for_a_week_or_until_the_deadline(network: Network, buyer: User) -> None:
    nadia = make_person("nadia@exemple.fr", role=Role.NETWORK_STAFF, network=network)
    need, now = post_need(buyer, network), timezone.now()
    viewer = Viewer.of(nadia, timezone.localdate(now))
    for days in (30, 3, 0):
        deadline = now + timedelta(days=days, seconds=1)
        Opportunity.objects.filter(pk=need.pk).update(deadline=deadline)
        (line,) = lines_of([today.lines], viewer, now)
        until = min(timezone.localdate(now) + timedelta(days=7), timezone.localdate(deadline))
        assert line.until == until
    Opportunity.objects.filter(pk=need.pk).update(deadline=now)
    assert lines_of([today.lines], viewer, now) == []


def test_who_looks_after_the_house_reads_that_no_notice_comes(
    network: Network, tmp_path: Path
) -> None:
    nadia = make_person("nadia@exemple.fr", role=Role.NETWORK_STAFF, network=network)
    below = make_network("Délégation", network)
    eve = make_person("eve@exemple.fr", role=Role.NETWORK_STAFF, network=below)
    ana = make_person("ana@exemple.fr", role=Role.DELEGATE, network=network)
    assert lines(nadia) == []
    SourceState.objects.update(last_success=None)
    step = "Connecter les sources d’avis"
    assert (lines(nadia), lines(eve), lines(ana)) == ([step], [], [])
    make_opportunity(tmp_path)
    assert lines(nadia) == []

"""A need that is still read over mobilises nobody: neither campaign, nor feed, nor composition."""

from typing import Any

import pytest
from django.utils import timezone

from cordee.mobilisation.campaigns.access import may_relay, posts_of, relayable
from cordee.opportunities.actions.needs import decide_need
from tests.members.makers import make_network, make_person, make_valley
from tests.opportunities.makers import post_need

pytestmark = pytest.mark.django_db


def test_a_network_relays_what_it_has_published(signed_in_client: Any) -> None:
    make_valley()
    network, other = make_network("Réseau du Val"), make_network("Autre")
    delegation = make_network("Délégation du Val", parent=network)
    nadia = make_person("nadia@exemple.fr", role="network_staff", network=network)
    below = make_person("delegue@exemple.fr", role="delegate", network=delegation)
    beside = make_person("autre@exemple.fr", role="network_staff", network=other)
    company = make_person("entreprise@exemple.fr", role="company")
    need, now, on = post_need(company, network, other), timezone.now(), timezone.localdate()

    def relaying() -> list[tuple[bool, bool]]:
        found = []
        for person in (nadia, below, beside):
            (post,) = posts_of(person)
            listed = relayable(person, post, on=on, now=now).filter(pk=need.pk).exists()
            found.append((may_relay(post, need), listed))
        return found

    assert relaying() == [(False, False)] * 3
    audience = need.audiences.get(network=network)
    decide_need(state="published", audience=audience, by=nadia, now=now)
    assert relaying() == [(True, True), (True, True), (False, False)]
    decide_need(state="refused", audience=audience, words="Trop loin", by=nadia, now=now)
    assert relaying() == [(False, False)] * 3


def test_nobody_composes_for_a_need_still_read_over(signed_in_client: Any) -> None:
    make_valley()
    network = make_network("Réseau du Val")
    nadia = make_person("nadia@exemple.fr", role="network_staff", network=network)
    company = make_person("entreprise@exemple.fr", role="company")
    need = post_need(company, network)
    address = f"/alliances/composer/{need.pk}/"
    for person in (company, nadia):
        assert signed_in_client(person).get(address).status_code == 404
    decide_need(state="published", audience=need.audiences.get(), by=nadia, now=timezone.now())
    for person in (company, nadia):
        assert signed_in_client(person).get(address).status_code == 200

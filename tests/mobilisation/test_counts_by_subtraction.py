"""Counts by subtraction: two worlds differ by one thing that the reader may not see, and every
page that counts it reads the same in both, or differs by a band (docs/decisions/0018).
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from cordee.members.models import (
    Activity,
    Certification,
    Convention,
    Crew,
    Network,
    Programme,
    Structure,
)
from cordee.mobilisation.models import Ask
from cordee.notices.notice import NeedKind
from cordee.opportunities.actions.needs import save_step, start_draft
from cordee.opportunities.models import Opportunity, ProgrammeAttachment, WorkPackage
from tests.members.makers import join, make_network, make_person, make_structure, make_valley, share
from tests.mobilisation.campaign_makers import make_call
from tests.mobilisation.proposals.makers import make_proposal, many, relay, say
from tests.mobilisation.worlds import read, worlds
from tests.opportunities.makers import make_opportunity
from tests.opportunities.programmes.makers import NOW, make_programme
from tests.strict_client import StrictClient

pytestmark = pytest.mark.django_db
SignIn = Callable[[Any], StrictClient]
ON = NOW.date()


@pytest.fixture(autouse=True)
def noon(at: Callable[[datetime], datetime]) -> datetime:
    return at(NOW + timedelta(hours=3))


# --- The team of a programme ------------------------------------------------------------------


@pytest.fixture
def programme(db: None) -> Programme:
    return make_programme()


@pytest.fixture
def proposed(call: Opportunity, programme: Programme) -> list[Network]:
    """Four networks with a proposal each; three ask four structures, and two of each answer."""
    networks = [make_network(f"Réseau {letter}") for letter in "ABCD"]
    for network in networks:
        make_proposal(programme, call, network)
    for network in networks[:3]:
        relay(network, call, many(4), ["alone", "not_now"])
    return networks


def team_pages(client: StrictClient, programme: Programme) -> list[str]:
    here = f"/programmes/{programme.slug}/"
    more = ("", "propositions/", "propositions/resume/", "proposer/")
    return [read(client, here + each) for each in more]


def one_answer(network: Network, choice: str = "not_now") -> None:
    silent = Ask.objects.filter(answers=None, recipients__campaign__network=network).first()
    assert silent is not None
    say(silent, choice, network, later=5)


def test_a_team_s_pages_hide_one_structure_and_one_answer(
    programme: Programme, call: Opportunity, proposed: list[Network], signed_in_client: SignIn
) -> None:
    a, _, c, d = proposed
    client = signed_in_client(
        make_person("equipe@exemple.fr", role="programme_team", programme=programme)
    )
    outside = make_network("Réseau de passage")
    told = []
    for _ in worlds(
        lambda: None,
        lambda: one_answer(a),
        lambda: one_answer(a, "alone"),
        lambda: relay(c, call, many(1)),
        lambda: relay(outside, call, many(9), ["alone"] * 9),
        lambda: relay(a, make_call("Un autre marché"), many(9), ["alone"] * 9),
        lambda: relay(d, call, many(1)),
    ):
        told.append(team_pages(client, programme))
    assert "10 à 14" in told[0][1]
    for other in told[1:-1]:
        assert other == told[0]
    for _ in worlds(lambda: relay(c, call, many(3))):
        assert "15 à 19" in team_pages(client, programme)[1]
    # A network that relays is counted: nothing else has changed than that it decided.
    bands = [page.count("10 à 14") + page.count("5 à 9") for page in told[0]]
    assert [page.count("10 à 14") + page.count("5 à 9") for page in told[-1]] == bands


def test_a_team_s_reader_of_a_network_cannot_subtract_her_own(
    programme: Programme, call: Opportunity, proposed: list[Network], signed_in_client: SignIn
) -> None:
    """What their own network adds, by tens, changes nothing; nor does the third of the others."""
    a, b, _, d = proposed
    person = make_person("equipe@exemple.fr", role="programme_team", programme=programme)
    client = signed_in_client(person)
    person.seats.create(role="delegate", network=a)
    told = []
    for _ in worlds(
        lambda: None,
        lambda: relay(a, call, many(20), ["alone"] * 20),
        lambda: one_answer(b),
        lambda: relay(b, call, many(20), ["alone"] * 20),
    ):
        told.append(team_pages(client, programme))
    assert told[1] == told[2] == told[3] == told[0]
    relay(d, call, many(4), ["alone", "not_now"])
    told = []
    for _ in worlds(
        lambda: None,
        lambda: relay(a, call, many(20), ["alone"] * 20),
        lambda: one_answer(b),
    ):
        told.append(team_pages(client, programme))
    assert "10 à 14" in told[0][1]
    assert told[1] == told[2] == told[0]


def test_a_network_s_proposals_do_not_tell_what_others_did_of_them(
    programme: Programme, call: Opportunity, proposed: list[Network], signed_in_client: SignIn
) -> None:
    b, c, d = proposed[1:]
    client = signed_in_client(make_person("reseau@exemple.fr", role="network_staff", network=d))
    addresses = ["/mobilisation/propositions/", "/mobilisation/propositions/resume/"]
    addresses += [f"/reseaux/{d.slug}/accueil/", f"/programmes/opportunite/{call.pk}/"]
    addresses += [reverse("campaigns:home"), reverse("campaigns:panel", args=[call.pk])]

    def refuses() -> None:
        c.proposals.update(state="declined", reason="too_late", decided_at=timezone.now())

    told = []
    for _ in worlds(
        lambda: None,
        lambda: one_answer(b, "alone"),
        lambda: relay(c, call, many(9), ["alone"] * 9),
        refuses,
    ):
        told.append([read(client, each) for each in addresses])
    assert call.title in told[0][0]
    assert told[1] == told[2] == told[3] == told[0]


# --- The people of a network --------------------------------------------------------------------


@pytest.fixture
def family(network: Network, lot: WorkPackage) -> tuple[Network, Network, Network]:
    """A parent, its delegation, and a stranger; each with one member near the lot."""
    delegation = make_network("Délégation du Val", parent=network)
    stranger = make_network("Réseau du Large")
    for each in (network, delegation):
        near(f"Membre de {each.name}", each)
    join(Structure.objects.get(name=f"Membre de {network.name}"), stranger)
    near("Étrangère", stranger)
    return network, delegation, stranger


@pytest.fixture
def lot(network: Network, tmp_path: Path) -> WorkPackage:
    """Green spaces at Roche-Mirel, open when the tests read."""
    make_valley()
    opportunity = make_opportunity(tmp_path)
    Opportunity.objects.update(deadline=NOW + timedelta(days=20))
    return WorkPackage.objects.get(breakdown=opportunity.latest_breakdown())


def near(name: str, network: Network) -> Structure:
    made = make_structure(
        name, commune_id="38002", department_id="38", latitude=45.1, longitude=5.5
    )
    Activity.objects.create(chantier=made.chantiers.get(), trade="espaces-verts", reach_km=40)
    join(made, network)
    return made


def desk_pages(client: StrictClient, *networks: Network) -> list[str]:
    told = []
    for network in networks:
        here = f"/reseaux/{network.slug}/"
        more = ("", "accueil/", "echeances/", "silences/", "couverture/")
        told += [read(client, here + each) for each in more]
    return told


@pytest.mark.parametrize("reader", ["parent", "delegate", "delegation"])
def test_the_home_of_a_network_hides_what_it_may_not_see(
    reader: str,
    family: tuple[Network, Network, Network],
    lot: WorkPackage,
    signed_in_client: SignIn,
) -> None:
    """Teams, papers, agreements, requests, asks and answers of others: no count moves."""
    parent, delegation, stranger = family
    seat: dict[str, Any] = {
        "parent": {"role": "network_staff", "network": parent},
        "delegate": {"role": "delegate", "network": parent, "department_id": "38"},
        "delegation": {"role": "network_staff", "network": delegation},
    }[reader]
    client = signed_in_client(make_person("lectrice@exemple.fr", **seat))
    # Where two are in reach, no team is looked at: one alone, whose team is closed.
    alone = Structure.objects.get(name=f"Membre de {delegation.name}")
    other = Structure.objects.get(name=f"Membre de {parent.name}")
    Activity.objects.filter(chantier__structure=other).update(trade="proprete")
    call = lot.breakdown.opportunity
    Crew.objects.create(chantier=alone.chantiers.get(), name="Équipe", places=1)

    def figures() -> None:
        soon = ON + timedelta(days=9)
        Crew.objects.update(places=60, weekly_minutes=35 * 60)
        for each in (alone, other):
            Certification.objects.create(structure=each, name="Qualiopi", valid_until=soon)
            Convention.objects.create(
                structure=each,
                number=f"ACI0382600{each.pk}",
                state="VALIDE",
                starts_on=ON - timedelta(days=300),
                ends_on=soon,
                posts_cfte=1250,
            )

    def agreements(*networks: Network) -> None:
        figures()
        for network in networks:
            for each in (alone, other):
                for kind in ("network", "private"):
                    share(each, network, kind)

    hidden = [network for network in family if network != seat["network"]]

    def asks() -> None:
        near("Une de plus", stranger)
        for network in hidden:
            relay(network, call, [alone, other, *many(3)], ["not_now", "alone"])

    changes = [figures, lambda: agreements(*hidden), asks]
    seen = [parent, delegation] if reader == "parent" else [seat["network"]]
    told = [desk_pages(client, *seen) for _ in worlds(lambda: None, *changes)]
    assert "etat-inconnu" in told[0][4]
    for number, pages in enumerate(told[1:]):
        for before, after in zip(told[0], pages, strict=True):
            assert after == before, f"{reader}: change {number} shows"
    # These pages do look at what is open to them.
    for _ in worlds(lambda: agreements(seat["network"])):
        shown = desk_pages(client, *seen)
    assert shown[1] != told[0][1]
    assert shown[4] != told[0][4]


# --- Everybody ----------------------------------------------------------------------------------


@pytest.mark.parametrize("reader", ["nobody", "company", "peer"])
def test_what_everybody_reads_hides_one_structure_and_one_answer(
    reader: str,
    family: tuple[Network, Network, Network],
    lot: WorkPackage,
    at: Callable[[datetime], datetime],
    signed_in_client: SignIn,
) -> None:
    """Before the end and after it: the lists, the pages of a call, of a network, of a member."""
    parent, delegation, stranger = family
    member = Structure.objects.get(name=f"Membre de {parent.name}")
    call = lot.breakdown.opportunity
    programme = make_programme()
    ProgrammeAttachment.objects.create(
        programme=programme, opportunity=call, is_by_hand=True, reason="Site", at=NOW
    )
    for network in family:
        make_proposal(programme, call, network)
    relay(parent, call, many(7), ["not_now"] * 6)
    relay(delegation, call, many(4))
    relay(stranger, call, many(1))
    one_more = many(1)
    seats: dict[str, dict[str, Any]] = {
        "nobody": {},
        "company": {"role": "company"},
        "peer": {"role": "director", "structure": Structure.objects.get(name="Étrangère")},
    }
    person = None if reader == "nobody" else make_person("qui@exemple.fr", **seats[reader])
    addresses = ["/", "/annuaire/", f"/annuaire/{member.pk}/", "/reseaux/", "/programmes/"]
    addresses += [f"/reseaux/{network.slug}/" for network in family]
    addresses += [f"/programmes/{programme.slug}/", f"/programmes/{programme.slug}/export/"]
    addresses += ["/opportunites/", f"/opportunites/{call.pk}/"]
    addresses += [
        reverse("opportunities:lots", args=[call.pk]),
        reverse("opportunities:notice", args=[call.pk]),
        reverse("campaigns:panel", args=[call.pk]),
        reverse("campaigns:home"),
    ]
    after_the_end = ["/opportunites/", f"/opportunites/{call.pk}/", "/mobilisation/sans-suite/"]
    if reader == "company" and person is not None:
        draft = start_draft(kind=NeedKind.CONTRACT, by=person)
        typed = {"trade": "espaces-verts", "place": "Éragnes", "deadline": "2026-12-20"}
        save_step(draft=draft, step="ou", typed=typed)
        addresses.append(reverse("mobilisation:need_reach", args=[draft.pk]))

    def figures() -> None:
        Crew.objects.create(chantier=member.chantiers.get(), name="Équipe", places=60)
        Certification.objects.create(structure=member, name="Qualiopi", valid_until=ON)
        for network in family:
            share(member, network, "network")
            share(member, network, "private")
        parent.proposals.update(state="declined", reason="too_late", decided_at=NOW)

    def answers() -> None:
        relay(parent, call, one_more)
        relay(stranger, call, [member], ["not_now"])
        one_answer(parent)

    def pages() -> list[str]:
        told = []
        for moment, read_then in ((NOW, addresses), (NOW + timedelta(days=60), after_the_end)):
            at(moment + timedelta(hours=3))
            client = StrictClient() if person is None else signed_in_client(person)
            told += [read(client, each) for each in read_then]
        return told

    told = [pages() for _ in worlds(lambda: None, figures, answers)]
    for number, found in enumerate(told[1:]):
        for address, before, after in zip(
            [*addresses, *after_the_end], told[0], found, strict=True
        ):
            assert after == before, f"{reader}, {address}: change {number} shows"
    if reader != "nobody":
        assert "10 à 14" in told[0][-1]
    if reader == "company":
        assert "Délégation du Val" in told[0][len(addresses) - 1]

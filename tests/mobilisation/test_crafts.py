"""One craft of finishing works never answers for another, wherever structures meet a package."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from cordee.alliances.law import trades_of
from cordee.alliances.requirements import line_of
from cordee.alliances.table.measures import columns_of
from cordee.composing import problem as composing
from cordee.composing.models import Outcome
from cordee.composing.problem import sentences
from cordee.members.models import Activity, Chantier, Crew, Network, Structure
from cordee.members.network_access import desk_or_none
from cordee.members.sharing import Viewer
from cordee.mobilisation import actions, pages, problem
from cordee.mobilisation.campaigns.concerned import concerned
from cordee.mobilisation.feeds.content import entries_of
from cordee.mobilisation.models import FeedKey
from cordee.mobilisation.problem.candidates import SearchOverride, matches_of
from cordee.mobilisation.watch import reach
from cordee.opportunities.models import Opportunity, OpportunityTrade, VerdictKind, WorkPackage
from cordee.opportunities.verdicts import for_structure
from cordee.rules.crafts import TRADE
from tests.members.makers import (
    join,
    make_network,
    make_person,
    make_structure,
    make_valley,
    share,
)
from tests.opportunities.makers import ON, import_records, record

pytestmark = pytest.mark.django_db

MEMBERS: dict[str, list[str]] = {
    "Pinceaux": ["peinture", "sols"],
    "Tuyaux": ["plomberie"],
    "Silence": [],
    "Deux mains": ["peinture", "plomberie"],
}


@pytest.fixture
def network() -> Network:
    make_valley()
    found = make_network("Réseau du Val")
    for name, crafts in MEMBERS.items():
        make_member(name, found, crafts)
    return found


def make_member(name: str, network: Network, crafts: list[str]) -> Structure:
    at = {"commune_id": "38002", "department_id": "38", "latitude": 45.1, "longitude": 5.5}
    # No ceiling: all that decides is known, but for a craft that was not told.
    structure = make_structure(name, kind="EI", is_claimed=True, **at)
    chantier = Chantier.objects.get(structure=structure)
    Activity.objects.create(chantier=chantier, trade=TRADE, crafts=crafts)
    Crew.objects.create(chantier=chantier, name="Équipe", places=12)
    join(structure, network)
    share(structure, network, "network", may_see=True, may_compose=True)
    return structure


@pytest.fixture
def works(network: Network, tmp_path: Path) -> Opportunity:
    """Plumbing, then painting: two lots."""
    lots = [("Plomberie et chauffage", "45330000"), ("Peinture des salles", "45442100")]
    return make_works(tmp_path, "Entretien de la mairie", lots)


def make_works(folder: Path, title: str, lots: list[tuple[str, str]]) -> Opportunity:
    import_records(folder, record(f"26-{abs(hash(title)) % 90000}", title, lots=lots))
    return Opportunity.objects.get(title=title)


def packages_of(works: Opportunity) -> list[WorkPackage]:
    breakdown = works.latest_breakdown()
    assert breakdown is not None
    return list(breakdown.packages.order_by("position"))


def viewer_of(network: Network) -> Viewer:
    return Viewer.of_network(network, ON)


def ranked(works: Opportunity, network: Network) -> list[pages.PackageRanking]:
    breakdown = works.latest_breakdown()
    viewer = viewer_of(network)
    ranking = actions.rank_structures(breakdown=breakdown, viewer=viewer, by=None)
    return pages.rankings_of(ranking, viewer)


def test_each_package_asks_its_craft(works: Opportunity) -> None:
    assert [(row.craft, row.trade_label) for row in packages_of(works)] == [
        ("plomberie", "Plomberie et chauffage"),
        ("peinture", "Peinture"),
    ]
    trade = OpportunityTrade.objects.get(opportunity=works)
    assert (trade.trade, trade.crafts) == (TRADE, ["plomberie", "peinture"])


def test_candidates_of_a_lot_are_of_its_craft_and_who_has_not_told_is_asked(
    works: Opportunity, network: Network
) -> None:
    plumbing, painting = ranked(works, network)
    assert plumbing.trade == "Plomberie et chauffage"
    assert [line.name for line in plumbing.lines] == ["Tuyaux", "Deux mains", "Silence"]
    assert {line.name for line in painting.lines} == {"Pinceaux", "Deux mains", "Silence"}
    silent = plumbing.lines[-1]
    assert [term.certainty for term in silent.terms if term.label == "Métier"] == ["guessed"]
    away = "fait un autre corps d’état, pas de la plomberie et du chauffage"
    assert (1, away) in plumbing.aside


def test_the_page_of_candidates_says_why_a_painter_is_not_there(
    works: Opportunity, network: Network, signed_in_client: Any
) -> None:
    staff = make_person("equipe@exemple.fr", role="network_staff", network=network)
    client = signed_in_client(staff)
    ranked(works, network)
    page = client.get(reverse("mobilisation:ranking", args=[works.pk])).content.decode()
    assert "Tuyaux" in page
    assert "Pinceaux" not in page
    assert "fait un autre corps d’état" in page


def test_who_told_an_unknown_trade_only_stays_in_neither(
    works: Opportunity, network: Network
) -> None:
    Activity.objects.filter(chantier__structure__name="Silence").delete()
    plumbing, _ = ranked(works, network)
    assert {line.name for line in plumbing.lines} == {"Deux mains", "Tuyaux"}
    assert list(plumbing.unknown_trade_names) == ["Silence"]


def test_the_fast_ranking_agrees_with_the_readable_one(
    works: Opportunity, network: Network
) -> None:
    structures = list(Structure.objects.order_by("siret", "kind"))
    packages = problem.engine_packages(packages_of(works), on=ON)
    found = matches_of(packages, structures, viewer=viewer_of(network), wishes={})
    names = {each.pk: each.name for each in structures}
    met = {(names[pk], m.package) for pk, matches in found.by_structure.items() for m in matches}
    assert ("Pinceaux", 0) not in met
    assert ("Tuyaux", 1) not in met
    assert {name for name, package in met if package == 0} == {"Deux mains", "Tuyaux", "Silence"}
    for matches in found.by_structure.values():
        for match in matches:
            # Raises where the two notes differ; the trade is one that a row may hold.
            assert found.facts(match)["trade"] == TRADE


def test_a_wish_for_a_trade_looks_for_each_of_its_crafts(
    works: Opportunity, network: Network
) -> None:
    stranger = make_structure(
        "Autre", commune_id="38002", department_id="38", latitude=45.1, longitude=5.5
    )
    packages = problem.engine_packages(packages_of(works), on=ON)
    wishes = {stranger.pk: SearchOverride((TRADE,), 40)}
    found = matches_of(packages, [stranger], viewer=viewer_of(network), wishes=wishes)
    assert {match.package for match in found.by_structure[stranger.pk]} == {0, 1}


def test_a_team_has_each_craft_and_the_proof_says_who_was_supposed(
    works: Opportunity, network: Network
) -> None:
    Structure.objects.filter(name="Deux mains").update(is_closed=True)
    question = composing.pose(packages_of(works), viewer=viewer_of(network))
    answer = composing.solve(question, time_limit_s=3, seed=1)
    assert answer.outcome == Outcome.COMPOSED
    assert answer.certain.plan is not None
    held = {
        (share.package, question.known[share.candidate].name)
        for share in answer.certain.plan.shares
    }
    assert held == {("01", "Tuyaux"), ("02", "Pinceaux")}


def test_no_team_of_painters_does_the_plumbing(works: Opportunity, network: Network) -> None:
    Structure.objects.exclude(name="Pinceaux").update(is_closed=True)
    question = composing.pose(packages_of(works)[:1], viewer=viewer_of(network))
    answer = composing.solve(question, time_limit_s=2, seed=1)
    assert answer.outcome == Outcome.IMPOSSIBLE


def test_who_may_do_it_is_asked_before_it_is_counted_on(
    works: Opportunity, network: Network
) -> None:
    Structure.objects.exclude(name="Silence").update(is_closed=True)
    question = composing.pose(packages_of(works)[:1], viewer=viewer_of(network))
    answer = composing.solve(question, time_limit_s=2, seed=1)
    (supposed,) = sentences.guesses_of(answer.best, question.people_json)[:1]
    assert supposed.text == "Silence exerce ce métier\u00a0: plomberie et chauffage"
    assert answer.certain.plan is None


def test_a_campaign_asks_those_of_the_crafts(works: Opportunity, network: Network) -> None:
    members = Structure.objects.of_network(network, ON)
    asked = concerned(works, members, viewer=viewer_of(network))
    assert len(asked) == 4, "two lots: each does one of them"
    names = dict(members.values_list("pk", "name"))
    reasons = {names[each.structure_id]: each.reason for each in asked}
    assert reasons["Tuyaux"] == "Plomberie et chauffage, sur place (lot 1)."
    assert reasons["Pinceaux"] == "Peinture, sur place (lot 2)."
    assert "(supposé)" in reasons["Silence"]


def test_a_campaign_for_plumbing_asks_no_painter(network: Network, tmp_path: Path) -> None:
    works = make_works(tmp_path, "Réfection de la plomberie", [("Plomberie", "45330000")])
    members = Structure.objects.of_network(network, ON)
    names = dict(members.values_list("pk", "name"))
    for note in (True, False):
        if not note:
            # Without a point nothing can be ranked: trade and distance decide.
            Structure.objects.update(latitude=None, longitude=None)
        asked = concerned(works, members, viewer=viewer_of(network))
        assert {names[each.structure_id] for each in asked} == {"Tuyaux", "Deux mains", "Silence"}


def test_a_network_is_covered_for_a_craft_by_those_who_do_it(
    works: Opportunity, network: Network
) -> None:
    staff = make_person("equipe@exemple.fr", role="network_staff", network=network)
    desk = desk_or_none(staff, network)
    assert desk is not None
    open_now = reach.visible_packages(desk, on=ON, now=timezone.now())
    found = reach.members_in_reach(desk, open_now, on=ON)
    names = dict(Structure.objects.values_list("pk", "name"))
    by_craft = {
        package.craft: {names[each.structure] for each in found[package.pk]} for package in open_now
    }
    assert by_craft["plomberie"] == {"Tuyaux", "Deux mains", "Silence"}
    assert by_craft["peinture"] == {"Pinceaux", "Deux mains", "Silence"}


def test_a_painter_reads_that_plumbing_is_not_theirs(network: Network, tmp_path: Path) -> None:
    works = make_works(tmp_path, "Réfection de la plomberie", [("Plomberie", "45330000")])
    painter = Structure.objects.get(name="Pinceaux")
    now = timezone.now()
    line = for_structure(Viewer.of_structures({painter.pk}, ON), painter, [works], now)[works.pk]
    assert line.kind == VerdictKind.NOT_FOR_YOU
    assert line.reason == "Ce n’est pas votre métier\u00a0: plomberie et chauffage."


def test_a_whole_of_finishing_works_is_for_whoever_does_any_of_it(
    network: Network, tmp_path: Path
) -> None:
    works = make_works(tmp_path, "Réhabilitation", [("Second œuvre de l’école", "45400000")])
    assert [row.craft for row in packages_of(works)] == [""]
    (only,) = ranked(works, network)
    assert {line.name for line in only.lines} == set(MEMBERS)
    assert OpportunityTrade.objects.get(opportunity=works).crafts == []


def told_in_feed(structure: Structure) -> set[str]:
    person = make_person(f"{structure.pk}@exemple.fr", role="director", structure=structure)
    key = FeedKey.objects.create(person=person, kind="calendar", structure=structure)
    return {each.opportunity.title for each in entries_of(key, now=timezone.now())}


def test_a_feed_holds_no_lot_of_another_craft_and_all_where_none_was_told(
    network: Network, tmp_path: Path
) -> None:
    for title, lot in (
        ("Plomberie de la mairie", ("Plomberie et chauffage", "45330000")),
        ("Peinture de la mairie", ("Peinture des salles", "45442100")),
        ("Rénovation de la mairie", ("Corps d’état secondaires", "45400000")),
    ):
        make_works(tmp_path, title, [lot])
    every = set(Opportunity.objects.values_list("title", flat=True))
    assert len(every) == 3
    said = {one.name: told_in_feed(one) for one in Structure.objects.filter(name__in=MEMBERS)}
    assert said["Silence"] == said["Deux mains"] == every
    assert said["Pinceaux"] == every - {"Plomberie de la mairie"}
    assert said["Tuyaux"] == every - {"Peinture de la mairie"}


def test_a_line_of_an_alliance_asks_the_craft_of_its_package(
    works: Opportunity, network: Network
) -> None:
    plumbing, painting = map(line_of, packages_of(works))
    rows: Any = [
        SimpleNamespace(structure_id=one.pk, key=one.name)
        for one in Structure.objects.filter(name__in=MEMBERS)
    ]
    told, possible = trades_of(rows), trades_of(rows, supposed=True)
    assert {name for name, own in told.items() if plumbing.trade in own} == {"Tuyaux", "Deux mains"}
    assert {name for name, own in possible.items() if painting.trade in own} == {
        *("Pinceaux", "Deux mains", "Silence")
    }
    assert columns_of(SimpleNamespace(lines=[plumbing]))[0].trade == "Plomberie et chauffage"

"""« Est-ce pour moi ? »: what a verdict says, who reads it, what plain facts already tell."""

from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.template.loader import render_to_string
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cordee.members.models import Activity, Structure
from cordee.members.sharing import Viewer
from cordee.opportunities import verdicts
from cordee.opportunities.models import Opportunity, Verdict, VerdictKind
from tests.members.makers import make_person, make_structure, make_valley
from tests.opportunities.makers import ON, fill_list, make_opportunity

pytestmark = pytest.mark.django_db
NOW = timezone.now()


@pytest.fixture
def gardens() -> Structure:
    """Gardens at Saint-Aubin, 11 km from Roche-Mirel, that declare one trade."""
    make_valley()
    found = make_structure("Les Jardins", latitude=45.0, longitude=5.5, commune_id="38001")
    Activity.objects.create(
        chantier=found.chantiers.get(), trade="espaces-verts", certainty="known", reach_km=40
    )
    return found


@pytest.fixture
def call(gardens: Structure) -> Opportunity:
    return make_call()


def make_call(trade: str = "espaces-verts", **values: Any) -> Opportunity:
    fill_list(1)
    found = Opportunity.objects.latest("pk")
    found.trades.update(trade=trade)
    Opportunity.objects.filter(pk=found.pk).update(**{"reserved": "NONE"} | values)
    found.refresh_from_db()
    return found


def line(structure: Structure, opportunity: Opportunity) -> verdicts.VerdictLine:
    viewer = Viewer.of_structures({structure.pk}, ON)
    return verdicts.for_structure(viewer, structure, [opportunity], NOW)[opportunity.pk]


def keep(structure: Structure, opportunity: Opportunity, **values: Any) -> Verdict:
    return Verdict.objects.create(
        structure=structure,
        opportunity=opportunity,
        computed_at=NOW,
        **({"kind": VerdictKind.ALONE, "reason": "Une raison."} | values),
    )


@pytest.mark.parametrize(
    ("values", "title", "short", "look"),
    [
        ({"kind": "alone"}, "Oui, seule", "Seule", "sur"),
        ({"kind": "alone", "lot": "Tontes"}, "Oui, seule, pour un lot", "Seule", "sur"),
        ({"kind": "team", "size": 3}, "Oui, en équipe de trois", "À trois", "duo"),
        (
            {"kind": "team", "size": 3, "answers": 2},
            "Oui, à trois, si deux réponses arrivent",
            "À trois\u202f?",
            "inconnu",
        ),
        (
            {"kind": "team", "size": 2, "answers": 1},
            "Oui, à deux, si une réponse arrive",
            "À deux\u202f?",
            "inconnu",
        ),
        ({"kind": "not_then", "month": 2027 * 12 + 4}, "Non, pas en mai", "Pas en mai", "bloque"),
        ({"kind": "not_then"}, "Non, pas en l’état", "Pas en l’état", "bloque"),
        ({"kind": "unknown"}, "On ne sait pas encore", "À confirmer", "inconnu"),
        ({"kind": "not_for_you"}, "Pas pour vous", "Pas pour vous", "pas"),
    ],
)
def test_a_verdict_has_one_level_of_certainty(
    gardens: Structure, call: Opportunity, values: Any, title: str, short: str, look: str
) -> None:
    keep(gardens, call, **values)
    found = line(gardens, call)
    assert (found.title, found.short, found.look) == (title, short, look)
    html = render_to_string("opportunities/verdict.html", {"verdict": found})
    assert title in html
    assert f"verdict-{look}" in html


def test_why_me_says_trade_distance_size_and_reserved_in_this_order(
    gardens: Structure, call: Opportunity
) -> None:
    Opportunity.objects.filter(pk=call.pk).update(reserved="INSERTION")
    facts = {"trade": "espaces-verts", "distance_hm": 140, "need_cfte": 60, "free_cfte": 600}
    keep(gardens, call, **facts)
    call.refresh_from_db()
    assert [(mark.kind, mark.words) for mark in line(gardens, call).marks] == [
        ("sur", "espaces verts"),
        ("sur", "à 14\u202fkm"),
        ("sur", "0,6\u202fETP sur vos 6,0 libres"),
        ("sur", "réservé"),
    ]


def test_what_is_unknown_is_said_to_be_unknown(gardens: Structure, call: Opportunity) -> None:
    Opportunity.objects.filter(pk=call.pk).update(reserved="")
    call.refresh_from_db()
    keep(gardens, call, kind="unknown", trade="espaces-verts", is_trade_supposed=True)
    assert [(mark.kind, mark.words) for mark in line(gardens, call).marks] == [
        ("inconnu", "espaces verts\u202f?"),
        ("inconnu", "lieu exact inconnu"),
        ("inconnu", "taille inconnue"),
        ("inconnu", "réservé\u202f?"),
    ]


def test_before_any_computation_plain_facts_tell_what_they_can(gardens: Structure) -> None:
    found = line(gardens, make_call())
    assert found.title == "On ne sait pas encore"
    assert ("sur", "à 11\u202fkm") in [(mark.kind, mark.words) for mark in found.marks]
    other = line(gardens, make_call("proprete"))
    assert other.title == "Pas pour vous"
    assert other.reason.startswith("Ce n’est pas votre métier")
    closed = line(gardens, make_call(reserved="HANDICAP"))
    assert (closed.title, "handicap" in closed.reason) == ("Pas pour vous", True)
    in_part = line(gardens, make_call(reserved="HANDICAP", is_partly_reserved=True))
    assert in_part.title == "On ne sait pas encore"
    Activity.objects.filter(chantier__structure=gardens).update(reach_km=5)
    far = line(gardens, make_call())
    assert (far.title, far.reason) == (
        "Pas pour vous",
        "À 11\u202fkm\u00a0: vous allez jusqu’à 5\u202fkm.",
    )


def test_the_distance_says_which_place_it_is_to(gardens: Structure, call: Opportunity) -> None:
    """Of several places; and that one is in the structure's own commune."""

    def far(distance_hm: int) -> str:
        kept = keep(gardens, call, distance_hm=distance_hm)
        words = line(gardens, call).marks[1].words
        kept.delete()
        call._prefetched_objects_cache = {}  # type: ignore[attr-defined]
        return words

    assert far(110) == "à 11\u202fkm"
    own = {"department_id": "38", "commune_id": "38001", "label": "Saint-Aubin-sur-Verdoire"}
    here = call.places.create(**own, latitude=45.03, longitude=5.55)
    assert far(110) == "dans votre commune et à 11\u202fkm"
    assert far(51) == "dans votre commune et un autre lieu"
    here.delete()
    call.places.create(department_id="38", label="Éragnes", commune_id="38003", latitude=45.2)
    assert far(110) == "à 11\u202fkm (Roche-Mirel)"


def test_a_contract_in_ones_own_commune_is_not_told_in_kilometres(
    gardens: Structure, call: Opportunity
) -> None:
    call.places.update(commune="38001")
    keep(gardens, call, distance_hm=70)
    assert line(gardens, call).marks[1].words == "dans votre commune"


def test_the_middle_of_a_department_is_no_place(gardens: Structure, call: Opportunity) -> None:
    call.places.update(commune=None, is_supposed=True, label="Isère")
    words = [mark.words for mark in line(gardens, call).marks]
    assert "lieu exact inconnu" in words
    assert not any("km" in each for each in words)


def test_a_trade_that_nobody_declared_is_to_confirm(gardens: Structure, call: Opportunity) -> None:
    Activity.objects.filter(chantier__structure=gardens).update(certainty="guessed")
    assert ("inconnu", "espaces verts\u202f?") in [
        (mark.kind, mark.words) for mark in line(gardens, call).marks
    ]


def test_nobody_else_reads_it(gardens: Structure, call: Opportunity) -> None:
    keep(gardens, call)
    with pytest.raises(ValueError, match="not directed"):
        verdicts.for_structure(Viewer.of_structures(set(), ON), gardens, [call], NOW)


def test_it_takes_as_many_queries_for_one_as_for_many(gardens: Structure) -> None:
    calls = [make_call() for _ in range(6)]
    keep(gardens, calls[0])

    def queries(some: list[Opportunity]) -> int:
        viewer = Viewer.of_structures({gardens.pk}, ON)
        with CaptureQueriesContext(connection) as made:
            verdicts.for_structure(viewer, gardens, some, NOW)
        return len(made)

    assert queries(calls[:2]) == queries(calls) == 4


def test_best_first_then_nearest(gardens: Structure) -> None:
    calls = [make_call() for _ in range(5)]
    keep(gardens, calls[0], kind="not_then", distance_hm=10)
    keep(gardens, calls[1], kind="unknown", distance_hm=None)
    keep(gardens, calls[2], kind="unknown", distance_hm=90)
    keep(gardens, calls[3], kind="team", size=2, distance_hm=200)
    keep(gardens, calls[4], kind="alone", distance_hm=300)
    found = [each.opportunity_id for each in Verdict.objects.best_first()]
    assert found == [calls[n].pk for n in (4, 3, 2, 1, 0)]


def test_the_base_refuses_what_no_verdict_is(gardens: Structure, call: Opportunity) -> None:
    for wrong in ({"kind": "team"}, {"kind": "alone", "size": 2}, {"kind": "together"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            keep(gardens, call, **wrong)


def test_a_network_reads_how_many_members_together() -> None:
    found = verdicts.together(3, "Aucun n’y arrive seul.")
    assert (found.title, found.short, found.look) == ("Trois membres, ensemble", "À trois", "duo")


def test_the_page_of_a_contract_says_it_to_who_directs(
    gardens: Structure, tmp_path: Path, signed_in_client: Any
) -> None:
    call = make_opportunity(tmp_path)
    keep(gardens, call, kind="team", size=3, reason="Avec deux voisines.")
    zoe = make_person("zoe@jardins.example", role="director", structure=gardens)
    other = make_person("passant@exemple.example")
    here = f"/opportunites/{call.pk}/"
    assert "Oui, en équipe de trois" in signed_in_client(zoe).get(here).text
    assert "en équipe de trois" not in signed_in_client(other).get(here).text


def test_what_is_not_her_trade_asks_no_trade(gardens: Structure) -> None:
    found = line(gardens, make_call("proprete"))
    assert found.reason == "Ce n’est pas votre métier\u00a0: propreté."
    assert not [mark for mark in found.marks if mark.words.startswith("métier")]

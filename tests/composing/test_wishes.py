"""Wishes upon an answer, from the form to the variant, and who may ask them."""

from typing import Any

import pytest
from django.utils import timezone

from cordee.accounts.models import JournalEntry
from cordee.base.ui.french import THIN
from cordee.composing import actions, problem
from cordee.composing.models import Composition, Proposal
from cordee.composing.problem import wish_options, wish_search
from cordee.members.models import SharingAgreement, Structure
from cordee.members.sharing import FigureClass
from tests.composing.conftest import DAY, tell, whole

__all__ = ["tell"]

pytestmark = pytest.mark.django_db
RIVES = "Rives et Sentiers"


@pytest.fixture(autouse=True)
def day_of_the_valley(monkeypatch: Any) -> None:
    from datetime import UTC, datetime

    noon = datetime(2026, 11, 25, 11, 0, tzinfo=UTC)
    monkeypatch.setattr(timezone, "now", lambda: noon)


@pytest.fixture(autouse=True)
def time_enough(settings: Any) -> None:
    """Whatever else the machine does, be it to compile the engine, the short try ends."""
    settings.COMPOSE_SYNCHRONOUS_SECONDS = 600


@pytest.fixture
def reader(person, signed_in_client) -> Any:
    return signed_in_client(person("reseau"))


def ask(reader: Any, composition: Composition, kind: str, **sent: Any) -> Any:
    return reader.post(
        f"/alliances/{composition.pk}/et-si/", {"souhait": kind, **sent}, follow=True
    )


def variant() -> Composition:
    return Composition.objects.get(base__isnull=False)


def id_of(name: str) -> int:
    return Structure.objects.get(name=name).pk


# --- Each sort of wish ------------------------------------------------------------------------


def test_without_a_partner_another_takes_its_place_and_its_price_is_told(valley, reader) -> None:
    composition = valley.compose("berges")
    ask(reader, composition, "sans", structure=id_of(RIVES))
    page = whole(reader, variant())
    told = f"Sans Rives et Sentiers, l’équipe coûte 4{THIN}726{THIN}€ de plus."
    assert told in page
    assert "Avec Val Mirel Environnement, sans Rives et Sentiers." in page
    assert f'href="/alliances/{composition.pk}/"' in page, "the way back"
    asked = variant()
    assert asked.base == composition
    assert asked.problem["value"]["excluded"] == [
        Structure.objects.get(name=RIVES).organisation.siren
    ]
    assert problem.read_result(asked.best).verified


@pytest.mark.parametrize(
    ("kind", "sent", "told"),
    [
        ("avec", {"avec-structure": "val mirel"}, "Avec Val Mirel Environnement, l’équipe coûte"),
        (
            "taille",
            {"taille-structures": "2"},
            "Avec deux structures au plus, aucune équipe ne peut tout tenir.",
        ),
        ("rayon", {"rayon-km": "60"}, f"Avec un rayon de 60{THIN}km, rien ne change."),
        (
            "debut",
            {"debut-travaux": "01", "debut-mois": str(2027 * 12 + 4)},
            "qui commence en mai 2027,",
        ),
        (
            "besoin",
            {"besoin-travaux": "01", "besoin-etp": "1,2"},
            f"Avec 1,2{THIN}ETP demandés pour",
        ),
        (
            "entreprise",
            {
                "entreprise-nom": "Murs et Compagnie",
                "entreprise-metier": "gros-oeuvre-patrimoine",
                "entreprise-commune": "Vaubrune",
                "entreprise-etp": "1",
            },
            "Avec Murs et Compagnie en sous-traitance,",
        ),
        ("pencher", {"pencher-preferences": ["fewer_km"]}, "En préférant moins de kilomètres,"),
    ],
)
def test_every_sort_of_wish_makes_a_variant(
    valley, reader, kind: str, sent: dict[str, Any], told: str
) -> None:
    page = ask(reader, valley.compose("berges"), kind, **sent)
    assert page.status_code == 200
    assert told in page.content.decode()
    assert variant().outcome


def test_a_share_is_set(valley, reader) -> None:
    composition = valley.compose("berges")
    first = problem.read_result(composition.best)
    (share,) = [s for s in first.plan.shares if s.package == "02"]
    sent = {"part-structure": share.candidate, "part-travaux": "02", "part-etp": "0,8"}
    page = ask(reader, composition, "part", **sent).content.decode()
    assert f"Berges et sentiers\u00a0», 0,8{THIN}ETP, rien ne change." in page
    (limit,) = variant().problem["value"]["share_limits"]
    assert limit == {
        "candidate": share.candidate,
        "package": "02",
        "least_cfte": 80,
        "most_cfte": 80,
    }


def test_wishes_add_up_and_each_is_taken_back_alone(valley, reader) -> None:
    composition = valley.compose("berges")
    ask(reader, composition, "rayon", **{"rayon-km": "60"})
    first = variant()
    page = ask(reader, first, "sans", structure=id_of(RIVES)).content.decode()
    both = Composition.objects.exclude(pk__in=[composition.pk, first.pk]).get()
    assert both.base == composition, "always upon the first answer"
    assert f"Avec un rayon de 60{THIN}km et sans Rives et Sentiers," in page
    answer = reader.post(f"/alliances/{both.pk}/et-si/", {"souhait": "retirer", "place": "1"})
    assert answer["Location"] == f"/alliances/{first.pk}/"
    answer = reader.post(f"/alliances/{first.pk}/et-si/", {"souhait": "retirer", "place": "0"})
    assert answer["Location"] == f"/alliances/{composition.pk}/"


def test_a_double_click_asks_once(valley, reader) -> None:
    composition = valley.compose("berges")
    ask(reader, composition, "sans", structure=id_of(RIVES))
    ask(reader, composition, "sans", structure=id_of(RIVES))
    assert Composition.objects.filter(base=composition).count() == 1
    assert JournalEntry.objects.filter(verb="composing.request_wish").count() == 1


def test_a_leaning_is_kept_and_costs_stay_those_of_the_question(valley, reader) -> None:
    composition = valley.compose("berges")
    ask(reader, composition, "pencher", **{"pencher-preferences": ["fewer_km"]})
    leant = variant()
    assert leant.wishes["leanings"] == ["fewer_km"]
    weight = "travel_millicents_per_hm_cfte_month"
    weights = leant.problem["value"]["params"]["weights"]
    assert weights[weight] == 4 * composition.problem["value"]["params"]["weights"][weight]
    page = whole(reader, leant)
    cost = problem.read_result(composition.best).objective_cents
    assert f"{round(cost / 100):,}".replace(",", THIN) in page


def test_an_answer_under_wishes_can_be_kept(valley, reader) -> None:
    ask(reader, valley.compose("berges"), "sans", structure=id_of(RIVES))
    reader.post(f"/alliances/{variant().pk}/garder/", {"origin": "best"})
    assert Proposal.objects.get().composition == variant()
    assert "et si" in reader.get("/alliances/").content.decode()


# --- What cannot be asked ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "sent", "told"),
    [
        ("avec", {"avec-structure": "Personne"}, "n’est pas parmi les structures étudiées"),
        ("avec", {"avec-structure": ""}, "Il manque votre réponse."),
        ("taille", {"taille-structures": "1"}, "2"),
        ("rayon", {"rayon-km": "900"}, "« 900 » est trop grand"),
        (
            "besoin",
            {"besoin-travaux": "01", "besoin-etp": "beaucoup"},
            "« beaucoup » n’est pas un nombre",
        ),
        (
            "entreprise",
            {
                "entreprise-nom": "X",
                "entreprise-metier": "espaces-verts",
                "entreprise-commune": "Nulle-Part",
            },
            "« Nulle-Part » n’est pas une commune connue",
        ),
    ],
)
def test_an_error_names_the_field_the_value_and_the_cure(
    valley, reader, kind: str, sent: dict[str, str], told: str
) -> None:
    page = ask(reader, valley.compose("berges"), kind, **sent)
    text = page.content.decode()
    assert page.status_code == 200
    assert told in text
    for typed in sent.values():
        assert typed in text, "what was typed is kept"
    assert "<title>Erreur\u00a0: " in text
    assert not Composition.objects.filter(base__isnull=False).exists()


def test_a_share_above_the_need_says_the_most(valley, reader) -> None:
    composition = valley.compose("berges")
    share = problem.read_result(composition.best).plan.shares[0]
    sent = {"part-structure": share.candidate, "part-travaux": share.package, "part-etp": "9"}
    page = ask(reader, composition, "part", **sent)
    assert page.status_code == 200
    assert "Écrivez au plus" in page.content.decode()


def test_a_company_is_not_offered_where_every_lot_is_reserved(valley) -> None:
    composition = valley.compose("berges")
    posed = problem.read_problem(composition.problem)
    people = composition.people
    reserved = posed.replace(
        packages=tuple(
            type(p)(**{**{f: getattr(p, f) for f in p.__slots__}, "eligible_kinds": frozenset()})
            for p in posed.packages
        )
    )
    assert wish_options.Around(posed, None, people, this_month=0).open_trades
    assert wish_options.Around(reserved, None, people, this_month=0).open_trades == []


@pytest.mark.parametrize(
    "sent",
    [
        {"souhait": "rien"},
        {"souhait": "sans", "structure": "0"},
        {"souhait": "issue", "issue": "issue-9"},
        {"souhait": "avec-elle", "candidat": "x"},
        {"souhait": "retirer", "place": "x"},
    ],
)
def test_an_invented_wish_is_refused_in_words(valley, reader, sent: dict[str, str]) -> None:
    composition = valley.compose("berges")
    page = reader.post(f"/alliances/{composition.pk}/et-si/", sent, follow=True)
    assert "Ce souhait n’existe plus" in page.content.decode()
    assert Composition.objects.count() == 1


# --- Rights -----------------------------------------------------------------------------------


def test_nobody_wishes_upon_the_composition_of_others(
    valley, person, client, signed_in_client
) -> None:
    composition = valley.compose("berges")
    actions.open_to_all(composition=composition)
    address = f"/alliances/{composition.pk}/et-si/"
    sent = {"souhait": "sans", "structure": id_of(RIVES)}
    assert client.post(address, sent).status_code == 302
    assert signed_in_client(person("visiteur")).post(address, sent).status_code == 404
    assert Composition.objects.count() == 1
    page = whole(client, composition)
    assert "Sans elle" not in page
    assert 'id="et-si"' not in page


def test_figures_taken_back_are_not_reckoned_with_again(valley, person, reader) -> None:
    """Of somebody out of the team: the answer may be shown, and not asked again."""
    composition = valley.compose("berges")
    outside = Structure.objects.get(name="La Ressourcerie du Col")
    SharingAgreement.objects.filter(structure=outside).delete()
    assert reader.get(f"/alliances/{composition.pk}/").status_code == 200
    page = ask(reader, composition, "avec", **{"avec-structure": "ressourcerie"}).content.decode()
    assert "une structure a repris des chiffres. Composez à nouveau, puis essayez." in page
    assert not Composition.objects.filter(base__isnull=False).exists()
    page = whole(reader, composition, "?pourquoi=ressourcerie")
    assert "ses chiffres ne sont plus ouverts" in page


def test_a_variant_is_withheld_with_the_team_that_it_is_compared_with(valley, reader) -> None:
    """Rives is out of the new team; its share and its cost are in what changes."""
    ask(reader, valley.compose("berges"), "sans", structure=id_of(RIVES))
    SharingAgreement.objects.filter(
        structure__name=RIVES, figure_class=FigureClass.NETWORK
    ).delete()
    page = whole(reader, variant())
    assert "Cette équipe n’est plus montrée" in page
    assert "Sans Rives" not in page


def test_what_is_wished_comes_back_as_it_was_kept(valley) -> None:
    composition = valley.compose("berges")
    posed = problem.read_problem(composition.problem)
    around = wish_options.Around(posed, None, composition.people, this_month=0)
    wishes = (
        wish_options.make("pin", organisation="1"),
        wish_options.make("exclude", organisation="2"),
        wish_options.make("share", candidate="c", package="01", least_cfte=1, most_cfte=2),
        wish_options.make("size", max_partners=3),
        wish_options.make("radius", max_distance_km=30),
        wish_options.make("start", package="01", first_month=24_000),
        wish_options.make("need", package="01", need_cfte=10),
        wish_options.subcontractor("Murs", posed.packages[0].trade, (44.5, 3.5), None, around),
    )
    asked = wish_search.WishRequest(wishes).leaning(["fewer_km"])
    assert wish_search.read_wish_request(asked.as_json()) == asked
    assert asked.with_wish(wish_options.make("pin", organisation="2")).wishes[-1] != wishes[1]
    assert len(asked.with_wish(wish_options.make("pin", organisation="2")).wishes) == len(wishes)


def test_a_day_passes_and_the_first_question_keeps_its_own(valley, reader) -> None:
    composition = valley.compose("berges")
    ask(reader, composition, "sans", structure=id_of(RIVES))
    assert variant().computed_for == composition.computed_for == DAY


def test_a_leaning_that_is_sought_shows_prices_not_preferences(
    valley, reader, tell, settings: Any
) -> None:
    """While it runs, the cost is that of the question."""
    composition = valley.compose("berges")
    cost = problem.read_result(composition.best).objective_cents
    settings.COMPOSE_SYNCHRONOUS_SECONDS = 600
    ask(reader, composition, "pencher", **{"pencher-preferences": ["fewer_km"]})
    leant = variant()
    Composition.objects.filter(pk=leant.pk).update(state="running", progress={}, best={})
    pages: list[str] = []
    look = lambda: pages.append(reader.get(f"/alliances/{leant.pk}/").content.decode())  # noqa: E731
    tell(look)
    second = Composition.objects.get(pk=leant.pk)
    actions.run_composition(composition=second, time_limit_s=5, is_last=True)
    assert f"{round(cost / 100):,}".replace(",", THIN) in pages[0]

"""« Et si ? »: what each change gives, and that nothing is kept without a name."""

import pytest
from django.utils import timezone

from cordee.economics.models import Scenario
from cordee.economics.radar.what_if import WhatIfPage
from cordee.rules.months import month_number
from tests.economics.test_accounts import record
from tests.economics.test_headroom import BID, commit
from tests.economics.test_radar_cases import JANUARY, bid, radar
from tests.members.makers import make_person, make_structure

pytestmark = pytest.mark.django_db


@pytest.fixture
def structure():
    return make_structure("Les Jardins")


def tried(structure, kind, **typed) -> WhatIfPage:
    return WhatIfPage(radar(structure), [], {"sorte": kind, "essai": "1", **typed})


@pytest.mark.parametrize(
    ("kind", "typed", "figures"),
    [
        # A bid of 60 000 € over two years, half of it in the year: 80 000 / 300 000.
        (
            "marche",
            {"montant": "30 000", "depenses": "50", "debut": JANUARY + 6, "mois": 12},
            (9_500_000, 30_750_000),
        ),
        (
            "marche",
            {"montant": "30 000", "debut": JANUARY, "mois": 12},
            (11_000_000, 30_000_000),
        ),
        ("etaler", {"offre": "bid", "mois": 48}, (6_500_000, 30_000_000)),
        ("partenaire", {"offre": "bid", "montant": "24 000"}, (6_800_000, 30_000_000)),
        ("subvention", {"offre": "bid", "montant": "24 000"}, (6_800_000, 30_000_000)),
        (
            "embauche",
            {"montant": "24 000", "debut": JANUARY + 6, "mois": 12},
            (8_000_000, 31_200_000),
        ),
    ],
)
def test_what_each_change_gives(structure, kind, typed, figures):
    record(structure, receipts_cents=5_000_000)
    made = bid(structure, 60_000, months=24)
    typed = {name: made.pk if value == "bid" else value for name, value in typed.items()}
    position = tried(structure, kind, **typed).tried
    assert (position.receipts_cents, position.charges_cents) == figures


def test_a_grant_leaves_the_charges_and_a_partner_takes_them(structure):
    record(structure, receipts_cents=5_000_000, marginal_cost_share="0.5")
    made = bid(structure, 60_000)
    found = {
        kind: tried(structure, kind, offre=made.pk, montant="20 000").tried.charges_cents
        for kind in ("subvention", "partenaire")
    }
    assert found == {"subvention": 33_000_000, "partenaire": 32_000_000}


def test_a_derogation_raises_the_ceiling_of_the_case_only(structure):
    year = record(structure, receipts_cents=9_000_000)
    page = tried(structure, "derogation", taux="45")
    assert [case.position.is_above for case in page.cases] == [True, False]
    assert page.title == "Une dérogation : 2026 finirait à 30,0 %".replace(" :", "\u00a0:").replace(
        " %", "\u202f%"
    )
    year.refresh_from_db()
    assert year.derogation is None


@pytest.mark.parametrize(
    ("kind", "typed", "field", "words"),
    [
        ("derogation", {"taux": "60"}, "taux", "60\u202f%"),
        ("derogation", {"taux": "30"}, "taux", "plus de 30\u202f%"),
        ("partenaire", {"offre": "bid", "montant": "70 000"}, "montant", "60\u202f000"),
        ("etaler", {"offre": "bid"}, "mois", "Il manque"),
        ("etaler", {"offre": "bid", "mois": 12}, "mois", "plus de 12 mois"),
        ("marche", {"montant": "1", "debut": JANUARY + 12, "mois": 1}, "debut", str(JANUARY + 12)),
        ("marche", {"montant": "beaucoup", "debut": JANUARY, "mois": 12}, "montant", "beaucoup"),
        (
            "marche",
            {"montant": "1", "depenses": "130", "debut": JANUARY, "mois": 1},
            "depenses",
            "",
        ),
    ],
)
def test_what_cannot_be_is_told_by_its_field(structure, kind, typed, field, words):
    record(structure)
    made = bid(structure, 60_000)
    typed = {name: made.pk if value == "bid" else value for name, value in typed.items()}
    page = tried(structure, kind, **typed)
    assert page.tried is None
    assert list(page.form.errors) == [field]
    assert words in " ".join(page.form.errors[field])


def test_nothing_is_kept_until_it_is_named(structure, signed_in_client):
    today = month_number(timezone.localdate()) // 12 * 12
    record(structure, first_month=today)
    commit(structure, 100_000, first_month=today, state=BID)
    own = signed_in_client(make_person("d@exemple.fr", role="director", structure=structure))
    url = f"/annuaire/{structure.pk}/plafond/et-si/"
    asked = {"sorte": "derogation", "essai": "1", "taux": "45"}
    assert "finirait à" in own.get(url, asked).text
    assert own.post(url, asked).status_code == 422
    assert not Scenario.objects.exists()
    for number in range(5):
        own.post(url, asked | {"nom": f"Cas {number}"})
    assert Scenario.objects.count() == 4
    answer = own.post(url, asked | {"nom": "Cas 0"})
    assert "retirez-en un" in answer.text
    assert list(answer.context["naming"].errors) == ["nom"]
    kept = Scenario.objects.first()
    assert "Retirer «\u00a0Cas 0\u00a0»" in own.get(url).text
    own.post(url, {"retirer": "x"})
    own.post(url, {"retirer": kept.pk})
    assert not Scenario.objects.filter(pk=kept.pk).exists()
    assert own.post(url, asked | {"nom": "Cas 1"}).status_code == 422
    rival = make_person("x@exemple.fr", role="director", structure=make_structure("Ailleurs"))
    assert signed_in_client(rival).get(url).status_code == 404


def test_a_case_whose_contract_is_gone_is_left_out(structure):
    record(structure)
    made = bid(structure, 10_000)
    asked = {"sorte": "etaler", "essai": "1", "offre": str(made.pk), "mois": "24"}
    kept = Scenario(chantier=structure.chantiers.get(), name="Étaler", asked=asked)
    _, case = WhatIfPage(radar(structure), [kept], {}).cases
    assert case.title.startswith("Étaler\u00a0: Étaler un marché sur plus de mois, «")
    assert case.title.endswith(", 24 mois")
    made.delete()
    assert len(WhatIfPage(radar(structure), [kept], {}).cases) == 1

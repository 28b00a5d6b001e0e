"""« Vos ressources »: noted and corrected by who directs, and what they say of the structure."""

from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from cordee.accounts.models import JournalEntry
from cordee.economics import actions
from cordee.economics.cash import pages
from cordee.economics.cash.forecast import Forecast
from cordee.economics.models import Commitment, OpeningBalance, Resource, YearStatement
from cordee.members.models import Chantier, Convention
from cordee.rules.months import month_number
from tests.economics.test_cash import plain
from tests.members.makers import make_person, make_structure

TODAY = timezone.localdate()
NOW = month_number(TODAY)


@pytest.fixture
def structure(db):
    return make_structure("Les Jardins")


@pytest.fixture
def director(structure, signed_in_client):
    return signed_in_client(make_person("d@exemple.fr", role="director", structure=structure))


def typed(**values) -> dict[str, object]:
    return {
        "funder": "Le département",
        "amount_cents": "90 000",
        "certainty": "ACQUIS",
        "first_month": NOW + 2,
        "months": "3",
        "category": "COFINANCEMENT_DEPT",
    } | values


def add(client, structure, **values):
    data = {"chantier": structure.chantiers.first().pk} | typed(**values)
    url = reverse("economics:add_resource", args=[structure.pk])
    return client.post(url, data, follow=True)


def funded(structure, cents: int, **values) -> Resource:
    return Resource.objects.create(
        **{
            "chantier": structure.chantiers.first(),
            "funder": "La région",
            "category": "SUBVENTIONS",
            "amount_cents": cents,
            "certainty": "ACQUIS",
            "first_month": NOW,
        }
        | values
    )


def said(structure) -> dict[str, str]:
    found = Forecast(structure)
    told = pages.signs(found, TODAY)
    return {name: value.replace("\u202f", " ") or words for name, value, words in told}


def test_a_resource_is_noted_corrected_removed_and_put_back(structure, director):
    page = add(director, structure).text
    row = Resource.objects.get()
    assert (row.amount_cents, row.months, row.first_month) == (9_000_000, 3, NOW + 2)
    assert row.noted_by is not None
    assert "90\u202f000\u202f€ acquis</h1>" in page
    args = [structure.pk, row.pk]
    data = {"chantier": row.chantier_id} | typed(certainty="PROMIS", amount_cents="80 000")
    director.post(reverse("economics:resource", args=args), data)
    row.refresh_from_db()
    assert (row.amount_cents, row.certainty) == (8_000_000, "PROMIS")
    for _ in range(2):
        director.post(reverse("economics:remove_resource", args=args))
    page = director.get(reverse("economics:resources", args=[structure.pk])).text
    assert "Retirées par vous" in page
    assert "Aucune ressource notée</h1>" in page
    # What counts nowhere is put back before it is corrected.
    url = reverse("economics:resource", args=args)
    assert director.get(url).status_code == director.post(url, data).status_code == 404
    director.post(reverse("economics:restore_resource", args=args))
    assert Resource.objects.kept().get() == row
    lines = JournalEntry.objects.filter(verb__endswith="_resource").order_by("pk")
    assert [line.verb.removeprefix("economics.") for line in lines] == [
        "add_resource",
        "edit_resource",
        "remove_resource",
        "restore_resource",
    ]
    assert "000000" not in str([line.after for line in lines])


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"funder": ""}, "Il manque votre réponse"),
        ({"amount_cents": "0"}, "Écrivez au moins 0,01"),
        ({"amount_cents": "beaucoup"}, "« beaucoup » n’est pas un nombre"),
        ({"amount_cents": "-5"}, "est trop petit. Écrivez au moins"),
        ({"certainty": "PEUT-ETRE"}, "PEUT-ETRE"),
        ({"first_month": ""}, "Il manque votre réponse"),
        ({"months": "61"}, "Écrivez au plus 60"),
        ({"category": ""}, "Il manque votre réponse"),
    ],
)
def test_what_cannot_be_is_told_and_nothing_is_kept(structure, director, wrong, told):
    page = add(director, structure, **wrong)
    assert page.status_code == 422
    assert list(page.context["form"].errors) == list(wrong)
    assert told in plain(page.text)
    assert not Resource.objects.exists()


def test_a_structure_of_several_chantiers_says_for_which(structure, director):
    second = Chantier.objects.create(structure=structure, name="La serre")
    page = add(director, structure, chantier=second.pk).text
    assert Resource.objects.get().chantier == second
    assert "La serre" in page
    stray = make_structure("Une autre").chantiers.get()
    assert add(director, structure, chantier=stray.pk).status_code == 422


def test_a_resource_of_another_structure_is_not_found(structure, director):
    row = funded(make_structure("Une autre"), 100)
    for pk in (structure.pk, row.chantier.structure_id):
        url = reverse("economics:resource", args=[pk, row.pk])
        assert director.get(url).status_code == 404
        url = reverse("economics:remove_resource", args=[pk, row.pk])
        assert director.post(url).status_code == 404


# --- What they say -----------------------------------------------------------------------------


def test_each_indicator_without_its_figures_says_which_lacks(structure):
    told = said(structure)
    assert told["Plus gros financeur"] == "Il manque vos ressources acquises ou promises."
    assert told["Plus gros marché"] == "Il manque un marché signé."
    assert told["Ventes sur produits"] == "Il manque vos produits de l’année, poste par poste."
    assert told["Mois d’avance"] == f"Il manque vos charges de {TODAY.year}."
    assert told["Coût d’un poste"] == f"Il manque vos charges de {TODAY.year}."
    assert "heures" in told["Prix d’équilibre de l’heure"]


def test_the_indicators_of_a_structure_that_said_its_figures(structure):
    """Worked by hand, as in docs/rules/resources.md."""
    funded(structure, 5_000_000)
    funded(structure, 3_000_000, funder="Le département", certainty="PROMIS")
    funded(structure, 2_000_000, funder="La fondation")
    funded(structure, 9_000_000, funder="Le marché du samedi", category="VENTES")
    funded(structure, 9_000_000, funder="L’Europe", certainty="DEMANDE")
    for cents in (2_000_000, 2_000_000):
        Commitment.objects.create(
            chantier=structure.chantiers.get(),
            label="Les berges",
            state=Commitment.State.SIGNED,
            first_month=NOW,
            months=6,
            receipts_cents=cents,
        )
    actions.state_accounts(
        chantier=structure.chantiers.get(),
        first_month=TODAY.year * 12,
        basis=YearStatement.Basis.BUDGET,
        amounts={"PERSONNEL": 30_000_000, "VENTES": 8_400_000, "SUBVENTIONS": 23_600_000},
        by=None,
    )
    OpeningBalance.objects.create(structure=structure, month=NOW, balance_cents=7_500_000)
    assert said(structure)["Coût d’un poste"] == "Il manque votre annexe financière."
    Convention.objects.create(
        structure=structure,
        number="ACI038260001A0M0",
        state="VALIDE",
        starts_on=date(TODAY.year, 1, 1),
        ends_on=date(TODAY.year, 12, 31),
        posts_cfte=750,
    )
    assert said(structure) == {
        "Plus gros financeur": "50 %",
        "Dépendance": "0,38",
        "Plus gros marché": "50 %",
        "Ventes sur produits": "26 %",
        "Résultat": "20 000 €",
        "Mois d’avance": "3,0",
        "Coût d’un poste": "40 000 €",
        "Prix d’équilibre de l’heure": "Il manque vos heures de travail payées.",
    }
    Convention.objects.update(unit_cents=2_000_000)
    assert said(structure)["Plus gros financeur"] == "60 %", "the State, by its aid: 150 of 250"

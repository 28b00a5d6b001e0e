"""The first page of an opportunity: an answer, what to do next, what may exclude."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from cordee.accounts.models import User
from cordee.members.models import Activity, Network, Structure
from cordee.opportunities.first_page import MOST_CONDITIONS, ConditionLine
from cordee.opportunities.models import Opportunity, OpportunityPlace, Stage, Verdict, VerdictKind
from cordee.opportunities.views import page as page_views
from tests.members.makers import make_person, make_structure
from tests.opportunities.makers import (
    GREEN,
    SOFTWARE,
    import_records,
    in_days,
    make_opportunity,
    need,
    post_need,
    record,
)
from tests.strict_client import StrictClient

pytestmark = pytest.mark.django_db
SignIn = Callable[[Any], StrictClient]
LONG = (
    "Entretien des espaces verts, des berges, des murets et des sentiers de la vallée, année 2027"
)
CLOSING = (
    "Visite du site obligatoire le 10 décembre. Certiphyto exigé. Attestation d’assurance "
    "décennale. Trois références exigées. Bilans des trois derniers exercices. Groupement "
    "conjoint. Le titulaire réserve 450 heures à l’insertion professionnelle."
)


@pytest.fixture
def call(valley: Any, tmp_path: Path) -> Opportunity:
    return make_opportunity(tmp_path)


@pytest.fixture
def gardens(valley: Any) -> Structure:
    found = make_structure("Les Jardins", latitude=45.0, longitude=5.5, commune_id="38001")
    Activity.objects.create(
        chantier=found.chantiers.get(), trade="espaces-verts", certainty="known", reach_km=40
    )
    return found


@pytest.fixture
def zoe(gardens: Structure) -> User:
    return make_person("zoe@jardins.example", role="director", structure=gardens)


def page_of(client: StrictClient, opportunity: Opportunity, tab: str = "detail") -> str:
    response = client.get(reverse(f"opportunities:{tab}", args=[opportunity.pk]))
    assert response.status_code == 200
    return str(response.text)


def main_of(html: str) -> str:
    return html.partition("<main")[2].partition("</main>")[0]


def test_a_director_reads_the_verdict_and_one_filled_button(
    call: Opportunity, gardens: Structure, zoe: User, signed_in_client: SignIn
) -> None:
    Verdict.objects.create(
        structure=gardens,
        opportunity=call,
        kind=VerdictKind.TEAM,
        size=3,
        reason="Avec Rives et Chemins.",
        trade="espaces-verts",
        distance_hm=60,
        computed_at=timezone.now(),
    )
    main = main_of(page_of(signed_in_client(zoe), call))
    for words in (
        "Oui, en équipe de trois",
        "Avec Rives et Chemins.",
        "espaces verts",
        "6\u202fkm",
    ):
        assert words in main
    assert main.count("btn-primary") == 1
    assert "Composer une alliance" in main.partition("btn-primary")[2][:200]


def test_what_is_not_computed_is_said_unknown(
    call: Opportunity, zoe: User, signed_in_client: SignIn
) -> None:
    main = main_of(page_of(signed_in_client(zoe), call))
    assert "On ne sait pas encore" in main
    assert "Cherchez une équipe" in main
    assert "Ouvrez-le" not in main
    assert "L’avis ne dit ni le montant" in main


def test_what_is_supposed_is_said_before_the_answer_with_where_to_correct_it(
    call: Opportunity, gardens: Structure, zoe: User, signed_in_client: SignIn
) -> None:
    said = "L’avis ne dit ni le montant"
    correct = reverse("opportunities:correct", args=[call.pk, "amount"])
    client = signed_in_client(zoe)
    main = main_of(page_of(client, call))
    assert main.index(said) < main.index("Cherchez une équipe")
    assert correct in main
    visitor = main_of(page_of(StrictClient(), call))
    assert said in visitor
    assert correct not in visitor
    Activity.objects.update(trade="proprete")
    assert said not in main_of(page_of(client, call)), "not their trade: its size decides nothing"


def test_a_long_title_is_cut_at_a_word_and_whole_in_the_notice(
    valley: Any, tmp_path: Path, nadia: User, signed_in_client: SignIn
) -> None:
    call = make_opportunity(tmp_path, title=LONG)
    client = signed_in_client(nadia)
    for tab in ("detail", "lots", "questions"):
        heading = page_of(client, call, tab).partition("<h1>")[2].partition("</h1>")[0]
        assert heading.endswith("…")
        assert len(heading) < 80
        assert LONG.startswith(heading[:-1])
    assert f"<h1>{LONG}</h1>" in page_of(client, call, "notice")


def test_conditions_are_five_at_most_with_their_words(
    valley: Any, tmp_path: Path, nadia: User, signed_in_client: SignIn
) -> None:
    content = record()
    content["donnees"]["MAPA"]["initial"]["renseignements"] = {"rensgComplt": CLOSING}
    call = make_opportunity(tmp_path, donnees=content["donnees"])
    main = main_of(page_of(signed_in_client(nadia), call))
    shown = main.partition('class="portes"')[2]
    assert shown.count("<li>") == MOST_CONDITIONS
    assert "Visite obligatoire" in shown
    assert "Visite du site obligatoire le 10 décembre" in shown
    assert f"/opportunites/{call.pk}/avis/#avis-lu" in shown
    assert main.count("<a ") <= 12


def test_nothing_said_is_no_line(call: Opportunity, nadia: User, signed_in_client: SignIn) -> None:
    call.questions_sent.all().delete()
    main = main_of(page_of(signed_in_client(nadia), call))
    assert "Visite" not in main
    assert "Assurance" not in main


@pytest.mark.parametrize(
    ("looks", "closes"),
    [
        (["sur sur"], False),
        (["sur sur", "vigilance attente"], False),
        (["sur sur", "vigilance vigilance"], True),
    ],
)
def test_only_what_may_exclude_may_close(
    call: Opportunity, nadia: User, signed_in_client: SignIn, monkeypatch: pytest.MonkeyPatch,
    looks: list[str], closes: bool,
) -> None:  # fmt: skip
    rows = [ConditionLine(*look.split(), "Les trois ensemble", "", "Avis", "/") for look in looks]
    monkeypatch.setattr(page_views, "condition_lines", lambda *_: rows)
    main = main_of(page_of(signed_in_client(nadia), call))
    assert ("Ce qui peut fermer la porte" in main) is closes
    assert ("L’avis ne dit rien qui ferme la porte" in main) is not closes


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"deadline": None}, ["délai inconnu", "le profil d’acheteur la dit"]),
        ({"months": None}, ["inconnue"]),
        ({"stage": Stage.CANCELLED}, ["L’acheteur a annulé ce marché"]),
        ({"deadline": timezone.now() - timedelta(days=3)}, ["Ce marché est clos"]),
    ],
)
def test_each_state_has_its_plain_sentence(
    call: Opportunity, zoe: User, signed_in_client: SignIn, changes: dict[str, Any], said: list[str]
) -> None:
    Opportunity.objects.filter(pk=call.pk).update(**changes)
    main = main_of(page_of(signed_in_client(zoe), call))
    assert [words for words in said if words not in main] == []
    if "stage" in changes or changes.get("deadline"):
        assert "btn-primary" not in main
        assert "Ce qui peut fermer la porte" not in main


def test_an_unknown_place_is_said_to_be_unknown(
    call: Opportunity, zoe: User, signed_in_client: SignIn
) -> None:
    client = signed_in_client(zoe)
    OpportunityPlace.objects.update(is_supposed=True, commune=None, label="Isère")
    assert "Isère, commune inconnue" in page_of(client, call)
    OpportunityPlace.objects.all().delete()
    assert "lieu inconnu" in page_of(client, call)


def test_a_change_of_the_notice_is_told_with_what_it_moves(
    valley: Any, tmp_path: Path, zoe: User, signed_in_client: SignIn
) -> None:
    call = make_opportunity(tmp_path)
    later = record("26-10002", deadline=in_days(40), nature="RECTIFICATIF")
    later["annonce_lie"] = ["26-10001"]
    import_records(tmp_path, later)
    main = main_of(page_of(signed_in_client(zoe), Opportunity.objects.get(pk=call.pk)))
    assert "L’acheteur a rectifié l’avis" in main
    assert "Date limite repoussée" in main
    assert f"/opportunites/{call.pk}/avis/#histoire" in main


def test_work_that_is_not_ours_is_said_not_to_be(
    valley: Any, tmp_path: Path, zoe: User, signed_in_client: SignIn
) -> None:
    call = make_opportunity(tmp_path, title="Logiciel", lots=[("Logiciel", SOFTWARE)])
    main = main_of(page_of(signed_in_client(zoe), call))
    assert "Hors de nos métiers" in main
    assert "Composer" not in main


def test_a_need_says_that_it_is_one_and_when_it_is_withdrawn(
    network: Network, nadia: User, signed_in_client: SignIn, tmp_path: Path
) -> None:
    import_records(tmp_path, need(), network=network)
    private = Opportunity.objects.get()
    html = page_of(signed_in_client(nadia), private)
    assert "besoin privé, pour" in html
    assert "pour répondre" in html
    assert "déposer l’offre" not in html
    Opportunity.objects.update(stage=Stage.CANCELLED)
    assert "Ce besoin est retiré" in page_of(signed_in_client(nadia), private)


def test_its_author_is_led_to_it(network: Network, valley: Any, signed_in_client: SignIn) -> None:
    author = make_person("achat@usine.example", role="company")
    private = post_need(author, network)
    client = signed_in_client(author)
    assert "Aucun réseau n’a encore publié ce besoin" in page_of(client, private)
    private.audiences.update(state="published", decided_at=timezone.now())
    main = main_of(page_of(client, private))
    assert "Gérer mon besoin" in main.partition("btn-primary")[2][:200]


# --- Who reads it -----------------------------------------------------------------------------


def test_a_visitor_reads_what_is_public_and_may_enter(
    call: Opportunity, client: StrictClient
) -> None:
    html = page_of(client, call)
    main = main_of(html)
    assert f"/compte/connexion/?next=%2Fopportunites%2F{call.pk}%2F" in main
    assert "Ce qui est demandé" in main
    assert "Entrez pour lire si ce marché est pour votre structure" in main
    assert "jours" in main
    assert "corriger" not in main
    for tab in ("lots", "notice", "questions"):
        answer = client.get(reverse(f"opportunities:{tab}", args=[call.pk]))
        assert answer["Location"].startswith("/compte/connexion/")


def test_a_visitor_does_not_learn_that_a_need_exists(
    network: Network, client: StrictClient, tmp_path: Path
) -> None:
    import_records(tmp_path, need(), network=network)
    private = Opportunity.objects.get()
    answers = [client.get(f"/opportunites/{pk}/") for pk in (private.pk, 10**9)]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert all(answer["Location"].startswith("/compte/connexion/") for answer in answers)


@pytest.mark.parametrize(
    ("role", "place", "verb"),
    [("", {}, "Trouver ma structure"), ("buyer", {"department_id": "38"}, "")],
)
def test_who_does_not_answer_reads_what_is_asked(
    call: Opportunity, signed_in_client: SignIn, role: str, place: dict[str, str], verb: str
) -> None:
    person = make_person("qui@exemple.fr", **({"role": role} | place if role else {}))
    main = main_of(page_of(signed_in_client(person), call))
    assert "Ce qui est demandé" in main
    assert "On ne sait pas" not in main
    assert ("btn-primary" in main) is bool(verb)
    assert verb in main


def test_of_a_contract_won_the_answer_is_who(
    call: Opportunity, zoe: User, signed_in_client: SignIn
) -> None:
    Opportunity.objects.filter(pk=call.pk).update(stage=Stage.AWARDED)
    main = main_of(page_of(signed_in_client(zoe), call))
    assert "Ce marché est attribué" in main
    assert "pour déposer" not in main


def test_each_tab_is_a_link_with_an_address(
    valley: Any, tmp_path: Path, nadia: User, signed_in_client: SignIn
) -> None:
    call = make_opportunity(tmp_path, lots=[("Tonte", GREEN), ("Taille", GREEN)])
    client = signed_in_client(nadia)
    for tab, words in (
        ("detail", "Pour vous"),
        ("lots", "Les 2\u202flots"),
        ("notice", "Tout l’avis"),
        ("questions", "Questions"),
    ):
        html = page_of(client, call, tab)
        assert html.count('aria-current="page">' + words + "</a>") == 1
        assert html.partition('class="onglets"')[2].partition("</ul>")[0].count("<a ") == 4

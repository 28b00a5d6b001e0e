"""The pages of programmes: what they say, what they do not know, what their team does."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest

from cordee.accounts.models import User
from cordee.members.actions.programmes import load_programmes, save_line
from cordee.members.models import Programme, ProgrammeCommitment, RoleSeat
from cordee.opportunities.actions.programmes import place_by_hand
from cordee.opportunities.models import (
    AwardedContract,
    ContractHolder,
    ProgrammeAttachment,
    ProgrammeRule,
)
from cordee.opportunities.programmes.progress import progress_of, promises_of
from tests.members.makers import make_network, make_person, make_structure, make_valley
from tests.opportunities.programmes.makers import NOW, make_need, make_programme
from tests.strict_client import StrictClient

pytestmark = pytest.mark.django_db
Client = StrictClient
SignIn = Callable[[User], StrictClient]


@pytest.fixture(autouse=True)
def valley() -> None:
    make_valley()


@pytest.fixture
def programme() -> Programme:
    return make_programme("Rénovation du Val", "38")


@pytest.fixture
def team(programme: Programme, signed_in_client: SignIn) -> StrictClient:
    person = make_person("equipe@exemple.fr", role="programme_team", programme=programme)
    return signed_in_client(person)


@pytest.fixture
def reader(signed_in_client: SignIn) -> StrictClient:
    return signed_in_client(make_person("lectrice@exemple.fr"))


def attach(programme: Programme, *titles: str, **values: object) -> None:
    for title in titles:
        need = make_need(title, **values)  # type: ignore[arg-type]
        place_by_hand(programme=programme, opportunity=need, reason="Site", by=None, now=NOW)


def test_the_list_parts_what_runs_what_comes_and_what_is_memory(reader: StrictClient) -> None:
    year = date.today().year  # noqa: DTZ011
    make_programme("Ancien", starts_on=date(2018, 1, 1), ends_on=date(2020, 1, 1))
    make_programme("Présent", starts_on=date(2020, 1, 1), ends_on=date(year + 3, 1, 1))
    make_programme("Lointain", starts_on=date(year + 3, 1, 1), ends_on=date(year + 4, 1, 1))
    page = reader.get("/programmes/").content.decode()
    assert page.index("En cours") < page.index("Présent") < page.index("À venir")
    assert page.index("Lointain") < page.index("En mémoire") < page.index("Ancien")


def test_a_visitor_is_asked_to_sign_in(client: StrictClient, programme: Programme) -> None:
    assert client.get(f"/programmes/{programme.slug}/").status_code == 302


def test_shipped_programmes_say_their_sources_and_what_nobody_knows(reader: StrictClient) -> None:
    load_programmes()
    paris = reader.get("/programmes/paris-2024/").content.decode()
    assert "10\u202f%" in paris
    assert "25\u202f%" in paris
    assert "Charte de la SOLIDEO du 5 juillet 2018" in paris
    assert "2 874 641 heures" in paris
    assert "Ce programme est terminé" in paris
    alpes = reader.get("/programmes/alpes-2030/").content.decode()
    assert "À confirmer" in alpes
    assert "10\u202f%" not in alpes
    assert "Nous ne les avons pas trouvées" in alpes


def test_loading_again_changes_nothing_and_leaves_what_a_team_holds() -> None:
    load_programmes()
    before = list(ProgrammeCommitment.objects.order_by("pk").values())
    assert load_programmes()[1] == []
    assert list(ProgrammeCommitment.objects.order_by("pk").values()) == before
    alpes = Programme.objects.get(slug="alpes-2030")
    make_person("equipe@exemple.fr", role="programme_team", programme=alpes)
    line = alpes.commitments.get(kind="hours_share")
    line.value = Decimal("0.07")
    save_line(line=line, by=None)
    assert load_programmes()[1] == ["Alpes françaises 2030"]
    line.refresh_from_db()
    assert line.value == Decimal("0.07")


def test_every_shipped_line_has_a_source_and_a_date_or_a_doubt() -> None:
    load_programmes()
    for programme in Programme.objects.all():
        lines = [*programme.commitments.all(), *programme.facts.all()]
        assert len(lines) >= 5
        for line in lines:
            assert len(line.source) > 10, line
            assert (line.checked_on is not None) == (line.confidence == "sourced"), line


def test_the_page_lists_filters_sorts_and_exports(
    programme: Programme, reader: StrictClient
) -> None:
    attach(programme, "Tonte des berges", department="38", trade="espaces-verts")
    attach(programme, "Ménage de l’école", department="73", amount_cents=5_000_000)
    address = f"/programmes/{programme.slug}/"
    assert "2 opportunités" in reader.get(address).content.decode().replace("\u202f", " ")
    filtered = reader.get(address + "?departement=38").content.decode()
    assert "Tonte des berges" in filtered
    assert "Ménage de l’école" not in filtered
    by_amount = reader.get(address + "?tri=-montant").content.decode()
    assert by_amount.index("Ménage de l’école") < by_amount.index("Tonte des berges")
    rows = b"".join(reader.get(address + "export/?departement=73").streaming_content).decode()  # type: ignore[attr-defined]
    assert "Ménage de l’école" in rows
    assert "Tonte" not in rows


def test_closed_opportunities_are_shown_unless_asked_otherwise(
    programme: Programme, reader: StrictClient
) -> None:
    attach(programme, "Chantier fini", stage="awarded")
    address = f"/programmes/{programme.slug}/"
    assert "Chantier fini" in reader.get(address).content.decode()
    assert "Chantier fini" not in reader.get(address + "?delai=").content.decode()


def test_pages_take_as_many_queries_for_three_as_for_thirty(
    programme: Programme, count_queries: Callable[..., int]
) -> None:
    person = make_person("equipe@exemple.fr", role="programme_team", programme=programme)
    paths = ["", "avancement/"]
    attach(programme, *(f"Marché {n}" for n in range(3)), department="38", trade="espaces-verts")
    few = [count_queries(f"/programmes/{programme.slug}/{path}", person) for path in paths]
    few.append(count_queries("/programmes/", person))
    attach(programme, *(f"Lot {n}" for n in range(27)), department="38", trade="espaces-verts")
    make_programme("Un autre")
    many = [count_queries(f"/programmes/{programme.slug}/{path}", person) for path in paths]
    many.append(count_queries("/programmes/", person))
    assert few == many
    assert max(many) <= 25


def test_the_team_previews_a_rule_before_keeping_it(
    programme: Programme, team: StrictClient
) -> None:
    make_need("Tonte des berges", department="38")
    make_need("Tonte d’ailleurs", department="73")
    address = f"/programmes/{programme.slug}/regles/nouvelle/"
    assert "Quels avis sont de ce programme" in team.get(address).content.decode()
    shown = team.get(address, {"mots": "tonte", "lieux": "on", "apercu": "1"})
    page = shown.content.decode().replace("\u202f", " ")
    assert "1 opportunité convient aujourd’hui" in page
    assert "Tonte des berges" in page
    assert "Tonte d’ailleurs" not in page
    assert not ProgrammeRule.objects.exists(), "a GET keeps nothing"
    kept = team.post(address, {"mots": "tonte", "lieux": "on", "apercu": "1"})
    assert kept.status_code == 302
    assert ProgrammeAttachment.objects.get().opportunity.title == "Tonte des berges"
    again = team.post(address, {"mots": "tonte", "lieux": "on", "apercu": "1"})
    assert again.status_code == 422
    assert "existe déjà" in again.content.decode()


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({}, "Demandez au moins un mot"),
        ({"mots": "a"}, "trop court"),
        ({"cpv": "45x"}, "n’est pas un code CPV"),
    ],
)
def test_a_rule_that_asks_nothing_says_so(
    programme: Programme, team: StrictClient, asked: dict[str, str], said: str
) -> None:
    address = f"/programmes/{programme.slug}/regles/nouvelle/"
    answer = team.get(address, asked | {"apercu": "1"})
    assert answer.status_code == 422
    assert said in answer.content.decode()


def test_the_team_takes_an_opportunity_out_and_undoes_it(
    programme: Programme, team: StrictClient
) -> None:
    need = make_need("Tonte des berges")
    panel = f"/programmes/opportunite/{need.pk}/"
    assert "Rattacher à Rénovation du Val" in team.get(panel).content.decode()
    base = f"/programmes/{programme.slug}"
    team.post(f"{base}/rattacher/{need.pk}/", {"reason": "Le parc est dans le quartier"})
    assert "Le parc est dans le quartier" in team.get(panel).content.decode()
    assert team.post(f"{base}/sortir/{need.pk}/", {"reason": ""}).status_code == 422
    team.post(f"{base}/sortir/{need.pk}/", {"reason": "Erreur de rue"})
    assert "aucun programme" in team.get(panel).content.decode()
    assert "Erreur de rue" in team.get(base + "/").content.decode()
    team.post(f"{base}/remettre/{need.pk}/")
    assert not ProgrammeAttachment.objects.exists()


def test_national_staff_opens_a_programme_and_is_its_team(signed_in_client: SignIn) -> None:
    person = make_person("n@exemple.fr", role="network_staff", network=make_network("Réseau"))
    client = signed_in_client(person)
    typed = {
        "name": "Quartiers du Val",
        "owner": "Communauté du Val",
        "starts_on": "2026-01-01",
        "ends_on": "2030-01-01",
        "places": "Isère (38)\nRoche-Mirel (73)",
        "text": "",
    }
    assert client.post("/programmes/nouveau/", typed).status_code == 302
    made = Programme.objects.get()
    assert made.slug == "quartiers-du-val"
    assert [each.pk for each in made.departments.all()] == ["38"]
    assert [each.pk for each in made.communes.all()] == ["73001"]
    assert RoleSeat.objects.filter(person=person, programme=made).exists()
    wrong = client.post("/programmes/nouveau/", typed)
    assert wrong.status_code == 422, "the name is taken"
    page = client.get("/programmes/quartiers-du-val/modifier/").content.decode()
    assert "Roche-Mirel (73)" in page
    late = client.post("/programmes/quartiers-du-val/modifier/", typed | {"ends_on": "2025-01-01"})
    assert "finit avant de commencer" in late.content.decode()


def test_the_staff_of_a_delegation_opens_none(signed_in_client: SignIn) -> None:
    delegation = make_network("Délégation", parent=make_network("Réseau"))
    person = make_person("d@exemple.fr", role="network_staff", network=delegation)
    client = signed_in_client(person)
    assert client.get("/programmes/nouveau/").status_code == 403
    assert "Ouvrir un programme" not in client.get("/programmes/").content.decode()


def test_the_team_keeps_promises_with_their_source(
    programme: Programme, team: StrictClient
) -> None:
    base = f"/programmes/{programme.slug}/engagements"
    line = {
        "label": "Insertion",
        "kind": "hours_share",
        "number": "7,5",
        "unit": "",
        "base": "des heures travaillées",
        "source": "Convention du 3 mars 2026",
        "url": "",
        "checked_on": "2026-03-04",
    }
    assert team.post(f"{base}/nouveau/", line).status_code == 302
    kept = programme.commitments.get()
    assert (kept.value, kept.target, kept.confidence) == (
        Decimal("0.075"),
        "7,5\u202f%",
        "sourced",
    )
    assert "7,5" in team.get(f"{base}/{kept.pk}/").content.decode()
    assert team.post(f"{base}/nouveau/", line).status_code == 422, "twice the same"
    too_much = team.post(f"{base}/{kept.pk}/", line | {"number": "110"})
    assert "100" in too_much.content.decode()
    unknown = team.post(f"{base}/{kept.pk}/", line | {"number": ""})
    assert unknown.status_code == 302
    kept.refresh_from_db()
    assert (kept.value, kept.target) == (None, "inconnu")
    assert team.post(f"{base}/{kept.pk}/retirer/").status_code == 302
    assert not programme.commitments.exists()


def test_progress_counts_what_is_known_and_says_what_is_not(
    programme: Programme, reader: StrictClient
) -> None:
    siae = make_structure("Jardins du Val", kind="ACI")
    attach(programme, "Avec clause", social_clause="execution", reserved="INSERTION")
    attach(programme, "Sans clause", social_clause="none", reserved="NONE", amount_cents=100_00)
    attach(programme, "Muet", stage="awarded")
    ProgrammeAttachment.objects.filter(opportunity__title="Avec clause").update(hours=300)
    awarded = ProgrammeAttachment.objects.get(opportunity__title="Muet").opportunity
    for number, cents in enumerate((2_000_00, None)):
        contract = AwardedContract.objects.create(
            source="decp",
            source_id=f"c{number}",
            amount_cents=cents,
            opportunity=awarded,
            reader_version="1",
            digest="0" * 64,
        )
        holder = siae.siret if number == 0 else "12345678900012"
        ContractHolder.objects.create(contract=contract, siret=holder)
    known = progress_of(programme, now=NOW)
    assert (known.total, known.open) == (3, 2)
    assert (known.total, known.clause, known.no_clause) == (3, 1, 1)
    assert (known.reserved, known.not_reserved) == (1, 1)
    assert (known.hours.total, known.hours.known, known.hours.silent) == (300, 1, 0)
    assert (known.amounts.total, known.amounts.silent) == (100_00, 2)
    assert (known.contracts, known.paid.total, known.paid.silent) == (2, 2_000_00, 1)
    assert (known.by_siae, known.by_siae_paid.total) == (1, 2_000_00)
    for bar in known.bars:
        assert sum(part.count for part in bar.segments) == known.total
        assert sum(part.width for part in bar.segments) == 320
    page = reader.get(f"/programmes/{programme.slug}/avancement/").content.decode()
    assert "300\u202fheures d’insertion demandées" in page or "300 heures" in page
    assert "Voir le tableau" in page


def test_a_share_is_never_told_when_its_base_is_unknown() -> None:
    programme = make_programme()
    lines = [
        ProgrammeCommitment(
            programme=programme, label="H", kind="hours_share", value=Decimal("0.1")
        ),
        ProgrammeCommitment(programme=programme, label="M", kind="amount_share"),
        ProgrammeCommitment(programme=programme, label="N", kind="number", value=27),
    ]
    told = promises_of(lines, progress_of(programme, now=NOW))
    assert "la part est inconnue" in told[0].missing
    assert told[0].today == "Aucune clause lue ne dit ses heures."
    assert "Aucun montant connu" in told[1].today
    assert "Aucune donnée" in told[2].today
    assert not any("%" in line.today for line in told)


def test_an_empty_programme_says_what_to_do(
    programme: Programme, team: StrictClient, reader: StrictClient
) -> None:
    address = f"/programmes/{programme.slug}/"
    assert "Écrivez une règle" in team.get(address).content.decode()
    assert "L’équipe du programme rattache" in reader.get(address).content.decode()
    assert "ne savons encore rien" in reader.get(address + "avancement/").content.decode()

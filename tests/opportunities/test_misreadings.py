"""What people correct because we had read it wrong, week by week, and the examples it becomes."""

import json
import re
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from cordee.accounts.models import JournalEntry, User
from cordee.members.models import Network
from cordee.notices.notice import Format, Kind, Notice, Source
from cordee.opportunities.actions.correcting import withdraw_correction
from cordee.opportunities.actions.misreadings import judge_misreading
from cordee.opportunities.misread.labels import label_of, masked
from cordee.opportunities.misread.weeks import week_label
from cordee.opportunities.models import Correction, Misreading, Opportunity
from cordee.opportunities.understanding import ReadVersion, understand
from tests.members.makers import make_network, make_person
from tests.opportunities.makers import (
    ON,
    agreed,
    import_records,
    make_opportunity,
    need,
    record,
)
from tests.strict_client import StrictClient

pytestmark = pytest.mark.django_db
SignIn = Callable[[Any], StrictClient]
URL = "/opportunites/mal-lus/"
SENTENCE = "Le titulaire réserve 450 heures à l’insertion professionnelle de publics éloignés"


@pytest.fixture
def opportunity(valley: Any, tmp_path: Path) -> Opportunity:
    return make_opportunity(tmp_path, donnees=speaking(record()))


def speaking(content: dict[str, Any]) -> dict[str, Any]:
    data = dict(content["donnees"])
    words = f"Entretien des parcs. {SENTENCE}. Écrire à chef@mairie.example ou au 04 75 00 11 22."
    data["MAPA"]["initial"]["description"]["objet"] = words
    return data


@pytest.fixture
def correct(opportunity: Opportunity, nadia: User) -> Callable[..., Correction]:
    def one(fact: str, value: Any, lot: str = "") -> Correction:
        return agreed(opportunity=opportunity, fact=fact, value=value, lot=lot, by=nadia, on=ON)

    return one


# --- What is a misreading ---------------------------------------------------------------------


def test_a_correction_that_differs_keeps_what_was_read_and_where(
    correct: Callable[..., Correction],
) -> None:
    correction = correct("clause_hours", 300)
    found = Misreading.objects.get()
    assert (found.correction, found.was_read, found.verdict) == (correction, 450, "pending")
    assert [e["words"] for e in found.evidence] == [SENTENCE]
    assert found.reading.notice().social_clause.hours == 450  # type: ignore[union-attr]


def test_saying_what_was_read_is_no_misreading(
    correct: Callable[..., Correction], opportunity: Opportunity
) -> None:
    correct("clause_hours", 450)
    correct("trades", ["espaces-verts"])
    place = opportunity.current().as_read.places[0]
    correct(
        "places",
        [{"commune": place.commune, "department": place.department, "city": "Autre graphie"}],
    )
    assert Misreading.objects.count() == 0


def test_what_was_not_read_and_what_was_not_said_count_too(
    correct: Callable[..., Correction],
) -> None:
    correct("reserved", "INSERTION")
    correct("clause_hours", None)
    values = Misreading.objects.order_by("pk").values_list("was_read", "correction__value")
    assert list(values) == [(None, "INSERTION"), (450, None)]


def test_a_figure_that_we_supposed_was_not_read(correct: Callable[..., Correction]) -> None:
    correct("need", 350)
    assert Misreading.objects.get().was_read is None


def test_correcting_again_keeps_what_was_read_first(correct: Callable[..., Correction]) -> None:
    correct("trades", ["proprete"])
    last = correct("trades", ["textile-couture", "proprete"])
    standing = Misreading.objects.standing()
    assert [(m.correction, m.was_read) for m in standing.all()] == [(last, ["espaces-verts"])]
    correct("trades", ["espaces-verts"])
    assert standing.count() == 0


def test_a_private_need_is_not_read_so_not_misread(
    network: Network, nadia: User, tmp_path: Path
) -> None:
    import_records(tmp_path, need(), network=network)
    private = Opportunity.objects.get()
    agreed(opportunity=private, fact="months", value=9, by=nadia, on=ON)
    assert Misreading.objects.count() == 0


# --- Deciding ---------------------------------------------------------------------------------


def judge(
    misreading: Misreading, by: User, verdict: str = "kept", why: str = "300 et non 450"
) -> Misreading:
    return judge_misreading(misreading=misreading, verdict=verdict, why=why, by=by)


def test_a_kept_example_holds_the_whole_line_and_no_later_reading_changes_it(
    correct: Callable[..., Correction], nadia: User
) -> None:
    correct("clause_hours", 300)
    kept = judge(Misreading.objects.get(), nadia)
    assert kept.label["hours"] == 300
    correct("grouping", "solidaire")
    kept.refresh_from_db()
    assert kept.label["grouping"] == "free"
    assert JournalEntry.objects.get(verb="opportunities.judge_misreading").after == {
        "verdict": "kept"
    }
    again = judge(kept, nadia, verdict="pending")
    assert (again.label, again.why, again.judged_at, again.judged_by) == (None, "", None, None)


def test_a_line_that_lacks_an_answer_is_no_example(
    correct: Callable[..., Correction], nadia: User
) -> None:
    correct("trades", ["proprete", "textile-couture"])
    found = Misreading.objects.get()
    with pytest.raises(ValidationError, match="Il manque une réponse"):
        judge(found, nadia)
    correct("fit", 2)
    assert judge(found, nadia).label["sectors"] == ["proprete", "textile-couture"]


def test_none_of_our_trades_fits_nobody(correct: Callable[..., Correction], nadia: User) -> None:
    correct("trades", [])
    label = judge(Misreading.objects.get(), nadia).label
    assert (label["sectors"], label["fit"]) == ([], 0)


def test_a_fact_without_a_file_is_no_example(
    correct: Callable[..., Correction], nadia: User
) -> None:
    correct("months", 7)
    with pytest.raises(ValidationError, match="pas de fichier"):
        judge(Misreading.objects.get(), nadia)


@pytest.mark.parametrize(
    "changes",
    [
        {"verdict": "kept", "why": "oui", "judged_at": timezone.now()},
        {"verdict": "refused", "judged_at": timezone.now()},
        {"verdict": "refused", "why": "non"},
        {"verdict": "peut-être"},
        {"label": {"id": "x"}},
    ],
)
def test_the_database_refuses_half_a_decision(
    correct: Callable[..., Correction], changes: dict[str, Any]
) -> None:
    correct("clause_hours", 300)
    with pytest.raises(IntegrityError), transaction.atomic():
        Misreading.objects.update(**changes)


# --- The list ---------------------------------------------------------------------------------


def test_the_list_goes_week_by_week_with_both_values_and_the_sentence(
    correct: Callable[..., Correction], signed_in_client: SignIn, nadia: User
) -> None:
    old = correct("trades", ["proprete"])
    correct("clause_hours", 300)
    three_weeks_ago = timezone.now() - timedelta(days=21)
    Correction.objects.filter(pk=old.pk).update(at=three_weeks_ago)
    html = get(signed_in_client(nadia), URL)
    headings = re.findall(r"<h2>(Semaine du [^<]+)</h2>", html)
    assert len(headings) == 2
    latest = html[html.index(headings[0] + "</h2>") : html.index(headings[1] + "</h2>")]
    assert "450\u202fheures" in latest
    assert "300\u202fheures" in latest
    assert f"«\u00a0{SENTENCE}\u00a0»" in latest
    assert f'href="/opportunites/{old.opportunity_id}/avis/#fait-clause_hours"' in latest
    assert "Espaces verts" in html[html.index(headings[1] + "</h2>") :]


def get(client: StrictClient, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200
    return str(response.content.decode())


def test_filters(correct: Callable[..., Correction], signed_in_client: SignIn, nadia: User) -> None:
    old = correct("trades", ["proprete"])
    correct("clause_hours", 300)
    judge(Misreading.objects.get(correction__fact="clause_hours"), nadia)
    day = timezone.localdate() - timedelta(days=21)
    Correction.objects.filter(pk=old.pk).update(at=timezone.now() - timedelta(days=21))
    client = signed_in_client(nadia)

    def facts(query: str) -> list[str]:
        html = get(client, URL + query)
        return re.findall(r'href="/opportunites/\d+/avis/#fait-(\w+)"', html)

    assert facts("") == ["clause_hours", "trades"]
    assert facts("?decision=a-decider") == ["trades"]
    assert facts("?decision=retenus") == ["clause_hours"]
    assert facts(f"?semaine={day.isoformat()}") == ["trades"]
    assert facts("?decision=x&semaine=demain&page=99") == ["clause_hours", "trades"]
    for never in ("0001-01-01", "9999-12-31"):
        assert facts(f"?semaine={never}") == ["clause_hours", "trades"]
    assert "Rien ne correspond" in get(client, URL + "?decision=non-retenus")


def test_nothing_corrected_says_what_will_come(
    valley: Any, signed_in_client: SignIn, nadia: User
) -> None:
    assert "Personne n’a encore corrigé de lecture" in get(signed_in_client(nadia), URL)


def test_what_is_taken_back_leaves_the_list(
    correct: Callable[..., Correction], signed_in_client: SignIn, nadia: User
) -> None:
    correction = correct("clause_hours", 300)
    judge(Misreading.objects.get(), nadia)
    withdraw_correction(correction=correction, by=nadia, on=ON)
    client = signed_in_client(nadia)
    assert "Personne n’a encore corrigé" in get(client, URL)
    assert client.get(f"{URL}export/clauses/").content == b""


def test_the_list_costs_the_same_whatever_its_length(
    valley: Any, nadia: User, count_queries: Callable[..., int], tmp_path: Path
) -> None:
    counts = []
    for how_many in (1, 7):
        for number in range(how_many):
            one = make_opportunity(tmp_path, idweb=f"26-{how_many}{number}")
            place = [{"commune": "38003", "department": "38", "city": "Éragnes"}]
            agreed(opportunity=one, fact="places", value=place, by=nadia, on=ON)
            agreed(opportunity=one, fact="months", value=7, by=nadia, on=ON)
        counts.append(count_queries(URL, nadia))
    assert counts[0] == counts[1]
    assert counts[0] <= 10


def test_deciding_on_the_page_shows_the_whole_line_first(
    correct: Callable[..., Correction], signed_in_client: SignIn, nadia: User
) -> None:
    correct("clause_hours", 300)
    found = Misreading.objects.get()
    client = signed_in_client(nadia)
    html = get(client, f"{URL}{found.pk}/")
    assert "La ligne d’exemple en entier" in html
    assert "<dt>rate_pct</dt>" in html
    refused = client.post(f"{URL}{found.pk}/", {"verdict": "kept", "why": ""})
    assert refused.status_code == 422
    assert "Dites pourquoi, en quelques mots." in refused.content.decode()
    assert client.post(f"{URL}{found.pk}/", {"verdict": "pending"})["Location"] == URL
    for _ in range(2):  # a double click decides the same
        done = client.post(f"{URL}{found.pk}/", {"verdict": "kept", "why": "Lot 2 seulement"})
        assert done["Location"] == URL
    found.refresh_from_db()
    assert (found.verdict, found.why, found.judged_by) == ("kept", "Lot 2 seulement", nadia)
    assert "Lot 2 seulement" in get(client, URL)


def test_what_cannot_be_an_example_says_what_to_do(
    correct: Callable[..., Correction], signed_in_client: SignIn, nadia: User
) -> None:
    correct("trades", ["proprete"])
    url = f"{URL}{Misreading.objects.get().pk}/"
    response = signed_in_client(nadia).post(url, {"verdict": "kept", "why": "Nettoyage"})
    assert response.status_code == 422
    assert "Répondez d’abord sur la page de l’avis" in response.content.decode()


def test_hostile_words_stay_words(
    valley: Any, nadia: User, signed_in_client: SignIn, tmp_path: Path
) -> None:
    evil = "<script>alert(1)</script> & co"
    one = make_opportunity(tmp_path, title=evil)
    agreed(opportunity=one, fact="title", value=f"{evil} 2", by=nadia, on=ON)
    client = signed_in_client(nadia)
    for url in (URL, f"{URL}{Misreading.objects.get().pk}/"):
        html = get(client, url)
        assert "<script>alert" not in html
        assert "&lt;script&gt;" in html


# --- Labels -----------------------------------------------------------------------------------


def test_examples_leave_in_the_shape_of_the_label_files_without_names(
    correct: Callable[..., Correction], opportunity: Opportunity, signed_in_client: SignIn,
    nadia: User, passer_by: User,
) -> None:  # fmt: skip
    correct("clause_hours", 300)
    correct("trades", ["proprete"])
    correct("fit", 1)
    for found in Misreading.objects.exclude(correction__fact="fit"):
        judge(found, nadia, why="Relu par deux personnes")
    client = signed_in_client(nadia)
    lines = {}
    for kind in ("metiers", "clauses"):
        response = client.get(f"{URL}export/{kind}/")
        assert response["Content-Type"].startswith("application/x-ndjson")
        text = response.content.decode()
        assert "Ferrand" not in text
        assert "nadia" not in text
        assert "é" in text  # written as it is, not as \u00e9
        assert text.endswith("\n")
        lines[kind] = json.loads(text)
    assert list(lines["metiers"]) == [
        "id", "source", "title", "text", "descripteurs", "departments", "sectors", "fit", "note",
    ]  # fmt: skip
    assert list(lines["clauses"]) == [
        "id", "source", "text", "grouping_text", "reserved", "clause", "hours", "rate_pct",
        "grouping", "negated",
    ]  # fmt: skip
    assert lines["metiers"]["sectors"] == ["proprete"]
    assert lines["metiers"]["fit"] == 1
    assert lines["metiers"]["departments"] == ["38"]
    clauses = lines["clauses"]
    assert (clauses["reserved"], clauses["clause"], clauses["hours"]) == ("none", "execution", 300)
    assert (clauses["rate_pct"], clauses["grouping"], clauses["negated"]) == (None, "free", False)
    assert SENTENCE in clauses["text"]
    assert "chef@mairie.example" not in clauses["text"]
    assert "[email]" in clauses["text"]
    assert "00 00 00 00 00" in clauses["text"]
    assert client.get(f"{URL}export/autres/").status_code == 404


def test_the_shape_is_that_of_the_real_files(shared_data: Path) -> None:
    for name, fact in (("sectors", "trades"), ("clauses", "reserved")):
        with (shared_data / "labels" / f"{name}.jsonl").open(encoding="utf-8") as file:
            line = json.loads(file.readline())
        expected = [key for key in line if key not in ("stratum", "hard")]
        notice = Notice(Source.BOAMP, Format.BOAMP_MAPA, "26-1", Kind.CALL)
        label = label_of(fact, understand([ReadVersion(1, 1, notice)], []), {})
        assert label is not None
        assert list(label) == expected


def test_contacts_are_masked_and_figures_are_not() -> None:
    said = "Tél. 04.75.00.11.22, +33 6 12 34 56 78, a.b-c@d.example ; SIRET 90000000000012, 450 h"
    assert masked(said) == (
        "Tél. 00 00 00 00 00, 00 00 00 00 00, [email] ; SIRET 90000000000012, 450 h"
    )


# --- Who may ----------------------------------------------------------------------------------


def test_only_the_staff_of_a_national_network(
    correct: Callable[..., Correction], network: Network, nadia: User, passer_by: User,
    signed_in_client: SignIn, client: StrictClient,
) -> None:  # fmt: skip
    correct("clause_hours", 300)
    paths = [URL, f"{URL}{Misreading.objects.get().pk}/", f"{URL}export/clauses/"]
    delegation = make_network("Délégation", parent=network)
    outside = [
        passer_by,
        make_person("delegue@reseau.example", role="delegate", network=network),
        make_person("locale@reseau.example", role="network_staff", network=delegation),
    ]
    for person in outside:
        visitor = signed_in_client(person)
        assert [visitor.get(path).status_code for path in paths] == [403] * 3
        assert visitor.post(paths[1], {"verdict": "kept", "why": "x"}).status_code == 403
        assert "mal-lus" not in get(visitor, "/opportunites/")
    assert [client.get(path).status_code for path in paths] == [302] * 3
    assert [signed_in_client(nadia).get(path).status_code for path in paths] == [200] * 3
    assert signed_in_client(nadia).get(f"{URL}999999/").status_code == 404
    assert URL in get(signed_in_client(nadia), "/opportunites/")


def test_a_week_is_named_by_its_monday() -> None:
    assert week_label(date(2026, 11, 23)).startswith("Semaine du 23\u202fnovembre")

"""One answer to a network for a contract: in its list, on the contract's page, on the team's."""

from typing import Any

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.urls import reverse

from cordee.composing import problem
from cordee.composing.models import ANSWER_FIELDS, Composition, Study
from cordee.composing.pages import proof_state_of
from cordee.composing.problem.size_limits import SMALLER, SizeLimits
from cordee.composing.verdicts.computing import answers_for
from cordee.members.sharing import Viewer
from cordee.opportunities.models import Verdict, WorkPackage
from cordee.opportunities.verdicts import VerdictLine
from cordee.rules.plain import to_plain

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("slug", "title", "short", "certainty"),
    [
        ("berges", "Oui, en équipe de trois", "À trois", "Prouvée"),
        ("repas", "Oui, une structure suffit", "", "Prouvée"),
        ("facades", "Impossible aujourd’hui", "Impossible", "Personne ne peut tout tenir"),
    ],
)
def test_what_was_computed_is_told_everywhere(
    valley: Any, person: Any, signed_in_client: Any, slug: str, title: str, short: str,
    certainty: str,
) -> None:  # fmt: skip
    composition = valley.compose(slug)
    opportunity = valley.opportunity(slug)
    reader = signed_in_client(person("reseau"))
    page = reader.get(reverse("opportunities:detail", args=[opportunity.pk])).text
    team = reader.get(reverse("composing:detail", args=[composition.pk])).text
    assert title in page
    assert title in team
    assert certainty in page
    assert "On ne sait pas encore" not in page
    rows = reader.get(reverse("watch:together", args=[valley.network.slug])).text
    row = rows.partition(f"/opportunites/{opportunity.pk}/")[2].partition("</li>")[0]
    assert short in row
    # What one structure carries is none that « no member carries alone ».
    assert bool(row) is bool(short)


def test_a_list_says_no_more_than_the_page_where_nobody_was_asked_yet(
    valley: Any, person: Any
) -> None:
    viewer = Viewer.of(person("reseau"), valley.day)
    composition, opportunity = valley.compose("facades"), valley.opportunity("facades")
    best = composition.best
    best["value"]["impossibility"]["reasons"][0]["shortage"] = "trade"
    row = Composition.objects.filter(pk=composition.pk)
    row.update(best=best, summary=problem.summary_of(best))
    assert answers_for(viewer, [opportunity.pk])[opportunity.pk].kind == "not_then"
    best["value"]["set_aside"].append(
        {"candidate": "x", "organisation": "x", "obstacle": "unknown_trade"}
    )
    row.update(best=best, summary=problem.summary_of(best))
    said = answers_for(viewer, [opportunity.pk])[opportunity.pk]
    assert (said.title, said.short) == ("On ne sait pas encore", "À confirmer")
    assert proof_state_of(row.get()) == ("inconnu", "À confirmer")


@pytest.mark.django_db
def test_lists_walk_through_nothing_wide() -> None:
    """SQLite reads a row from its beginning on: what lists read comes before megabytes of question.
    A first composition has no base, which costs nothing where it stands."""
    table = Composition._meta.db_table
    with connection.cursor() as cursor:
        columns = [c.name for c in connection.introspection.get_table_description(cursor, table)]
    if connection.vendor == "sqlite":
        assert {*columns[-6:]} == {*ANSWER_FIELDS, "base_id"}
    assert "summary" in columns


def test_no_team_is_the_best_above_one_that_may_do_it_alone(valley: Any, person: Any) -> None:
    viewer = Viewer.of(person("reseau"), valley.day)
    composition, opportunity = valley.compose("berges"), valley.opportunity("berges")
    best = composition.best
    assert "aucune meilleure" in answers_for(viewer, [opportunity.pk])[opportunity.pk].reason
    best["value"]["alone_if"] = ["someone"]
    Composition.objects.filter(pk=composition.pk).update(
        best=best, summary=problem.summary_of(best)
    )
    said = answers_for(viewer, [opportunity.pk])[opportunity.pk]
    assert said.reason == "Prouvée\u00a0: personne n’est sûr de tout tenir seul."


def test_why_nobody_can_comes_before_relaying(
    valley: Any, person: Any, signed_in_client: Any
) -> None:
    reader = signed_in_client(person("reseau"))
    address = reverse("opportunities:detail", args=[valley.opportunity("facades").pk])
    assert "Relayer" in reader.get(address).text.partition("btn-primary")[2][:300]
    valley.compose("facades")
    page = reader.get(address).text
    assert "Voir pourquoi pas" in page.partition("btn-primary")[2].partition("</a>")[0]
    assert "Relayer à mes membres…" in page.partition("btn-second")[2]


def test_nothing_is_told_of_what_others_computed_nor_of_another_notice(
    valley: Any, person: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    opportunity = valley.opportunity("berges")
    own = Viewer.of(person("reseau"), valley.day)

    def told() -> dict[int, VerdictLine]:
        return dict(answers_for(own, [opportunity.pk]))

    assert told() == {}
    composition = valley.compose("berges")
    assert told()[opportunity.pk].is_composed
    assert answers_for(Viewer.of_network(None, valley.day), [opportunity.pk]) == {}
    Composition.objects.filter(pk=composition.pk).update(state="cancelled", outcome="")
    assert told() == {}
    assert not Verdict.objects.exists(), "nothing of it is kept for a structure"


def test_where_the_size_is_only_supposed_nobody_knows_yet(
    valley: Any, person: Any, signed_in_client: Any
) -> None:
    viewer = Viewer.of(person("reseau"), valley.day)
    composition, opportunity = valley.compose("facades"), valley.opportunity("facades")
    rows = WorkPackage.objects.filter(breakdown=composition.breakdown)
    for row in rows:
        compared = {"state": "compared", "rule": "", "evidence": []}
        told = row.provenance | {"amount_cents": compared, "need_cfte": compared}
        QuerySet.update(rows.filter(pk=row.pk), provenance=told)
    reader = signed_in_client(person("reseau"))
    address = reverse("composing:detail", args=[composition.pk])
    said, page = answers_for(viewer, [opportunity.pk])[opportunity.pk], reader.get(address).text
    assert (said.title, said.short) == ("On ne sait pas encore", "À confirmer")
    assert said.reason == "Personne ne peut tout tenir à la taille supposée."
    assert "On ne sait pas encore\u00a0: la taille décide" in page
    assert "Demandez la taille à l’acheteur" in page
    first = reader.get(reverse("opportunities:detail", args=[opportunity.pk])).text
    assert "Voir ce qui décide" in first
    assert "Voir pourquoi pas" not in first
    assert "Impossible aujourd’hui" not in page
    assert proof_state_of(Composition.objects.get()) == ("inconnu", "À confirmer")
    # Asked at every smaller size, the answer is no.
    sizes = to_plain(SizeLimits(lowest=min(SMALLER)))
    Study.objects.update_or_create(
        composition=composition,
        defaults={"state": "done", "asked_at": composition.made_at, "sizes": sizes},
    )
    assert answers_for(viewer, [opportunity.pk])[opportunity.pk].title == "Impossible aujourd’hui"
    assert "Impossible aujourd’hui\u00a0: il manque" in reader.get(address).text

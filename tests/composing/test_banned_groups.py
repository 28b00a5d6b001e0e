"""A notice that bans groups is a question to the buyer: teams are sought, and all read it."""

import json
import uuid
from dataclasses import replace
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.urls import reverse

from cordee.composing import problem
from cordee.composing.actions import keep_proposal
from cordee.composing.models import Composition, Study
from cordee.composing.verdicts import computing
from cordee.engine.compose import compose
from cordee.engine.problem import Certainty
from cordee.members.models import Structure
from cordee.opportunities.models import Opportunity, Verdict
from cordee.rules.groups import GROUPS_BANNED
from tests.composing.conftest import whole
from tests.composing.test_outdated import said
from tests.composing.test_verdicts import NOON, never
from tests.opportunities.makers import confirm_all

ASK = "Poser la question"


def ban(opportunity: Opportunity, by: Any) -> None:
    said(opportunity, "grouping", "forbidden", by)
    confirm_all()


@pytest.mark.django_db
def test_teams_are_sought_and_the_question_is_told_wherever_one_stands(
    own_valley: Any, person: Any, signed_in_client: Any
) -> None:
    valley, network = own_valley, person("reseau")
    opportunity = valley.opportunity("berges")
    before = valley.compose("berges", by=network)
    ban(opportunity, network)
    composition = valley.compose("berges", by=network)
    assert composition.pk == before.pk, "the ban changes no question, and outdates no team"
    assert not Composition.objects.get(pk=composition.pk).is_outdated
    reader = signed_in_client(network)
    proposal = keep_proposal(composition=composition, origin="best", by=network)
    for page in (
        reverse("opportunities:detail", args=[opportunity.pk]),
        reverse("composing:start", args=[opportunity.pk]),
        reverse("composing:detail", args=[composition.pk]),
        reverse("alliances:open_from_proposal", args=[proposal.pk]),
    ):
        words = reader.get(page).text
        assert words.count(GROUPS_BANNED) == 1, page
        link = words.partition(GROUPS_BANNED)[2].partition("</a>")[0]
        assert reverse("opportunities:questions", args=[opportunity.pk]) in link, page
        assert ASK in link, page
    questions = reader.get(reverse("opportunities:questions", args=[opportunity.pk])).text
    assert "R.\u00a02142-19" in questions
    answer = json.loads(reader.get(f"/api/v1/compositions/{composition.pk}/").content)["answer"]
    assert answer["groups_banned"] == GROUPS_BANNED
    assert answer["title"].startswith("Oui, en équipe de trois")
    director, own = person("direction"), Structure.objects.get(name="Les Jardins de la Verdoire")
    computing.compute(own, NOON, is_over=never)
    verdict = Verdict.objects.get(structure=own, opportunity=opportunity)
    assert (verdict.kind, verdict.size) == ("team", 3)
    assert "Seule, vous pouvez prendre" in verdict.reason
    assert GROUPS_BANNED in signed_in_client(director).get(f"/opportunites/{opportunity.pk}/").text


@pytest.mark.django_db
def test_who_suffices_alone_has_nothing_to_ask(
    own_valley: Any, person: Any, signed_in_client: Any
) -> None:
    opportunity = own_valley.opportunity("repas")
    ban(opportunity, person("reseau"))
    composition = own_valley.compose("repas")
    reader = signed_in_client(person("reseau"))
    assert GROUPS_BANNED not in reader.get(f"/alliances/{composition.pk}/").text
    assert GROUPS_BANNED not in reader.get(f"/opportunites/{opportunity.pk}/").text


@pytest.mark.django_db(transaction=True)
def test_what_was_sought_for_one_alone_is_read_and_to_be_done_again(
    own_valley: Any, person: Any, signed_in_client: Any
) -> None:
    """Stored by the code of before: nobody alone, one if what is unknown allows, one."""
    network = person("reseau")
    found = {slug: own_valley.compose(slug, by=network) for slug in ("berges", "repas")}
    found["maybe"] = Composition.objects.get(pk=found["repas"].pk)
    found["maybe"].pk = uuid.uuid4()
    found["maybe"].save(force_insert=True)
    own = Structure.objects.get(name="Les Jardins de la Verdoire")
    computing.compute(own, NOON, is_over=never)
    refused = Verdict.objects.get(structure=own, opportunity=own_valley.opportunity("berges"))
    executor = MigrationExecutor(connection)
    try:
        executor.migrate([("composing", "0001_from_alliances")])
        old = executor.loader.project_state([("composing", "0001_from_alliances")]).apps
        rows = old.get_model("composing", "Composition").objects
        for slug, row in found.items():
            asked = problem.stored_question(row).problem
            if slug == "maybe":
                # What is known of nobody's people may let one suffice.
                unsaid = {"capacity_cfte_by_month": None, "capacity_certainty": Certainty.UNKNOWN}
                asked = asked.replace(
                    candidates=tuple(replace(each, **unsaid) for each in asked.candidates)
                )
            best, certain = (
                compose(each, time_limit_s=5, seed=0, groups_allowed=False)
                for each in (asked, asked.certain_only())
            )
            rows.filter(pk=row.pk).update(
                is_solo_only=True,
                problem=problem.pack(asked),
                outcome=problem.outcome_of(best),
                best=problem.result_json(best),
                certain=problem.result_json(certain),
            )
        Verdict.objects.filter(pk=refused.pk).update(
            reason="L’acheteur veut une seule entreprise, et vous n’y suffisez pas."
        )
    finally:
        executor = MigrationExecutor(connection)
        executor.migrate(executor.loader.graph.leaf_nodes())
    now = {slug: Composition.objects.get(pk=row.pk) for slug, row in found.items()}
    outcomes = {slug: (row.outcome, row.is_outdated) for slug, row in now.items()}
    assert outcomes == {
        "berges": ("undecided", True),
        "maybe": ("composed", True),
        "repas": ("composed", False),
    }
    assert all(row.summary == problem.summary_of(row.best) for row in now.values())
    assert not Study.objects.filter(composition=now["berges"]).exists()
    assert not Verdict.objects.filter(pk=refused.pk).exists()
    reader = signed_in_client(network)
    words = {slug: whole(reader, row) for slug, row in now.items()}
    assert "À refaire" in words["berges"]
    assert "À refaire" in words["maybe"]
    assert "À refaire" not in words["repas"]
    again = reverse("composing:start", args=[now["berges"].breakdown.opportunity_id])
    assert f'href="{again}"' in words["berges"].partition("À refaire")[2].partition("</p>")[0]
    assert "Impossible" not in words["berges"]
    assert "Oui, une structure suffit, si" in words["maybe"]
    assert own_valley.compose("berges", by=network).pk != now["berges"].pk

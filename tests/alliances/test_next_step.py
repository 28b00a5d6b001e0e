"""What a title counts, and what documents lack: each thing once, and no less than lacks."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from cordee.accounts.models import User
from cordee.agreement.life import Obstacle, Place
from cordee.agreement.phases import Phase
from cordee.alliances.access import access_for
from cordee.alliances.documents.pages import Missing, Papers, in_words, papers_for
from cordee.alliances.overview.pages import home_of, page_of
from cordee.alliances.shares import actions as shares_actions
from cordee.members.models import Certification
from cordee.members.sharing import Viewer
from tests.alliances.makers import Rope

INSURANCE = "Assurance responsabilité civile professionnelle"


def test_a_title_counts_everything_that_lacks() -> None:
    approval = Obstacle("n’a pas approuvé", Place.APPROVALS, "1")
    assert in_words([]) == ""
    assert in_words([approval]) == "une approbation"
    lack = Missing("le SIRET", "Rives", "", "1", at_filing=False)
    papers = Papers(missing=[lack] * 2, at_filing=[lack], ready=0, total=1, shut=["Rives"])
    said = "deux approbations, deux éléments et un dossier fermé"
    assert in_words([approval] * 2, papers=papers) == said
    several = [Obstacle("accord", None, "1"), Obstacle("forme", Place.FORM)]
    papers = Papers(missing=[lack], at_filing=[], ready=0, total=1, shut=[])
    said = "une réponse, un accord, un élément et une chose"
    assert in_words(several, answers=1, papers=papers) == said


def home_for(team: Rope, person: User) -> dict[str, Any]:
    access = access_for(person, team.alliance.pk).seen_by(Viewer.of(person, team.on))
    return home_of(access, page_of(access, now=team.now), now=team.now)


@pytest.mark.django_db
def test_a_title_counts_what_each_row_says(rope: Callable[..., Rope]) -> None:
    """No row says « sans réponse » or « à accepter » that the title leaves out."""
    team = rope()

    def title() -> str:
        return home_for(team, team.leader)["step"].title

    assert title() == "Il manque trois invitations"
    team.invite()
    assert title() == "Il manque trois réponses"
    team.say_yes("jardins")
    assert title() == "Il manque deux réponses et un accord"
    team.say_yes("toits")
    assert title() == "Il manque une réponse et deux accords"
    team.share_out()
    for key in ("jardins", "toits"):
        shares_actions.accept(
            party=team.party(key),
            version=team.fresh.version,
            by=team.directors[key],
            now=team.now,
        )
        rows = home_for(team, team.leader)["rows"]
        waits = [row.has_accepted for row, _ in rows].count(False) - 1
        assert title() == f"Il manque une réponse{' et un accord' if waits else ''}"
    # Whoever is asked later answers first: that is one thing, not two.
    team.step(Phase.SPLIT)
    assert title() == "Il manque une réponse"
    team.say_yes("peintres")
    assert title() == "Il manque un accord"


@pytest.mark.django_db
def test_a_paper_that_ends_before_the_filing_lacks_once(rope: Callable[..., Rope]) -> None:
    team = rope().to_documents()
    zoe, deadline = team.directors["jardins"], team.opportunity.deadline
    assert deadline is not None
    due = timezone.localdate(deadline)

    def lacks() -> list[str]:
        access = access_for(zoe, team.alliance.pk).seen_by(Viewer.of(zoe, team.on))
        mine = papers_for(access, on=team.on).of(team.party("jardins").key)
        return [each.what for each in mine if "responsabilité civile" in each.what]

    assert lacks() == [f"{INSURANCE}, à fournir"], "the DC2 and the proofs ask for it once"
    paper = Certification.objects.create(
        structure=team.structures["jardins"], name=INSURANCE, valid_until=due - timedelta(days=1)
    )
    assert lacks() == [f"{INSURANCE}, à renouveler"]
    Certification.objects.filter(pk=paper.pk).update(valid_until=due)
    assert lacks() == []

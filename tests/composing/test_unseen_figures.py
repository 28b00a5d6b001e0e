"""Figures that may be used but not seen: every one that enters a candidate, asked in every way.

A new field of a candidate fails here until it is said what it is: everybody's, a step, or exact.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from cordee.composing import access
from cordee.economics.models import AccountingYear as AccountingYearRow
from cordee.engine.problem import AccountingYear, Candidate, Problem, Skill
from cordee.engine.wishes import SetShare
from cordee.members.models import CapacityException, Chantier, Crew, SharingAgreement, Structure
from cordee.mobilisation import actions as rankings
from cordee.mobilisation import problem as mobilisation
from cordee.mobilisation.models import Ranking
from cordee.mobilisation.rounding import (
    UNSEEN_CAPACITY_STEP_CFTE,
    UNSEEN_PACKAGES,
    UNSEEN_SHARE_STEP_CFTE,
    crews_cfte,
    least_share_cfte,
    most_packages,
)
from cordee.rules.months import month_number
from tests.api.conftest import Program, key_of
from tests.composing.conftest import DAY, Valley
from tests.composing.test_figures import share
from tests.composing.test_figures_what_if import HIDDEN, holds
from tests.composing.test_figures_what_if import posed as posed_alone

pytestmark = pytest.mark.django_db
type Write = Callable[[Structure, int], None]


@dataclass(frozen=True)
class Rounded:
    """A figure that enters in steps: `step` None where it does not enter at all.

    `low` and `high` are both ends of one step of what the structure says; `across`, beyond one.
    """

    write: Write
    low: int
    high: int
    across: int | None


def agreements_of(structure: Structure) -> Any:
    return SharingAgreement.objects.filter(structure=structure)


def chantier_of(structure: Structure) -> Chantier:
    return structure.chantiers.get()


def crew(chantier: Chantier, cfte: int) -> None:
    """A crew of ten places that makes so many cFTE, 35 hours being one FTE."""
    minutes = -(-cfte * 21 // 10)
    assert minutes * 10 // 21 == cfte
    Crew.objects.create(chantier=chantier, name="Équipe", places=10, weekly_minutes=minutes)


def write_smallest_crew(structure: Structure, cfte: int) -> None:
    chantier = chantier_of(structure)
    chantier.crews.all().delete()
    crew(chantier, cfte)


def write_crews(structure: Structure, count: int) -> None:
    chantier = chantier_of(structure)
    first = chantier.crews.order_by("pk")[0]
    chantier.crews.exclude(pk=first.pk).delete()
    for _ in range(count - 1):
        Crew.objects.create(
            chantier=chantier, name="Autre", places=30, weekly_minutes=first.weekly_minutes
        )


def write_free(structure: Structure, cfte: int) -> None:
    """Free crews of every month around, whatever the crews are."""
    chantier = chantier_of(structure)
    chantier.bookings.all().delete()
    CapacityException.objects.filter(chantier=chantier).delete()
    CapacityException.objects.create(
        chantier=chantier, first_month=month_number(DAY) - 12, months=60, cfte=cfte
    )


def write_headroom(structure: Structure, cents: int) -> None:
    """30 % of the charges, less the receipts, less the cent of the strict inequality."""
    AccountingYearRow.objects.filter(chantier__structure=structure).update(
        charges_cents=100_000_000,
        receipts_cents=30_000_000 - cents - 1,
        derogation=None,
        marginal_cost_share=0,
    )


# By field of what the engine reads. A word: everybody's, ours, or shown to whoever may compose.
FIGURES: dict[type, dict[str, str | Rounded]] = {
    Candidate: {
        "id": "public: SIRET and kind",
        "organisation": "public: SIREN",
        "name": "public",
        "kind": "public",
        "latitude_deg": "public",
        "longitude_deg": "public",
        "skills": "of its own below",
        "capacity_cfte_by_month": Rounded(write_free, 350, 399, 400),
        "capacity_certainty": "shown: whether crews are told at all",
        "is_capped": "public: follows from the kind",
        "accounting_years": "of its own below",
        "max_packages": Rounded(write_crews, 1, 4, None),
        "can_lead": "public: said in the directory",
        "min_crew_cfte": Rounded(write_smallest_crew, 250, 299, 300),
        "coordination_cost_cents": "ours: one for all",
        "lead_cost_cents": "ours: one for all",
        "certifications": "not written: the same for all",
    },
    AccountingYear: {
        "first_month": "public: accounts are filed with their closing day",
        "months": "public: the same",
        "headroom_cents": Rounded(write_headroom, 9_000_000, 9_499_999, 9_500_000),
    },
    Skill: {
        "trade": "public: said in the directory",
        "certainty": "public",
        "proficiency": "public",
        "reach_km": "public",
        "learning": "not written: the same for all",
    },
}
ROUNDED = {
    name: each
    for table in FIGURES.values()
    for name, each in table.items()
    if isinstance(each, Rounded)
}


def test_every_figure_of_a_candidate_is_said_to_be_public_or_a_step() -> None:
    """The walk below takes its figures from here: a new field has to be thought of."""
    assert {kind: {field.name for field in fields(kind)} for kind in FIGURES} == {
        kind: set(table) for kind, table in FIGURES.items()
    }


@pytest.fixture(autouse=True)
def day_of_the_valley(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    noon = datetime(2026, 11, 25, 11, 0, tzinfo=UTC)
    monkeypatch.setattr(timezone, "now", lambda: noon)
    settings.COMPOSE_SYNCHRONOUS_SECONDS = 600


@pytest.fixture
def hidden(valley: Valley) -> Structure:
    """It lets itself be composed with, and shows neither crews nor accounts."""
    structure: Structure = Structure.objects.get(name=HIDDEN)
    SharingAgreement.objects.filter(structure=structure).delete()
    share(structure, valley, may_compose=True, may_see=False)
    SharingAgreement.objects.create(
        structure=structure,
        network=valley.network,
        figure_class="network",
        starts_on=DAY,
        may_compose=True,
        may_see=False,
    )
    write_smallest_crew(structure, 260)
    write_free(structure, 360)
    write_headroom(structure, 9_100_000)
    return structure


def asked_in_other_months(valley: Valley) -> list[Problem]:
    """What the engine is asked for the structure, whenever the work is and however long."""
    breakdown = valley.opportunity("berges").latest_breakdown()
    assert breakdown is not None
    row = breakdown.packages.get(position=1)
    first, asked = row.first_month, []
    assert first is not None
    for start, months in ((first, 1), (first, 12), (first + 3, 6), (first + 12, 18)):
        row.first_month, row.months = start, months
        packages = mobilisation.engine_packages([row], on=DAY)
        params = mobilisation.params_for(packages)
        field = mobilisation.engine_candidates(packages, viewer=valley.viewer, params=params)
        asked.append(Problem(packages=packages, candidates=field.candidates, params=params))
    return asked


@pytest.mark.parametrize("name", sorted(ROUNDED))
def test_figures_of_one_step_pose_one_problem(valley: Valley, hidden: Structure, name: str) -> None:
    """Every gesture of the engine is asked of the problem alone: equal ones answer the same."""
    figure = ROUNDED[name]
    figure.write(hidden, figure.low)
    low = asked_in_other_months(valley)
    figure.write(hidden, figure.high)
    assert asked_in_other_months(valley) == low
    if figure.across is not None:
        figure.write(hidden, figure.across)
        assert asked_in_other_months(valley) != low, "the walk has eyes"


@pytest.mark.parametrize("name", sorted(ROUNDED))
def test_who_sees_composes_with_the_figure_itself(
    valley: Valley, hidden: Structure, name: str
) -> None:
    agreements_of(hidden).update(may_see=True)
    figure = ROUNDED[name]
    figure.write(hidden, figure.low)
    low = asked_in_other_months(valley)
    figure.write(hidden, figure.high)
    assert asked_in_other_months(valley) != low


def test_fixing_a_part_finds_the_step_of_a_crew_and_no_more(
    valley: Valley, hidden: Structure
) -> None:
    """« Fixer une part »: the least part that is granted is a fifth of the smallest crew."""
    true_cfte = 563 // 5
    write_smallest_crew(hidden, 563)

    def least_granted() -> int:
        problem = posed_alone(valley)
        (candidate,) = [each for each in problem.candidates if each.name == HIDDEN]
        (package,) = problem.packages
        low, high = 0, 300
        while high - low > 1:
            middle = (low + high) // 2
            wish = SetShare(candidate.id, package.id, middle, middle)
            low, high = (low, middle) if holds(problem, wish) else (middle, high)
        return high

    found = least_granted()
    assert found == true_cfte - true_cfte % UNSEEN_SHARE_STEP_CFTE + UNSEEN_SHARE_STEP_CFTE - 1
    assert found > true_cfte, "on the safe side: what is granted holds"
    agreements_of(hidden).update(may_see=True)
    assert least_granted() == true_cfte


def test_steps_of_crews_free_and_least_leave_the_same_room(
    valley: Valley, hidden: Structure
) -> None:
    """A crew that is a round figure would else be both ends of one step: itself."""
    viewer = valley.viewer
    steps = {
        (crews_cfte(viewer, hidden.pk, cfte), least_share_cfte(viewer, hidden.pk, cfte // 5))
        for cfte in range(550, 550 + UNSEEN_CAPACITY_STEP_CFTE)
    }
    assert len(steps) == 1
    ((free, least),) = steps
    assert crews_cfte(viewer, hidden.pk, free) == free
    assert least_share_cfte(viewer, hidden.pk, least) == least
    assert most_packages(viewer, hidden.pk, 35) == UNSEEN_PACKAGES


@pytest.mark.parametrize(("name", "odd"), [("min_crew_cfte", 263), ("max_packages", 4)])
def test_what_was_made_with_the_exact_figure_is_withheld_once_it_is_closed(
    valley: Valley, hidden: Structure, name: str, odd: int
) -> None:
    agreements_of(hidden).update(may_see=True)
    ROUNDED["capacity_cfte_by_month"].write(hidden, 350)
    ROUNDED["headroom_cents"].write(hidden, 9_000_000)
    write_smallest_crew(hidden, 299)
    ROUNDED[name].write(hidden, odd)
    composition = valley.compose("berges")
    assert not access.is_withheld(composition, on=DAY)
    assert HIDDEN in str(composition.people)
    agreements_of(hidden).update(may_see=False)
    assert access.is_withheld(composition, on=DAY)
    assert not access.is_withheld(valley.compose("berges"), on=DAY)


# --- What pages, API and texts say, whatever is asked -------------------------------------------

_CHANCE = re.compile(
    r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
    r"|csrfmiddlewaretoken\" value=\"\w+|X-CSRFToken\": \"\w+|\"seconds\": [\d.]+"
    r"|\d+(?:,\d+)?\s(?:ms|s\b|seconde\w*)"
)


def told(answer: Any) -> str:
    return _CHANCE.sub("…", answer.content.decode())


def gestures(valley: Valley, client: Any, program: Program) -> Iterator[tuple[str, str]]:
    """What a curious member of the network gets: by each page and form of composing."""
    opportunity = valley.opportunity("berges")
    breakdown = opportunity.latest_breakdown()
    assert breakdown is not None
    composition = valley.compose("berges", by=client.user)
    here = f"/alliances/{composition.pk}/"
    for tab in ("", "preuve/", "et-si/"):
        yield f"team {tab}", told(client.get(f"{here}{tab}"))
        yield f"compared {tab}", told(client.get(f"{here}{tab}?equipe=simple"))
    candidate = next(key for key, who in composition.people.items() if who["name"] == HIDDEN)
    wishes: list[tuple[str, dict[str, str]]] = [
        ("avec", {"avec-structure": HIDDEN}),
        ("debut", {"debut-travaux": "01", "debut-mois": str(2027 * 12 + 4)}),
        ("besoin", {"besoin-travaux": "01", "besoin-etp": "3,7"}),
    ]
    for etp in ("0,5", "0,55", "0,59"):
        sent = {"part-structure": candidate, "part-travaux": "01", "part-etp": etp}
        wishes.append(("part", sent))
    for kind, sent in wishes:
        with transaction.atomic():
            answer = client.post(f"{here}et-si/", {"souhait": kind, **sent}, follow=True)
            transaction.set_rollback(True)
        yield f"{kind} {sent}", told(answer)
    client.post(f"{here}etudier/")
    yield "ways out", told(client.get(here))
    yield "study", told(client.get(f"{here}etude/"))
    rankings.rank_structures(breakdown=breakdown, viewer=valley.viewer, by=None)
    yield "ranking", told(client.get(f"/opportunites/{opportunity.pk}/candidats/"))
    yield "notes", str(Ranking.objects.latest("pk").rows)
    yield (
        "API",
        _CHANCE.sub("…", program.get(f"/api/v1/compositions/{composition.pk}/").content.decode()),
    )


def test_no_gesture_tells_two_figures_of_one_step_apart(
    valley: Valley, hidden: Structure, person: Any, signed_in_client: Any
) -> None:
    staff = person("reseau")
    client = signed_in_client(staff)
    client.user = staff
    program = Program(key_of(staff, "compose")[1])
    worlds = []
    for end in ("low", "high", "across"):
        with transaction.atomic():
            for figure in ROUNDED.values():
                figure.write(hidden, getattr(figure, end) or figure.high)
            worlds.append(dict(gestures(valley, client, program)))
            transaction.set_rollback(True)
    low, high, across = worlds
    differing = [name for name in low if low[name] != high[name]]
    assert differing == []
    seen = {name for name in low if low[name] != across[name]}
    assert any(name.startswith("part") for name in seen), "the walk has eyes"

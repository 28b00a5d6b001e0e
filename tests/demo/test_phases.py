"""The alliances of the demo: one in each phase worth seeing, and a standing team."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.test import override_settings
from django.urls import reverse

from cordee.accounts.models import User
from cordee.agreement.phases import Phase
from cordee.alliances.access import alliances_for
from cordee.alliances.models import (
    Alliance,
    AllianceBaseline,
    BidResult,
    Filing,
    StandingMember,
    StandingTeam,
    Withdrawal,
)
from cordee.delivery.models import Delivery
from cordee.delivery.standing import standing_of
from cordee.economics.headroom import positions, positions_by_chantier
from cordee.economics.models import AccountingYear, Commitment
from cordee.members.models import Network
from cordee.mobilisation.models import UrgentCall
from cordee.practices.models import Positioning
from cordee.practices.reuse.sources import record_for
from cordee.skills.models import Course
from demo.delivery import load_delivery
from demo.hours import load_hours
from demo.immersions import load_immersions
from demo.phases import JARDINS, RIVES, load_phases
from demo.practices_positioning import load_positionings
from demo.practices_reuse import load_finished
from demo.valley import NATIONAL
from tests.composing.conftest import DAY, loaded_valley

__all__ = ["loaded_valley"]

# Every page of an alliance, of the guides of alliances, table, form and time, documents.
PAGES = (
    "alliances:detail",
    "alliances:table",
    "alliances:table_history",
    "alliances:messages",
    "alliances:files",
    "alliances:signatories",
    "alliances:approvals",
    "alliances:filing",
    "alliances:result",
    "alliances:withdrawals",
    "alliances:legal_form",
    "alliances:documents",
)


@pytest.fixture(scope="module")
def walked(loaded_valley: Path, django_db_blocker: Any) -> Path:
    """Once for the tests of this module, each of which takes back what it changes."""
    with django_db_blocker.unblock(), override_settings(STATE_DIR=loaded_valley):
        walk(DAY)
    return loaded_valley


@pytest.fixture
def leader(walked: Path, db: None, settings: Any) -> User:
    settings.STATE_DIR = walked
    return User.objects.get(email="reseau@cordee.example")


def walk(day: date) -> User:
    found = User.objects.get(email="reseau@cordee.example")
    load_phases(Network.objects.get(slug=NATIONAL), found, day)
    return found


def test_there_is_one_in_each_phase_and_all_its_pages_open(
    leader: User, signed_in_client: Any
) -> None:
    found = {each.title: each for each in Alliance.objects.all()}
    assert {title: each.step for title, each in found.items()} == {
        "Les sentiers, à deux": Phase.FILED,
        "Les écoles du val": Phase.DELIVERY,
        "Les trois cimetières": Phase.LOST,
        "Le parc de la Confluence, à trois": Phase.FILED,
        "La maison de santé, en sous-traitance": Phase.DOCUMENTS,
        "L’étang de Roche-Mirel, à compléter": Phase.SPLIT,
    }
    assert AllianceBaseline.objects.get().alliance == found["Les écoles du val"]
    for filing in Filing.objects.all():
        assert all(each.at < filing.filed_at for each in filing.alliance.approvals.all())
    lost = BidResult.objects.get(is_won=False)
    assert lost.notes.count() == 3
    assert lost.to_change
    assert Withdrawal.objects.get().state == Withdrawal.State.SENT
    states = StandingMember.objects.order_by("pk").values_list("state", flat=True)
    assert list(states) == ["in", "in", "invited"]
    walk(DAY)
    assert len(Alliance.objects.all()) == len(found), "twice is once"

    for email in (leader.email, "direction@cordee.example"):
        person = User.objects.get(email=email)
        client = signed_in_client(person)
        for alliance in alliances_for(person):
            for name in PAGES:
                page = client.get(reverse(name, args=[alliance.pk]))
                assert page.status_code == 200, (name, alliance.title)
            answer = client.get(f"/api/v1/alliances/{alliance.pk}/")
            assert answer.status_code == 200, alliance.title
        row = Withdrawal.objects.get()
        page = client.get(reverse("alliances:withdrawal", args=[row.alliance_id, row.pk]))
        assert page.status_code == 200
        team = client.get(reverse("ready_teams:detail", args=[StandingTeam.objects.get().pk]))
        assert team.status_code == 200


def test_one_answers_alone_somebody_lacks_and_two_would_work_together_again(
    leader: User, signed_in_client: Any
) -> None:
    found = {each.title: each for each in Alliance.objects.all()}
    alone = found["La maison de santé, en sous-traitance"]
    lacking = found["L’étang de Roche-Mirel, à compléter"]
    holder = alone.terms.holder
    assert holder is not None
    assert [party.role.value for party in alone.terms.signers[1:]] == ["subcontractor"] * 2
    assert alone.approvals.count() == 1
    # Who coordinates reads that two of its team would work together again.
    page = signed_in_client(leader).get(reverse("alliances:detail", args=[alone.pk]))
    pairs = page.context["page"]["pairs"]
    assert pairs == [("Les Jardins de la Verdoire", "Val Mirel Environnement")]
    assert leader not in [each.person for each in lacking.coordinators.all()]
    director = signed_in_client(User.objects.get(email="direction@cordee.example"))
    missing = director.get(reverse("alliances:open_lines", args=[lacking.pk])).context["missing"]
    (wanted,) = missing["wanted"]
    assert wanted.open.cents == 18_000_00
    known = {each.line.name: each.known for each in missing["candidates"]}
    assert "Espaces verts des écoles et du collège" in known["Val Mirel Environnement"]


def test_contracts_and_offers_of_directors_make_the_ceiling_move(leader: User) -> None:
    """The proofs of the valley hold: what is signed is in the budget, or small."""
    found = {}
    for name in (JARDINS, RIVES):
        years = AccountingYear.objects.filter(chantier__structure__name=name)
        rows = Commitment.objects.filter(chantier__structure__name=name).running()
        (now,) = positions_by_chantier(years, DAY).values()
        every = positions(list(years), rows.filter(is_in_budget=False).promises(), DAY)
        found[name] = (
            sorted(rows.values_list("state", flat=True)),
            now[1].headroom_cents,
            every[1].status,
        )
    assert found[JARDINS] == (["bid", "bid", "bid", "signed"], 9_999_999, "DEPASSEMENT")
    states, headroom, status = found[RIVES]
    assert (states, status) == (["bid", "bid", "signed"], "CONFORME")
    assert headroom is not None
    assert 9_900_000 < headroom < 10_999_999


def test_the_schools_are_carried_out_and_each_finds_the_next_step(
    leader: User, signed_in_client: Any
) -> None:
    """Every step of the story of a contract begins from that of the demo."""
    made = load_delivery(DAY)
    assert made is not None
    load_hours(made, DAY)
    load_immersions(made, DAY)
    assert load_delivery(DAY) is None, "twice is once"
    found = standing_of(made, on=DAY)
    assert (made.months, found.due, found.missing) == (12, 720 * 60, 66 * 60)
    home = f"/marches/{made.pk}/"
    gardens = f"/annuaire/{made.structure_id}/passerelles/"
    for name, steps in {
        "direction": {
            "": "Envoyer",
            "heures/": "Accepté",
            "argent/": "C’est payé",
            "marche/": "Qui peut faire ces heures",
            "calendrier/": "Libérer mon équipe",
            "plan/": "Qui peut faire ces heures",
        },
        "facilitateur": {"heures/": "Accepter ce mois", "rapport/": "Heures acceptées (CSV)"},
        "acheteuse": {"rapport/": "Prendre le rapport (PDF)"},
    }.items():
        client = signed_in_client(User.objects.get(email=f"{name}@cordee.example"))
        for page, step in steps.items():
            assert step in client.get(home + page).text, (name, page)
    trainer = signed_in_client(User.objects.get(email="encadrant@cordee.example"))
    assert "Noter une immersion" in trainer.get(gardens).text
    assert "1\u202fembauche" in trainer.get(gardens).text


def test_each_sort_of_record_has_one_to_make_a_sheet_of(leader: User) -> None:
    for _ in range(2):
        load_finished(DAY)
    gardens = User.objects.get(email="direction@cordee.example")
    keys = {
        "appel": UrgentCall.objects.get(closed_at__isnull=False).pk,
        "afest": Course.objects.get(ended_on__isnull=False).pk,
        "marche": Delivery.objects.get(title="Les haies du canal").pk,
    }
    found = [record_for(gardens, kind, str(key), DAY) for kind, key in keys.items()]
    year = AccountingYear.objects.get(basis="closed", first_month=12 * (DAY.year - 1))
    rives = User.objects.get(email="partenaire@cordee.example")
    found.append(record_for(rives, "exercice", str(year.pk), DAY))
    for record in found:
        told = " ".join(fact.words for fact in (*record.facts, *record.guarded))
        assert told
        assert not [name for name in (JARDINS, RIVES, "Hana") if name in told]


def test_the_newest_positioning_of_the_gardens_tells_what_is_counted(leader: User) -> None:
    load_hours(load_delivery(DAY), DAY)
    load_positionings(DAY)
    newest, first = Positioning.objects.filter(structure__name=JARDINS)
    assert any("offres à plusieurs" in each for each in newest.answers["reponses"]["proofs"])
    assert any("d’insertion faites" in each for each in newest.answers["engagements"]["proofs"])
    assert not any(each["proofs"] for each in first.answers.values())

"""A standing team: what it lacks is said, and a bid begins from it in one step."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse

from cordee.alliances.dossier_builder import ALWAYS_ASKED
from cordee.alliances.models import Alliance, StandingMember, StandingTeam
from cordee.alliances.opening.views import ALONE, sources_for
from cordee.alliances.ready_teams import actions
from cordee.alliances.ready_teams.access import readiness_of
from cordee.alliances.requirements import lot_of
from cordee.members.models import Certification, Department, Structure
from tests.alliances.makers import PDF, Rope
from tests.opportunities.makers import make_opportunity

Make = Callable[..., Rope]
State = StandingMember.State


def keep(team: Rope, *keys: str, trades: tuple[str, ...] = ("espaces-verts",)) -> StandingTeam:
    made = actions.create_team(
        name="Berges prêtes",
        department=Department.objects.get(code="38"),
        trades=trades,
        network=team.network,
        structure=None,
        by=team.leader,
        now=team.now,
    )
    for key in keys:
        row = actions.invite_member(
            team=made, structure=team.structures[key], by=team.leader, now=team.now
        )
        actions.answer_team(member=row, is_yes=True, by=team.directors[key], now=team.now)
    return made


def sign(team: Rope, made: StandingTeam, key: str, **values: Any) -> None:
    made.refresh_from_db()
    given: dict[str, Any] = {
        "name": f"Signataire {key}",
        "function": "présidente",
        "power": "legal",
        "power_on": None,
        "accepts": "" if made.framework is None else made.framework.sha256,
    }
    actions.get_ready(
        member=made.members.get(structure=team.structures[key]),
        by=team.directors[key],
        on=team.on,
        **(given | values),
    )


def framework(team: Rope, made: StandingTeam, content: bytes = PDF) -> None:
    actions.set_framework(
        team=made, name="cadre.pdf", content=content, by=team.leader, now=team.now
    )


def papers(team: Rope, key: str) -> None:
    for name in ALWAYS_ASKED:
        Certification.objects.create(
            structure=team.structures[key], name=name, valid_until=team.on + timedelta(days=90)
        )


def test_it_is_said_what_each_lacks_until_all_is_ready(rope: Make) -> None:
    team = rope()
    made = keep(team, "jardins", "toits")
    before = readiness_of(made, on=team.on)
    assert (before.done, before.asked, before.is_ready) == (1, 16, False)
    assert before.missing == ["La convention-cadre n’est pas déposée."]
    framework(team, made)
    for key in ("jardins", "toits"):
        sign(team, made, key)
        papers(team, key)
    made.refresh_from_db()
    assert readiness_of(made, on=team.on).is_ready
    later = readiness_of(made, on=team.on + timedelta(days=91))
    assert later.done == 16 - 2 * len(ALWAYS_ASKED), "papers end"
    assert "finie le" in later.members[0].missing[0]


def test_another_framework_asks_every_member_again(rope: Make) -> None:
    team = rope()
    made = keep(team, "jardins", "toits")
    framework(team, made)
    sign(team, made, "jardins")
    old = made.framework.sha256 if made.framework else ""
    framework(team, made, PDF + b"autre texte")
    made.refresh_from_db()
    jardins = readiness_of(made, on=team.on).members[0]
    assert "Accepter la convention-cadre, qui a changé." in jardins.missing
    with pytest.raises(ValidationError, match="convention-cadre a changé"):
        sign(team, made, "toits", accepts=old or "0" * 64)


def test_two_establishments_of_one_association_are_no_team(rope: Make) -> None:
    team = rope()
    made = keep(team, "jardins")
    missing = readiness_of(made, on=team.on).missing
    assert "Il faut au moins deux structures différentes." in missing


def test_an_act_is_dated_and_whoever_left_comes_back_by_invitation(rope: Make) -> None:
    team = rope()
    made = keep(team, "jardins")
    with pytest.raises(ValidationError, match="date de l’acte"):
        sign(team, made, "jardins", power="board")
    row = made.members.get()
    actions.answer_team(member=row, is_yes=False, by=team.directors["jardins"], now=team.now)
    row.refresh_from_db()
    assert row.state == State.LEFT
    with pytest.raises(ValidationError, match="invitée de nouveau"):
        actions.answer_team(member=row, is_yes=True, by=team.directors["jardins"], now=team.now)
    actions.invite_member(
        team=made, structure=team.structures["jardins"], by=team.leader, now=team.now
    )
    with pytest.raises(ValidationError, match="déjà dans cette cordée"):
        actions.invite_member(
            team=made, structure=team.structures["jardins"], by=team.leader, now=team.now
        )


def test_an_alliance_starts_from_it_in_one_step_with_its_signatories(
    rope: Make, signed_in_client: Any, tmp_path: Path
) -> None:
    team = rope()
    made = keep(team, "jardins", "toits")
    framework(team, made)
    sign(team, made, "toits")
    opportunity = make_opportunity(tmp_path, idweb="26-10009", title="Entretien des talus")
    breakdown = opportunity.latest_breakdown()
    assert breakdown is not None
    source = sources_for(team.leader, opportunity, breakdown)[1]
    assert source.key == f"prete-{made.pk}"
    for key, sees in (("toits", True), ("mirel", False)):
        found = sources_for(team.directors[key], opportunity, breakdown)
        assert (len(found) > 1) is sees
    lots = {lot_of(package) for package in breakdown.packages.all()}
    values = {"title": "Les talus", "lots": list(lots), "coordinator": "reseau"}
    page = reverse("alliances:open", args=[opportunity.pk])
    done = signed_in_client(team.leader).post(page, values | {"with_whom": source.key})
    assert done.status_code == 302
    alliance = Alliance.objects.get(title="Les talus")
    assert alliance.origin == Alliance.Origin.STANDING
    party = alliance.parties.get(structure=team.structures["toits"])
    assert (party.signatory_name, party.may_sign) == ("Signataire toits", True)
    assert not alliance.parties.get(structure=team.structures["jardins"]).may_sign


def test_a_team_of_another_trade_is_not_proposed(rope: Make, tmp_path: Path) -> None:
    team = rope()
    keep(team, "jardins", "toits", trades=("restauration",))
    opportunity = make_opportunity(tmp_path, idweb="26-10009", title="Entretien des talus")
    breakdown = opportunity.latest_breakdown()
    assert breakdown is not None
    found = sources_for(team.leader, opportunity, breakdown)
    assert [each.key for each in found] == [ALONE]


def test_a_whole_team_through_the_pages(rope: Make, signed_in_client: Any) -> None:
    team = rope()
    keeper = signed_in_client(team.leader)
    assert "Rien n’est prêt d’avance" in keeper.get(reverse("ready_teams:list")).content.decode()
    department = Department.objects.get(code="38")
    values = {"name": "Prêts", "department": department.pk, "trades": ["espaces-verts"]}
    keeper.post(reverse("ready_teams:create"), values | {"keeper": "reseau"})
    made = StandingTeam.objects.get()
    page = reverse("ready_teams:detail", args=[made.pk])
    keeper.post(page, {"typed": team.structures["toits"].siret})
    assert "Aucune structure" in keeper.post(page, {"typed": "introuvable"}).content.decode()
    row = made.members.get()
    member = signed_in_client(team.directors["toits"])
    asked = member.get(page).content.decode()
    assert "Les Toits du Val est invitée" in asked
    assert "points prêts" not in asked
    member.post(reverse("ready_teams:answer", args=[made.pk, row.pk]), {"reponse": "oui"})
    sent = {"file": SimpleUploadedFile("cadre.pdf", PDF)}
    keeper.post(reverse("ready_teams:set_framework", args=[made.pk]), sent)
    assert member.get(reverse("ready_teams:framework", args=[made.pk])).content == PDF
    mine = reverse("ready_teams:get_ready", args=[made.pk, row.pk])
    assert member.get(mine).status_code == 200
    made.refresh_from_db()
    assert made.framework is not None
    typed = {"name": "Alix", "function": "présidente", "power": "legal", "accepts": "on"}
    assert member.post(mine, typed | {"read": made.framework.sha256}).status_code == 302
    row.refresh_from_db()
    assert row.framework_sha256 == made.framework.sha256
    assert "3 sur 7" not in keeper.get(page).content.decode()
    assert "2 sur 7" in keeper.get(page).content.decode()
    assert (
        "Plus personne ne la verra"
        in keeper.get(reverse("ready_teams:close", args=[made.pk])).content.decode()
    )
    keeper.post(reverse("ready_teams:close", args=[made.pk]))
    assert member.get(page).status_code == 404


def test_a_double_click_keeps_one_team(rope: Make, signed_in_client: Any) -> None:
    team = rope()
    keeper = signed_in_client(team.leader)
    values = {
        "name": "Prêts",
        "department": Department.objects.get(code="38").pk,
        "trades": ["espaces-verts"],
        "keeper": "reseau",
    }
    first, second = (keeper.post(reverse("ready_teams:create"), values) for _ in range(2))
    assert first.status_code == second.status_code == 302
    assert first.headers["Location"] == second.headers["Location"]
    made = StandingTeam.objects.get()
    # Another one of that name, of other trades, would be taken for the first.
    other = keeper.post(reverse("ready_teams:create"), values | {"trades": ["proprete"]})
    assert "Une cordée de ce nom est déjà ouverte" in other.content.decode()
    assert StandingTeam.objects.get() == made
    actions.close_team(team=made, by=team.leader, now=team.now)
    assert keeper.post(reverse("ready_teams:create"), values).status_code == 302
    assert StandingTeam.objects.open().get() != made


def test_the_base_holds_one_open_team_of_a_name(rope: Make) -> None:
    made = keep(rope())
    for kept in ({"network": made.network}, {"structure": Structure.objects.first()}):
        values = {"name": made.name, "department": made.department, "made_at": made.made_at}
        twins = [StandingTeam(**values, **kept) for _ in range(2)]
        with pytest.raises(IntegrityError), transaction.atomic():
            StandingTeam.objects.bulk_create(twins)


def test_the_page_makes_as_many_queries_for_many_members(rope: Make, count_queries: Any) -> None:
    team = rope()
    made = keep(team, "jardins", "toits")
    page = reverse("ready_teams:detail", args=[made.pk])
    few = count_queries(page, team.leader)
    for number in range(8):
        team.structure(f"autre{number}", f"Autre structure {number}", "ACI")
        row = actions.invite_member(
            team=made, structure=team.structures[f"autre{number}"], by=team.leader, now=team.now
        )
        actions.answer_team(member=row, is_yes=True, by=team.leader, now=team.now)
    assert count_queries(page, team.leader) == few

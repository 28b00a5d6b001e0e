"""What alliances have to say on the page of the day, step by step, and to nobody else."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cordee.agreement import PartyRole
from cordee.agreement.phases import Phase
from cordee.alliances import today
from cordee.alliances.invitations import actions as invitations_actions
from cordee.alliances.models import Alliance
from cordee.members.sharing import Viewer
from cordee.members.today.waiting import lines_of
from tests.alliances.makers import Rope
from tests.members.makers import make_person

pytestmark = pytest.mark.django_db
Make = Callable[..., Rope]


def lines(team: Rope, person: object) -> list[str]:
    return [line.what for line in lines_of([today.lines], Viewer.of(person, team.on), team.now)]  # type: ignore[arg-type]


def near(team: Rope, days: int) -> None:
    opportunity = team.alliance.opportunity
    opportunity.deadline = team.now + timedelta(days=days)
    opportunity.save()


def test_each_step_asks_its_gesture_and_no_other(rope: Make) -> None:
    team = rope()
    key = team.members[0]
    zoe = team.directors[key]
    assert lines(team, zoe) == []
    invitations_actions.invite(party=team.party(key), by=team.leader, now=team.now)
    assert lines(team, zoe) == ["On vous invite dans une équipe"]
    team.gather().step(Phase.SPLIT)
    assert lines(team, zoe) == ["Dire ce que vous feriez"]
    team.share_out()
    (line,) = lines_of([today.lines], Viewer.of(zoe, team.on), team.now)
    assert line.what.startswith("Accepter votre part\u00a0: ")
    assert line.url == f"/alliances/groupes/{team.alliance.pk}/parts/{team.party(key).pk}/"
    team.accept_all()
    assert lines(team, zoe) == ["Dire qui signe pour vous"]
    for each in team.members:
        team.name_signatory(each)
    assert lines(team, zoe) == []
    team.step(Phase.MANDATE).step(Phase.DOCUMENTS)
    assert lines(team, zoe) == ["Approuver la convention"]
    team.approve(key)
    assert lines(team, zoe) == []
    # A word of the text changes: what was approved is no more the text of today.
    team.name_signatory(team.members[1], function="directrice")
    assert lines(team, zoe) == ["Approuver la convention"]


def test_who_answers_alone_approves_its_agreement(rope: Make) -> None:
    team = rope().alone_to_documents()
    assert lines(team, team.directors[team.members[1]]) == ["Approuver l’accord de sous-traitance"]


def test_who_coordinates_is_told_what_lacks_near_the_deadline(rope: Make) -> None:
    team = rope().to_documents()
    near(team, 40)
    assert lines(team, team.leader) == []
    near(team, 10)
    (line,) = lines_of([today.lines], Viewer.of(team.leader, team.on), team.now)
    assert line.what.startswith("Les berges ensemble\u00a0: il manque trois approbations, ")
    assert "n’ont pas encore approuvé la convention" in line.fact
    for key in team.members:
        team.approve(key)
    (line,) = lines_of([today.lines], Viewer.of(team.leader, team.on), team.now)
    said = r"Les berges ensemble\u00a0: il manque \d+ éléments et trois dossiers fermés"
    assert re.fullmatch(said, line.what)


def test_nothing_waits_once_the_deadline_is_past(rope: Make) -> None:
    team = rope().to_documents()
    near(team, -1)
    assert lines(team, team.directors[team.members[0]]) == []
    assert lines(team, team.leader) == []


def test_others_read_nothing_of_it(rope: Make) -> None:
    team = rope().to_documents()
    near(team, 10)
    outsider = make_person("felix@exemple.fr")
    colleague = make_person(
        "basile@exemple.fr", role="supervisor", structure=team.structures[team.members[0]]
    )
    assert [lines(team, each) for each in (outsider, colleague)] == [[], []]


def test_queries_do_not_grow_with_parts(rope: Make) -> None:
    """Two structures of one person in the team: no more queries than one."""
    team = rope().gather().step(Phase.SPLIT).share_out()
    zoe = team.directors[team.members[0]]

    def asked() -> int:
        with CaptureQueriesContext(connection) as read:
            lines_of([today.lines], Viewer.of(zoe, team.on), team.now)
        return len(read)

    before = asked()
    zoe.seats.create(role="director", structure=team.structures[team.members[1]])
    assert asked() == before <= 5


def test_a_team_near_its_filing_reads_its_notice_and_its_convention_once(rope: Make) -> None:
    team = rope().to_documents()
    near(team, 10)
    team.approve(team.members[0])
    viewer = Viewer.of(team.leader, team.on)
    with CaptureQueriesContext(connection) as read:
        assert lines_of([today.lines], viewer, team.now)
    asked = [query["sql"] for query in read]
    assert sum("opportunities_reading" in sql for sql in asked) == 1
    assert sum('FROM "members_certification"' in sql for sql in asked) == 1
    assert len(asked) <= 23


def test_an_invitation_waits_no_more_once_the_offer_is_filed(rope: Make) -> None:
    """Nobody comes in then: the answer would be refused."""
    team = rope().to_documents()
    late = team.structure("tardifs", "Les Tardifs du Val", "ACI")
    party = invitations_actions.add_party(
        alliance=team.alliance,
        structure=late,
        role=PartyRole.EMPLOYER,
        of=team.party(team.members[0]),
        by=team.leader,
        now=team.now,
    )
    invitations_actions.invite(party=party, by=team.leader, now=team.now)
    assert lines(team, team.directors["tardifs"]) == ["On vous invite dans une équipe"]
    Alliance.objects.filter(pk=team.alliance.pk).update(phase=Phase.FILED)
    assert lines(team, team.directors["tardifs"]) == []

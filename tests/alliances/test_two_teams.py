"""Two teams on one lot (RULE-38): each reads of its own, and nobody why another one declines."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse

from cordee.accounts.models import User
from cordee.agreement import PartyRole
from cordee.agreement.phases import Phase
from cordee.alliances import today
from cordee.alliances.coordination import actions as coordination_actions
from cordee.alliances.frame.listing import own_teams_on
from cordee.alliances.invitations import actions as invitations_actions
from cordee.alliances.models import Alliance
from cordee.alliances.opening.actions import Start, start_alliance
from cordee.alliances.requirements import lot_of
from cordee.base.mail.models import OutgoingMail
from cordee.base.ui import french
from cordee.composing.own_teams import own_teams_of
from cordee.members.sharing import Viewer
from cordee.members.today.waiting import lines_of
from cordee.opportunities.models import Breakdown
from tests.alliances.makers import Rope
from tests.alliances.test_own_part import rival, shown_by
from tests.api.conftest import Program, key_of
from tests.members.makers import make_person
from tests.strict_client import StrictClient

pytestmark = pytest.mark.django_db
Make = Callable[..., Rope]


def breakdown_of(team: Rope) -> Breakdown:
    found = team.opportunity.latest_breakdown()
    assert found is not None
    return found


def leads_another(team: Rope, key: str) -> Alliance:
    """Who directs a structure opens a team of her own on the same lot."""
    breakdown = breakdown_of(team)
    return start_alliance(
        breakdown=breakdown,
        lots={lot_of(package) for package in breakdown.packages.all()},
        title="La sienne",
        start=Start(origin=Alliance.Origin.SCRATCH, structures=[team.structures[key]]),
        structure=team.structures[key],
        by=team.directors[key],
        now=team.now,
    )


def joins_another(team: Rope, key: str) -> Alliance:
    """A structure says yes to a team of another network on the same lot."""
    other = rival(team)
    leader = other.coordinators.get().person
    row = invitations_actions.add_party(
        alliance=other,
        structure=team.structures[key],
        role=PartyRole.MEMBER,
        by=leader,
        now=team.now,
    )
    invitations_actions.invite(party=row, by=leader, now=team.now)
    invitations_actions.answer_invitation(
        party=row, is_yes=True, by=team.directors[key], now=team.now
    )
    return other


def invited(team: Rope, key: str = "jardins") -> None:
    invitations_actions.invite(party=team.party(key), by=team.leader, now=team.now)


def page_for(person: User, url: str) -> str:
    client = StrictClient()
    client.force_login(person)
    return shown_by(client.get(url))


def home(team: Rope) -> str:
    return reverse("alliances:detail", args=[team.alliance.pk])


ELSEWHERE = pytest.mark.parametrize("elsewhere", [leads_another, joins_another])


@ELSEWHERE
def test_who_cannot_say_yes_reads_why_and_declines_in_one_click(
    rope: Make, elsewhere: Callable[[Rope, str], Alliance]
) -> None:
    team = rope()
    invited(team)
    zoe, party = team.directors["jardins"], team.party("jardins")
    mine = elsewhere(team, "jardins")
    page = page_for(zoe, home(team))
    assert "Vous ne pouvez pas dire oui" in page
    assert reverse("alliances:detail", args=[mine.pk]) in page, "and is led to her own"
    assert "Décliner" in page
    assert "Oui, explorons" not in page
    assert "pourquoi\u202f?" not in page, "no reason is asked that somebody would read"
    client = StrictClient()
    client.force_login(zoe)
    client.post(
        reverse("alliances:answer_invitation", args=[team.alliance.pk, party.pk]),
        {"reponse": "non"},
    )
    assert team.party("jardins").state == "declined"
    again = page_for(zoe, home(team))
    assert "Finalement, explorons" not in again


@ELSEWHERE
def test_of_an_invitation_that_cannot_be_accepted_no_price_is_read(
    rope: Make, elsewhere: Callable[[Rope, str], Alliance]
) -> None:
    team = rope().gather().step(Phase.SPLIT).share_out()
    key = team.party("jardins").pk
    team.alliance.parties.filter(pk=key).update(state="invited")
    zoe = team.directors["jardins"]
    share = french.euros(team.terms.share_cents(str(key)), rounded=True).removesuffix("\u202f€")
    assert share in page_for(zoe, home(team)), "her own part, before a yes"
    elsewhere(team, "jardins")
    assert share not in page_for(zoe, home(team))
    for name in ("alliances:table", "alliances:documents", "alliances:messages"):
        client = StrictClient()
        client.force_login(zoe)
        assert client.get(reverse(name, args=[team.alliance.pk])).status_code == 404


@ELSEWHERE
def test_today_tells_her_that_an_invitation_waits_for_her_no(
    rope: Make, elsewhere: Callable[[Rope, str], Alliance]
) -> None:
    team = rope()
    invited(team)
    zoe = team.directors["jardins"]
    elsewhere(team, "jardins")
    read = lines_of([today.lines], Viewer.of(zoe, team.on), team.now)
    (line,) = (each for each in read if each.url == home(team))
    assert line.what == "Une invitation attend votre non"
    assert "équipe sur ce lot" in line.fact
    assert line.verb == "Lire, puis décliner"


# --- What the inviter reads -----------------------------------------------------------------------

MOVING = re.compile(
    r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"  # keys of alliances
    r"|csrfmiddlewaretoken\" value=\"\w+\"|hx-headers='[^']*'|nonce=\"[^\"]*\"|/ical/\S+"
    r"|\d{2}:\d{2}:\d{2}(\.\d+)?|\d{1,2}\u202fh(\u202f\d{2})?"
)


def read_by_inviter(team: Rope) -> dict[str, str]:
    """Each page, mail, line of today, of the API and of the journal that the inviter reads."""
    pk = team.alliance.pk
    urls = [
        reverse(f"alliances:{name}", args=[pk])
        for name in (
            *("detail", "team", "dossier", "next", "table", "planning", "legal_form", "messages"),
            *("add_party", "documents", "signatories", "approvals", "withdrawals"),
        )
    ]
    urls += [
        reverse("alliances:coordinators", args=[pk]),
        reverse("alliances:open_lines", args=[pk]),
        reverse("alliances:list"),
        reverse("today:today"),
        reverse("journal", args=["alliance", pk]),
        reverse("opportunities:detail", args=[team.opportunity.pk]),
        reverse("members:structure", args=[team.structures["jardins"].pk]),
    ]
    found = {url: page_for(team.leader, url) for url in urls}
    program = Program(key_of(team.leader, "act")[1])
    for path in ("/api/v1/alliances/", f"/api/v1/alliances/{pk}/"):
        found[path] = program.get(path).content.decode()
    for mail in OutgoingMail.objects.filter(for_person=team.leader.pk).order_by("pk"):
        found[f"mail {mail.kind} {mail.subject}"] = f"{mail.text} {mail.html}"
    for line in lines_of([today.lines], Viewer.of(team.leader, team.on), team.now):
        found[f"line {MOVING.sub('', line.url)}"] = str(line)
    return {MOVING.sub("", key): MOVING.sub("", text) for key, text in found.items()}


def test_the_inviter_reads_the_same_with_and_without_a_rival(rope: Make) -> None:
    """« Sans réponse », then « a décliné »: never why, not by a byte."""
    team = rope()
    invited(team)
    zoe = team.directors["jardins"]
    without = read_by_inviter(team)
    leads_another(team, "jardins")
    assert "Sans réponse" in without[MOVING.sub("", home(team))]
    assert read_by_inviter(team) == without
    # She reads it, which nobody is told.
    page_for(zoe, home(team))
    assert read_by_inviter(team) == without


def declined(team: Rope) -> dict[str, str]:
    zoe = team.directors["jardins"]
    client = StrictClient()
    client.force_login(zoe)
    party = team.party("jardins")
    url = reverse("alliances:answer_invitation", args=[team.alliance.pk, party.pk])
    client.post(url, {"reponse": "non"})
    return read_by_inviter(team)


def test_the_inviter_reads_the_same_no_with_and_without_a_rival(rope: Make) -> None:
    team = rope()
    invited(team)
    with transaction.atomic():
        without = declined(team)
        transaction.set_rollback(True)
    leads_another(team, "jardins")
    found = declined(team)
    assert "a décliné" in found[MOVING.sub("", reverse("alliances:team", args=[team.alliance.pk]))]
    assert found == without


def test_who_asks_a_colleague_to_lead_is_not_told_of_the_team_of_that_one(rope: Make) -> None:
    team = rope()
    colleague = make_person("felix@exemple.fr", role="network_staff", network=team.network)
    team.directors["jardins"] = colleague
    colleague.seats.create(role="director", structure=team.structures["jardins"])
    leads_another(team, "jardins")
    with pytest.raises(ValidationError) as refused:
        coordination_actions.add_coordinator(alliance=team.fresh, person=colleague, by=team.leader)
    assert "équipe" not in str(refused.value)
    assert "ne peut pas coordonner" in str(refused.value)


# --- Told before keeping, opening, inviting -------------------------------------------------------


def words(person: User, team: Rope) -> list[str]:
    viewer = Viewer.of(person, team.on)
    assert own_teams_of(viewer, breakdown_of(team)) == own_teams_on(viewer, breakdown_of(team))
    return [each.words for each in own_teams_of(viewer, breakdown_of(team))]


def test_each_is_told_of_her_own_other_teams_alone(rope: Make) -> None:
    team = rope()
    zoe, paul = team.directors["jardins"], team.directors["toits"]
    assert words(zoe, team) == [], "thought of is not asked"
    invited(team)
    assert words(zoe, team) == ["Réseau du Val vous invite dans une équipe\u00a0: répondez d’abord"]
    assert words(team.leader, team) == ["Vous coordonnez «\u00a0Les berges ensemble\u00a0»"]
    assert words(paul, team) == []
    team.say_yes("jardins")
    assert words(zoe, team) == ["Vous prenez part à «\u00a0Les berges ensemble\u00a0»"]
    invitations_actions.answer_invitation(
        party=team.party("jardins"), is_yes=False, by=zoe, now=team.now
    )
    assert words(zoe, team) == []


def test_who_is_invited_elsewhere_is_told_before_opening(rope: Make) -> None:
    team = rope()
    invited(team)
    zoe = team.directors["jardins"]
    client = StrictClient()
    client.force_login(zoe)
    url = reverse("alliances:open", args=[team.opportunity.pk])
    page = client.get(url).content.decode()
    assert "vous invite dans une équipe" in page
    assert home(team) in page
    lots = [lot_of(package) for package in breakdown_of(team).packages.all()]
    typed: dict[str, Any] = {
        "title": "La mienne",
        "lots": lots,
        "coordinator": str(team.structures["jardins"].pk),
        "with_whom": "seule",
    }
    # An invitation that came since the page was read is told first, and nothing typed is lost.
    again = client.post(url, typed).content.decode()
    assert Alliance.objects.count() == 1
    assert "vous invite dans une équipe" in again
    assert "La mienne" in again
    client.post(url, typed | {"su": "1"})
    assert Alliance.objects.count() == 2

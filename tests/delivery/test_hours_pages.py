"""« Ce mois-ci » and « Les heures »: who reads and writes what, what pages say, what waits."""

from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from cordee.delivery.hours import today
from cordee.delivery.models import HourProof, MonthlyHours, Partner
from cordee.members.models import RoleSeat
from cordee.members.sharing import Viewer
from cordee.members.today import waiting
from cordee.rules.months import month_number
from tests.delivery.makers import HOUR, hours, make_delivery, partner
from tests.members.makers import make_person, make_structure, make_valley

pytestmark = pytest.mark.django_db
Role = RoleSeat.Role


class Team:
    """A contract of twelve months, three of them over: its keeper, a member, a subcontractor."""

    def __init__(self, signed_in: Any) -> None:
        make_valley()
        names = {"lead": "Les Jardins", "member": "Val Mirel", "helper": "Les Toits"}
        self.structures = {
            key: make_structure(name, is_claimed=True) for key, name in names.items()
        }
        self.people = {
            key: make_person(f"{key}@exemple.fr", role=Role.DIRECTOR, structure=structure)
            for key, structure in self.structures.items()
        }
        self.people["facilitator"] = make_person("facilite@exemple.fr", role=Role.FACILITATOR)
        self.contract = make_delivery(
            self.structures["lead"],
            facilitator=self.people["facilitator"],
            penalty_cents=2_500,
            penalty_limit_cents=300_000,
        )
        self.lead = self.contract.partners.get()
        self.member = partner(self.contract, self.structures["member"], minutes=240 * HOUR)
        self.helper = partner(
            self.contract,
            self.structures["helper"],
            Partner.Role.SUBCONTRACTOR,
            of=self.lead,
            minutes=120 * HOUR,
        )
        self.clients = {key: signed_in(person) for key, person in self.people.items()}
        self.first = self.contract.first_month
        self.lot = self.contract.lots.get()

    def page(self, who: str, route: str = "delivery", *args: Any, **query: Any) -> str:
        address = reverse(f"delivery:{route}", args=[self.contract.pk, *args], query=query)
        return self.clients[who].get(address).text

    def field(self, who: Partner, way: str = "SIAE") -> str:
        return f"{self.lot.pk}-{who.pk}-{way}"

    def send(self, by: str, **typed: str) -> Any:
        more = {"who": str(getattr(self, by).pk), "lot": str(self.lot.pk), "way": "SIAE"}
        address = reverse("delivery:delivery", args=[self.contract.pk])
        return self.clients[by].post(address, more | typed)


@pytest.fixture
def team(signed_in_client: Any) -> Team:
    return Team(signed_in_client)


def test_a_month_is_said_as_the_last_one_by_one_button(team: Team) -> None:
    page = team.page("lead")
    assert "Vos heures d" in page
    assert "Il manquera" not in page
    # Its own line, not that of the two others, and no total of them to write.
    assert team.field(team.lead) in page
    assert team.field(team.member) not in page
    assert "Quel lot" not in page, "a choice of one is not asked"
    assert team.send("lead", **{team.field(team.lead): "62,5"}).status_code == 302
    page = team.page("lead")
    assert "comme " in page
    assert 'value="62,5"' in page
    row = MonthlyHours.objects.get()
    assert (row.month, row.minutes, row.stated_by) == (team.first, 3_750, team.people["lead"])


def test_nobody_writes_the_hours_of_another(team: Team) -> None:
    team.send("member", **{team.field(team.lead): "5", "who": str(team.lead.pk), "more": "7"})
    assert not MonthlyHours.objects.exists()
    team.send("member", more="7", way="STAFF")
    row = MonthlyHours.objects.get()
    assert (row.partner, row.way, row.minutes) == (team.member, "STAFF", 7 * HOUR)
    # Whoever keeps the contract writes for one without a sheet too.
    other = partner(team.contract, None, minutes=10 * HOUR)
    assert team.field(other, "HIRE") in team.page("lead")
    assert team.clients["facilitator"].post(
        reverse("delivery:delivery", args=[team.contract.pk]), {"more": "3"}
    )
    assert MonthlyHours.objects.count() == 1


def test_what_is_wrong_is_told_at_its_field_and_nothing_is_kept(team: Team) -> None:
    name = team.field(team.lead)
    for typed, words in (
        ("-5", "est trop petit"),
        ("douze", "n’est pas un nombre"),
        ("50000", "est trop grand. Écrivez au plus 40\u202f000"),
        ("9" * 60, "est trop grand"),
    ):
        answer = team.send("lead", **{name: typed, "more": "3", "way": "STAFF"})
        assert answer.status_code == 422
        assert words in answer.text
        assert f'value="{typed}"' in answer.text
    assert "Rien n’est écrit" in team.send("lead").text
    assert not MonthlyHours.objects.exists()


def test_a_subcontractor_reads_and_says_its_own_part(team: Team) -> None:
    hours(team.contract, 83 * HOUR)
    hours(team.contract, 19 * HOUR, partner=team.member)
    hours(team.contract, 7 * HOUR, partner=team.helper)
    for route in ("delivery", "hours"):
        page = team.page("helper", route)
        assert "Val Mirel" not in page
        for amount in ("83", "19", "1\u202f200", "25"):
            assert f">{amount}<" not in page
            assert f"{amount}\u202f" not in page
    assert "Il vous manquera" in team.page("helper")


def test_the_answer_its_curve_and_what_would_make_up_for_it(team: Team) -> None:
    for n in range(3):
        hours(team.contract, 20 * HOUR, month=team.first + n)
    page = team.page("lead")
    assert "<h1>Il manquera" in page
    assert "hours_line" not in page
    assert "Ce qui les rattraperait" in page
    assert "de plus par mois aux Jardins" in page
    assert "à temps plein" in page
    assert "Chercher qui peut les faire" in page
    whole = team.page("lead", "hours")
    assert "Le marché dit 25\u202f€ par heure manquante, 3\u202f000\u202f€ au plus" in whole
    assert "par heure manquante" not in team.page("facilitator", "hours")


def test_a_contract_that_is_over_says_what_lacked_and_proposes_nothing(team: Team) -> None:
    team.contract.first_month -= 24
    team.contract.save()
    team.contract.lots.get().shares.all().delete()
    hours(team.contract, 20 * HOUR)
    page = team.page("lead")
    assert "<h1>Il a manqué 1\u202f180\u202fheures à la fin" in page
    assert "Ce qui les rattraperait" not in page


def test_hours_due_that_nobody_knows_are_said_so(team: Team) -> None:
    team.lot.stated_minutes = None
    team.lot.save()
    page = team.page("lead")
    assert "Les heures dues ne sont pas encore dites" in page
    assert "Dire les heures dues" in page
    team.lot.amount_cents, team.lot.hourly_cost_cents = 13_000_000, 3_200
    team.lot.labour_share, team.lot.insertion_rate = "0.6", "0.1"
    team.lot.save()
    page = team.page("lead", "hours")
    # RULE-17: 130 000 × 60 % × 10 % ÷ 32 = 244.
    assert "Calculées" in page
    assert ">244\u202f" in page
    assert "130\u202f000" not in team.page("facilitator", "hours")


def test_the_facilitator_accepts_a_month_or_sends_it_back(team: Team) -> None:
    row = hours(team.contract)
    other = hours(team.contract, partner=team.member)
    page = team.page("facilitator", "hours")
    assert "attend votre accord" in page
    back = reverse("delivery:hours_row", args=[team.contract.pk, other.pk])
    assert team.clients["facilitator"].post(back, {"word": ""}).status_code == 422
    team.clients["facilitator"].post(back, {"word": "Le total du lot 2 y est."})
    accept = reverse("delivery:accept_hours", args=[team.contract.pk])
    team.clients["facilitator"].post(accept, {"hours": [row.pk]})
    row.refresh_from_db()
    other.refresh_from_db()
    assert (row.state, other.state) == ("accepted", "sent_back")
    again = team.page("member", "delivery", mois=other.month)
    assert "Le total du lot 2 y est." in again
    assert "est dit" not in again
    told = "Un changement attend un nouvel accord."
    assert (told in team.page("lead", mois=row.month), told in again) == (True, False)
    assert f"?mois={other.month}" in team.page("member", "hours_row", other.pk)
    assert team.clients["lead"].post(accept, {"hours": [row.pk]}).status_code == 404


def test_a_proof_is_noted_beside_a_row_and_taken_out(team: Team) -> None:
    row = hours(team.contract)
    row.proofs.all().delete()
    address = reverse("delivery:hours_row", args=[team.contract.pk, row.pk])
    client, day = team.clients["lead"], str(timezone.localdate())
    typed = {"nature": "sheets", "dated_on": day, "held_by": "1 85 05 78 006 084 36"}
    answer = client.post(address, typed)
    assert answer.status_code == 422
    assert "ressemble à un numéro de sécurité sociale" in answer.text
    client.post(address, typed | {"held_by": "Notre bureau"})
    found = HourProof.objects.get()
    assert "Notre bureau" in client.get(address).text
    out = reverse("delivery:remove_proof", args=[team.contract.pk, row.pk, found.pk])
    assert team.clients["member"].post(out).status_code == 404
    client.post(out)
    assert not HourProof.objects.exists()


def lines(team: Team, who: str) -> list[waiting.Waiting]:
    viewer = Viewer.of(team.people[who], timezone.localdate())
    return waiting.lines_of([today.lines], viewer, timezone.now())


def test_what_waits_for_partners_and_for_who_accepts(team: Team) -> None:
    (line,) = lines(team, "lead")
    assert line.fact.startswith("3\u202fmois restent à dire")
    assert str(team.first) in line.url
    hours(team.contract, state="sent_back", word="Revoir.", settled_at=timezone.now())
    hours(team.contract, partner=team.member)
    assert next(each.fact for each in lines(team, "lead")) == "À revoir. «\u00a0Revoir.\u00a0»"
    (line,) = lines(team, "facilitator")
    assert line.fact == "1\u202fstructure a dit ses heures."
    assert not lines(team, "facilitator")[1:]


def test_a_month_said_of_one_lot_waits_no_more_however_many_were_said(
    team: Team, django_assert_num_queries: Any
) -> None:
    other = team.contract.lots.create(key="2")
    team.lead.shares.create(
        lot=other, minutes=60 * HOUR, first_month=team.first, months=team.contract.months
    )
    for month in range(team.first + 1, month_number(timezone.localdate())):
        hours(team.contract, month=month)
    hours(team.contract, replaced_at=timezone.now())
    viewer = Viewer.of(team.people["lead"], timezone.localdate())
    assert viewer.structure_ids
    with django_assert_num_queries(2):
        (line,) = waiting.lines_of([today.lines], viewer, timezone.now())
    assert line.fact.startswith("1\u202fmois reste à dire")
    assert f"mois={team.first}" in line.url


def test_the_home_of_a_facilitator_lists_the_contracts_that_name_her(team: Team) -> None:
    hours(team.contract)
    make_delivery(team.structures["member"], title="Un autre marché")
    page = team.clients["facilitator"].get(reverse("delivery:facilitated")).text
    assert "1\u202fmois attend votre accord" in page
    assert "Les haies du canal" in page
    assert "Un autre marché" not in page


@pytest.mark.parametrize("size", [1, 12])
def test_a_fixed_number_of_queries(team: Team, django_assert_num_queries: Any, size: int) -> None:
    for _ in range(size):
        other = partner(team.contract, None, minutes=10 * HOUR)
        for month in range(team.first, month_number(timezone.localdate())):
            hours(team.contract, partner=other, month=month)
    for who, route, queries in (
        ("lead", "delivery", 10),
        ("lead", "hours", 9),
        ("facilitator", "hours", 10),
        ("facilitator", "facilitated", 9),
    ):
        args = [] if route == "facilitated" else [team.contract.pk]
        # The first page of a session writes the session down.
        team.clients[who].get(reverse("today:today"))
        with django_assert_num_queries(queries):
            team.clients[who].get(reverse(f"delivery:{route}", args=args))

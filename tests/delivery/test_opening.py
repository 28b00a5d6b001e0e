"""The three ways in: from what an alliance signed, from an award, by hand."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from django.utils.timezone import now

from cordee.alliances.models import AllianceBaseline
from cordee.delivery.models import Delivery, MonthlyHours, Partner, Share
from cordee.delivery.opening import actions
from cordee.members.models import RoleSeat
from cordee.opportunities.models import AwardedContract
from cordee.rules.months import first_day, month_number
from tests.alliances.makers import Rope
from tests.delivery.makers import HOUR, hours, make_delivery, partner
from tests.members.makers import make_person, make_structure, make_valley
from tests.strict_client import StrictClient

pytestmark = pytest.mark.django_db
Role = RoleSeat.Role


@pytest.fixture
def director() -> Any:
    make_valley()
    structure = make_structure("Les Jardins du Val", is_claimed=True)
    return make_person("direction@exemple.fr", role=Role.DIRECTOR, structure=structure)


def test_by_hand_in_five_fields_and_twice_is_once(client: StrictClient, director: Any) -> None:
    client.force_login(director)
    typed = {
        "title": "Les haies du canal",
        "buyer_name": "Ville du Val",
        "notified_on": "2026-09-14",
        "months": "12",
        "minutes": "1200",
    }
    for _ in range(2):
        answer = client.post(reverse("delivery:add"), typed)
        assert answer.status_code == 302
    (made,) = Delivery.objects.all()
    assert (made.first_month, made.lots.get().due_minutes()) == (2026 * 12 + 8, 1200 * HOUR)
    assert made.partners.get().is_lead
    refused = client.post(reverse("delivery:add"), typed | {"minutes": "-3"})
    assert refused.status_code == 422
    assert "-3" in refused.text


@pytest.mark.parametrize(
    ("euros", "labour", "rate", "cost", "hours"),
    [
        ("1 000 000", "50", "5", "30", 833),
        ("1 500 000", "70", "10", "30", 3_500),
        ("130 000", "60", "10", "32", 244),
        ("20 000", "50", "5", "30", 17),
    ],
)
def test_hours_unknown_are_never_zero_then_computed_by_rule_17(
    client: StrictClient,
    director: Any,
    euros: str,
    labour: str,
    rate: str,
    cost: str,
    hours: int,
) -> None:
    made = make_delivery(RoleSeat.objects.get(person=director).structure, minutes=None)
    client.force_login(director)
    page = client.get(reverse("delivery:contract", args=[made.pk])).text
    assert "À dire" in page
    lot = made.lots.get()
    client.post(
        reverse("delivery:edit_lot", args=[made.pk, lot.pk]),
        {
            "title": "Tout",
            "amount_cents": euros,
            "labour_share": labour,
            "insertion_rate": rate,
            "hourly_cost_cents": cost,
        },
    )
    assert made.lots.get().due_minutes() == hours * HOUR
    page = client.get(reverse("delivery:contract", args=[made.pk])).text
    assert "de main-d’œuvre" in page
    page = client.get(reverse("delivery:hours", args=[made.pk])).text
    assert ("c’est peu pour une personne" in page) is (hours < 70)


def test_forms_show_what_is_kept_and_name_accounts_by_their_address(
    client: StrictClient, director: Any
) -> None:
    made = make_delivery(RoleSeat.objects.get(person=director).structure)
    known = make_person("malo@exemple.fr", role=Role.FACILITATOR)
    client.force_login(director)
    page = reverse("delivery:edit", args=[made.pk])
    typed = {"title": "Haies", "buyer_name": "Ville", "notified_on": "2026-09-14", "months": "12"}
    refused = client.post(page, typed | {"facilitator": "personne@exemple.fr"})
    assert "n’a cette adresse" in refused.text
    assert 'value="personne@exemple.fr"' in refused.text
    assert client.post(page, typed | {"facilitator": "Malo@exemple.fr"}).status_code == 302
    made.refresh_from_db()
    assert (made.facilitator, made.buyer, made.title) == (known, None, "Haies")
    assert 'value="malo@exemple.fr"' in client.get(page).text
    assert client.post(page, typed).status_code == 302
    made.refresh_from_db()
    assert made.facilitator is None
    lot = made.lots.get()
    page = reverse("delivery:edit_lot", args=[made.pk, lot.pk])
    typed = {"stated_minutes": "2,5", "labour_share": "60", "insertion_rate": "7,25"}
    assert client.post(page, typed).status_code == 302
    lot.refresh_from_db()
    assert (lot.stated_minutes, lot.labour_share) == (150, Decimal("0.6"))
    text = client.get(page).text
    for value in ("2,5", "60", "7,25"):
        assert f'value="{value}"' in text
    for name, value in (("stated_minutes", "9" * 40), ("hourly_cost_cents", "0")):
        assert client.post(page, typed | {name: value}).status_code == 422
    lot.refresh_from_db()
    assert lot.stated_minutes == 150


def test_an_award_is_followed_by_its_holder_alone(client: StrictClient, director: Any) -> None:
    structure = RoleSeat.objects.get(person=director).structure
    award = AwardedContract.objects.create(
        source="decp", source_id="A1", title="Peinture", notified_on="2026-10-01", months=24
    )
    award.holders.create(siret=structure.siret, name=structure.name)
    page = reverse("delivery:follow_award", args=[award.pk])
    client.force_login(
        make_person("autre@exemple.fr", role=Role.DIRECTOR, structure=make_structure())
    )
    assert client.post(page).status_code == 404
    client.force_login(director)
    assert "Suivre ce marché" in client.get(reverse("delivery:list")).text
    for _ in range(2):
        assert client.post(page).status_code == 302
    made = Delivery.objects.get()
    assert (made.award, made.months, made.lots.get().due_minutes()) == (award, 24, None)
    assert "Suivre ce marché" not in client.get(reverse("delivery:list")).text


def test_an_alliance_brings_its_parties_lots_months_and_hours(tmp_path: Path) -> None:
    rope = Rope(tmp_path).gather().bring_company().share_out()
    terms = rope.terms
    toits, mirel = (rope.party(key).key for key in ("toits", "mirel"))
    for party, promised in ((toits, 100), (mirel, 40)):
        cell = replace(terms.cell(party, terms.lines[0].key), insertion_hours=promised)
        terms = terms.with_cell(cell)
    rope.write(terms)
    revision = rope.fresh.revision()
    baseline = AllianceBaseline.objects.create(
        alliance=rope.alliance,
        revision=revision,
        terms=revision.terms,
        terms_sha256="a" * 64,
        price_cents=revision.read().price_cents,
        signed_on=rope.on,
        made_at=rope.now,
        made_by=rope.leader,
    )
    for _ in range(2):
        made = actions.open_from_alliance(baseline=baseline, by=rope.leader)
    assert Delivery.objects.count() == 1
    assert made.structure == rope.structures["jardins"]
    company = made.partners.get(role=Partner.Role.SUBCONTRACTOR)
    assert company.of == made.partners.get(structure=rope.structures["toits"])
    shares = Share.objects.filter(lot__delivery=made).select_related("partner")
    promised = {row.partner.structure_id: row.minutes for row in shares if row.minutes}
    # What the Toits promise holds what the company does for them: nothing counts twice.
    assert promised[rope.structures["toits"].pk] == 60 * HOUR
    assert promised[rope.structures["mirel"].pk] == 40 * HOUR
    assert sum(row.amount_cents or 0 for row in shares) == baseline.price_cents


def test_who_keeps_it_says_what_each_promises_and_takes_out_who_did_nothing(
    client: StrictClient, director: Any
) -> None:
    made = make_delivery(RoleSeat.objects.get(person=director).structure)
    client.force_login(director)
    added = {"name": "Atelier voisin", "role": "subcontractor", "of": made.partners.get().pk}
    for _ in range(2):
        page = reverse("delivery:add_partner", args=[made.pk])
        answer = client.post(page, added | {"minutes": "100"})
        assert answer.status_code == 302, answer.context["form"].errors
    helper = made.partners.get(role="subcontractor")
    lot = made.lots.get()
    page = reverse("delivery:edit_partner", args=[made.pk, helper.pk])
    assert client.post(page, {f"hours_{lot.pk}": "250"}).status_code == 302
    assert helper.shares.get().minutes == 250 * HOUR
    assert "250" in client.get(reverse("delivery:contract", args=[made.pk])).text
    row = MonthlyHours.objects.create(
        lot=lot, partner=helper, way="SIAE", month=made.first_month, minutes=60, stated_at=now()
    )
    page = reverse("delivery:remove_partner", args=[made.pk, helper.pk])
    answer = client.post(page, follow=True)
    assert "lui garde des heures d’un mois" in answer.text
    row.delete()
    client.post(page)
    assert not made.partners.filter(pk=helper.pk).exists()
    lead = reverse("delivery:remove_partner", args=[made.pk, made.partners.get().pk])
    assert "y reste" in client.post(lead, follow=True).text
    missing = client.post(reverse("delivery:add_partner", args=[made.pk]), {"role": "member"})
    assert missing.status_code == 422


def test_a_subcontractor_reads_its_part_and_whom_it_works_for(
    client: StrictClient, director: Any
) -> None:
    made = make_delivery(RoleSeat.objects.get(person=director).structure)
    other = partner(made, make_structure("Les Haies cachées"), minutes=77 * HOUR)
    helper = partner(
        made, make_structure("La petite"), "subcontractor", of=made.partners.get(is_lead=True)
    )
    person = make_person("petite@exemple.fr", role=Role.DIRECTOR, structure=helper.structure)
    client.force_login(person)
    page = client.get(reverse("delivery:contract", args=[made.pk])).text
    assert "Les Jardins du Val" in page
    assert other.name not in page
    assert "77\u202f" not in page
    assert client.get(reverse("delivery:edit", args=[made.pk])).status_code == 404


def test_nothing_is_supposed_of_an_award_that_does_not_say_how_long(
    client: StrictClient, director: Any
) -> None:
    structure = RoleSeat.objects.get(person=director).structure
    award = AwardedContract.objects.create(
        source="boamp", source_id="B1", title="Peinture", notified_on="2026-10-01"
    )
    award.holders.create(siret=structure.siret, name=structure.name)
    page = reverse("delivery:follow_award", args=[award.pk])
    client.force_login(director)
    assert "ne dit pas sa durée" in client.post(page, follow=True).text
    assert not Delivery.objects.exists()
    AwardedContract.objects.update(ends_on="2027-03-31")
    client.post(page)
    assert Delivery.objects.get().months == 6


def test_a_day_corrected_moves_the_months_of_all_and_no_hours_stay_outside(
    client: StrictClient, director: Any
) -> None:
    made = make_delivery(RoleSeat.objects.get(person=director).structure)
    client.force_login(director)
    page = reverse("delivery:edit", args=[made.pk])
    typed = {"title": made.title, "buyer_name": made.buyer_name, "months": "10"}
    day = first_day(made.first_month + 1)
    client.post(page, typed | {"notified_on": f"{day}"})
    made.refresh_from_db()
    share = Share.objects.get(lot__delivery=made)
    assert (share.first_month, share.months) == (made.first_month, 10)
    assert made.first_month == month_number(day)
    MonthlyHours.objects.create(
        lot=made.lots.get(),
        partner=made.partners.get(),
        way="SIAE",
        month=made.first_month,
        minutes=60,
        stated_at=now(),
    )
    later = first_day(made.first_month + 1)
    refused = client.post(page, typed | {"notified_on": f"{later}"})
    assert refused.status_code == 422
    assert "Des heures sont dites avant" in refused.text
    made.refresh_from_db()
    assert made.notified_on == day


def test_who_directs_two_structures_says_which_one_follows(
    client: StrictClient, director: Any
) -> None:
    other = make_structure("Les Toits", is_claimed=True)
    RoleSeat.objects.create(person=director, role=Role.DIRECTOR, structure=other)
    client.force_login(director)
    typed = {
        "title": "Toits",
        "buyer_name": "Ville",
        "notified_on": "2026-09-14",
        "months": "12",
        "structure": f"{other.pk}",
    }
    assert client.post(reverse("delivery:add"), typed).status_code == 302
    assert Delivery.objects.get().structure == other
    stranger = make_structure("Ailleurs")
    wrong = client.post(reverse("delivery:add"), typed | {"structure": f"{stranger.pk}"})
    assert wrong.status_code == 422


def test_who_is_named_reads_while_the_role_is_held(client: StrictClient, director: Any) -> None:
    made = make_delivery(RoleSeat.objects.get(person=director).structure)
    reader = make_person("passerelle@exemple.fr", role=Role.FACILITATOR, department_id="38")
    made.facilitator = reader
    made.save()
    client.force_login(reader)
    page = reverse("delivery:hours", args=[made.pk])
    assert client.get(page).status_code == 200
    whole = client.get(reverse("delivery:facilitated")).text
    assert made.title in whole
    hours(made)
    assert made.title in client.get(reverse("today:today")).text
    reader.seats.all().delete()
    assert client.get(page).status_code == 404
    for route in ("delivery:facilitated", "today:today", "delivery:list"):
        assert made.title not in client.get(reverse(route)).text

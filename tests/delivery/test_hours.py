"""Hours of a month: what is kept, what is refused, what proves them."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cordee.accounts.models import JournalEntry, User
from cordee.agreement.insertion import Way
from cordee.delivery.hours.actions import (
    note_proof,
    remove_proof,
    settle_hours,
    state_hours,
)
from cordee.delivery.models import Delivery, DeliveryLot, HourProof, MonthlyHours, Partner
from tests.members.makers import make_person, make_structure, make_valley

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 30, 9, tzinfo=UTC)
SEPTEMBER, OCTOBER, NOVEMBER = (2026 * 12 + month for month in (8, 9, 10))
State = MonthlyHours.State


class Contract:
    """Two partners and two lots; the first partner says six full-time posts on its sheet."""

    def __init__(self) -> None:
        make_valley()
        self.by: User = make_person("saisie@exemple.fr")
        self.facilitator: User = make_person("facilitatrice@exemple.fr")
        self.structure = make_structure("Les Jardins")
        self.structure.chantiers.update(declared_cfte=600)
        self.delivery = Delivery.objects.create(
            structure=self.structure,
            title="Les écoles",
            buyer_name="Ville",
            notified_on=date(2026, 9, 1),
            first_month=SEPTEMBER,
            months=7,
            facilitator=self.facilitator,
        )
        self.lots = [
            DeliveryLot.objects.create(delivery=self.delivery, key=key) for key in ("1", "2")
        ]
        role = Partner.Role.MEMBER
        self.partners = [
            Partner.objects.create(
                delivery=self.delivery, structure=self.structure, name="Les Jardins", role=role
            ),
            Partner.objects.create(delivery=self.delivery, name="Val Mirel", role=role),
        ]

    def row(
        self, hours: int = 125, month: int = OCTOBER, who: int = 0, **values: Any
    ) -> MonthlyHours:
        given = {"lot": self.lots[0], "partner": self.partners[who], "way": Way.SIAE, **values}
        return MonthlyHours(month=month, minutes=hours * 60, **given)

    def say(self, *rows: MonthlyHours, now: datetime = NOW) -> int:
        return state_hours(delivery=self.delivery, rows=rows, by=self.by, now=now)

    def settle(self, *keys: int, is_accepted: bool = True, word: str = "") -> None:
        settle_hours(
            delivery=self.delivery,
            keys=keys,
            is_accepted=is_accepted,
            word=word,
            by=self.facilitator,
            now=NOW,
        )

    def in_force(self) -> list[tuple[int, str]]:
        rows = MonthlyHours.objects.in_force().order_by("pk")
        return [(row.minutes // 60, row.state) for row in rows]


@pytest.fixture
def contract(db: None) -> Contract:
    return Contract()


def refused(contract: Contract, *rows: MonthlyHours) -> str:
    with pytest.raises(ValidationError) as caught:
        contract.say(*rows)
    assert not MonthlyHours.objects.exists()
    return " ".join(caught.value.messages)


def test_said_twice_is_once(contract: Contract) -> None:
    assert contract.say(contract.row(), contract.row(70, who=1)) == 2
    assert contract.say(contract.row(), contract.row(70, who=1)) == 0
    assert contract.in_force() == [(125, "stated"), (70, "stated")]
    assert JournalEntry.objects.filter(verb="delivery.state_hours").count() == 1


def test_a_correction_of_what_was_accepted_keeps_both_and_waits_anew(contract: Contract) -> None:
    contract.say(contract.row())
    first = MonthlyHours.objects.get()
    contract.settle(first.pk)
    contract.settle(first.pk)
    assert JournalEntry.objects.filter(verb="delivery.accept_hours").count() == 1
    contract.say(contract.row(120))
    first.refresh_from_db()
    assert (first.minutes, first.state, first.replaced_at) == (125 * 60, "accepted", NOW)
    assert contract.in_force() == [(120, "stated")]


def test_sent_back_it_is_said_again_as_it_was_or_otherwise(contract: Contract) -> None:
    contract.say(contract.row())
    row = MonthlyHours.objects.get()
    with pytest.raises(ValidationError, match="ce qui est à revoir"):
        contract.settle(row.pk, is_accepted=False)
    contract.settle(row.pk, is_accepted=False, word="Le lot 2 y est aussi.")
    row.refresh_from_db()
    assert (row.state, row.word) == ("sent_back", "Le lot 2 y est aussi.")
    assert contract.say(contract.row()) == 1
    assert contract.in_force() == [(125, "stated")]
    contract.settle(row.pk, is_accepted=False, word="Encore.")
    contract.say(contract.row(100))
    assert contract.in_force() == [(100, "stated")]
    assert MonthlyHours.objects.count() == 2


def test_who_accepts_settles_what_was_read_and_nothing_else(contract: Contract) -> None:
    contract.say(contract.row())
    read = MonthlyHours.objects.get().pk
    contract.say(contract.row(130))
    with pytest.raises(ValidationError, match="ont changé"):
        contract.settle(read)
    now = MonthlyHours.objects.in_force().get().pk
    contract.settle(now)
    with pytest.raises(ValidationError, match="ont changé"):
        contract.settle(now, is_accepted=False, word="Trop tard.")
    assert contract.in_force() == [(130, "accepted")]


def test_what_cannot_be_is_refused_with_its_value_and_its_cure(contract: Contract) -> None:
    other = Delivery.objects.create(
        structure=contract.structure,
        title="Autre",
        buyer_name="Ville",
        notified_on=date(2026, 9, 1),
        first_month=SEPTEMBER,
        months=7,
    )
    elsewhere = DeliveryLot.objects.create(delivery=other, key="9")
    for row, words in (
        (contract.row(month=SEPTEMBER - 1), "« août 2026 » vient avant le marché"),
        (contract.row(month=NOVEMBER + 1), "« décembre 2026 » est à venir"),
        (contract.row(-5), "n’est pas une durée. Écrivez 0 ou plus"),
        (contract.row(41_000, who=1), "Écrivez 40\u202f000\u202fh au plus"),
        (contract.row(lot=elsewhere), "« Lot 9, Les Jardins » n’est pas de ce marché"),
        (contract.row(2_000), "ne peuvent en faire que 966\u202fh"),
    ):
        # The good row beside it is not kept either.
        found = refused(contract, contract.row(70, who=1, month=SEPTEMBER), row)
        assert words.replace("« ", "«\u00a0").replace(" »", "\u00a0»") in found
    assert "écrite deux fois" in refused(contract, contract.row(), contract.row(3))


def test_the_crews_of_a_structure_are_counted_once_for_all_its_contracts(
    contract: Contract,
) -> None:
    contract.say(contract.row(600))
    with pytest.raises(ValidationError, match="tous marchés"):
        contract.say(contract.row(400, lot=contract.lots[1]))
    # Staff of others are not its crews; a correction does not count beside what it replaces.
    contract.say(contract.row(400, lot=contract.lots[1], way=Way.STAFF), contract.row(900))
    assert sorted(contract.in_force()) == [(400, "stated"), (900, "stated")]


def test_crews_are_read_once_for_all_months(contract: Contract) -> None:
    contract.say(contract.row(who=1))
    asked = []
    for months in ((OCTOBER,), (SEPTEMBER, NOVEMBER)):
        rows = [contract.row(month=month) for month in months]
        with CaptureQueriesContext(connection) as caught:
            contract.say(*rows)
        asked.append([query["sql"] for query in caught if "members_chantier" in query["sql"]])
    assert [*map(len, asked)] == [1, 1]


def test_a_structure_whose_crews_are_not_known_is_not_bounded_by_them(contract: Contract) -> None:
    contract.structure.chantiers.update(declared_cfte=None)
    contract.say(contract.row(2_000))
    assert contract.in_force() == [(2_000, "stated")]


def proof(contract: Contract, held_by: str = "Le bureau", day: date = date(2026, 11, 5)) -> None:
    hours = MonthlyHours.objects.in_force().get()
    row = HourProof(hours=hours, nature="sheets", dated_on=day, held_by=held_by)
    note_proof(proof=row, by=contract.by, on=date(2026, 11, 30))


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("1 85 05 78 006 084 36", "sécurité sociale"),
        ("dossier 185057800608436", "sécurité sociale"),
        ("2.69.05.2A.588.157", "sécurité sociale"),
        ("99999 21 12345", "PASS"),
        ("Pass IAE de l’équipe", "PASS"),
        ("bulletin de paie de mars", "la paie d’une personne"),
        ("Fiche de paye", "la paie d’une personne"),
        ("Contrat de travail", "le contrat d’une personne"),
        ("06 12 34 56 78", "téléphone"),
        ("a@b.fr", "courriel"),
    ],
)
def test_a_proof_that_points_at_a_person_is_refused(
    contract: Contract, text: str, what: str
) -> None:
    contract.say(contract.row())
    with pytest.raises(ValidationError, match=what):
        proof(contract, text)
    assert not HourProof.objects.exists()


def test_a_proof_is_a_reference_noted_once(contract: Contract) -> None:
    contract.say(contract.row())
    proof(contract)
    proof(contract, " Le bureau ")
    row = HourProof.objects.get()
    for day in (date(2026, 9, 30), date(2026, 12, 1)):
        with pytest.raises(ValidationError, match="ne prouve rien d’octobre"):
            proof(contract, day=day)
    hours = row.hours
    contract.settle(hours.pk)
    with pytest.raises(ValidationError, match="closes"):
        remove_proof(proof=row, by=contract.by)
    contract.say(contract.row(110))
    proof(contract, "Le siège")
    proof(contract)
    told = MonthlyHours.objects.in_force()
    for held_by, is_proven in (("Le siège", True), ("Le bureau", False)):
        assert told.get().is_proven
        remove_proof(proof=told.get().proofs.get(held_by=held_by), by=contract.by)
        assert told.get().is_proven == is_proven
    assert HourProof.objects.get() == row


def test_a_word_that_points_at_a_person_is_refused(contract: Contract) -> None:
    contract.say(contract.row())
    with pytest.raises(ValidationError, match="sécurité sociale"):
        contract.settle(
            MonthlyHours.objects.get().pk, is_accepted=False, word="Voir 185057800608436"
        )
    assert contract.in_force() == [(125, "stated")]

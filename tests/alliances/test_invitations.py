"""From a kept team to an invited one: who, what each will read, and nothing sent before that."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from cordee.alliances.models import Alliance, AllianceParty
from cordee.base.mail.models import OutgoingMail
from cordee.base.ui.french import THIN
from cordee.members.models import Structure
from tests.members.makers import make_person

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 25, 11, tzinfo=UTC)
RIVES, PIERRE = "Rives et Sentiers", "Pierre et Chaux"


@pytest.fixture(autouse=True)
def day_of_the_valley(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOW)


@pytest.fixture
def reader(person: Any, signed_in_client: Any) -> Any:
    return signed_in_client(person("reseau"))


def opened(valley: Any, reader: Any, slug: str = "berges") -> Alliance:
    """An alliance opened from a composed team, by its pages."""
    composition = valley.compose(slug)
    sent = {"origin": "best", "suite": "alliance"}
    page = reader.post(f"/alliances/{composition.pk}/garder/", sent)
    assert page["Location"].startswith("/alliances/groupes/depuis-equipe/")
    form = reader.get(page["Location"]).context["form"]
    answer = reader.post(
        page["Location"],
        {**form.initial, "lots": form.fields["lots"].initial, "coordinator": "reseau"},
    )
    alliance = Alliance.objects.get()
    assert answer["Location"] == reverse("alliances:invite", args=[alliance.pk])
    again = reader.get(page["Location"])
    assert again["Location"] == reverse("alliances:detail", args=[alliance.pk]), "opened once"
    return alliance


def invited(alliance: Alliance) -> list[str]:
    rows = alliance.parties.filter(state=AllianceParty.State.INVITED)
    return sorted(rows.values_list("structure__name", flat=True))


def test_a_team_is_opened_read_over_and_invited_with_a_word(valley: Any, reader: Any) -> None:
    alliance = opened(valley, reader)
    for name in (RIVES, PIERRE):
        structure = Structure.objects.get(name=name)
        make_person(f"{structure.pk}@exemple.fr", role="director", structure=structure)
    address = reverse("alliances:invite", args=[alliance.pk])
    page = reader.get(address)
    said = page.text
    assert f"Rives et Sentiers\u00a0: Berges et sentiers, 69{THIN}200{THIN}€ HT" in said
    assert "Votre part\u00a0:" in said
    assert not OutgoingMail.objects.filter(key__startswith="alliance-invited:").exists()
    assert invited(alliance) == [], "nothing is sent before the last button"
    chosen = {p.structure.name: str(p.pk) for p in alliance.parties.select_related("structure")}
    sent = {"who": [chosen[RIVES], chosen[PIERRE]], "word": "On s’appelle mardi ?"}
    for _ in range(2):
        answer = reader.post(address, sent)
        assert answer["Location"] == reverse("alliances:detail", args=[alliance.pk])
    assert invited(alliance) == [PIERRE, RIVES]
    mails = OutgoingMail.objects.filter(key__startswith="alliance-invited:")
    structure = Structure.objects.get(name=RIVES)
    assert mails.filter(recipient=f"{structure.pk}@exemple.fr").count() == 1
    text = mails.get(recipient=f"{structure.pk}@exemple.fr").text
    assert "«\u00a0On s’appelle mardi ?\u00a0»" in text
    assert "Votre part\u00a0: Berges et sentiers." in text
    assert f"Combien\u00a0: 69{THIN}200{THIN}€ HT pour vous" in text
    assert "Pierre" not in text, "nobody else is named (RULE-38)"


def test_one_structure_is_invited_from_its_line(valley: Any, reader: Any) -> None:
    alliance = opened(valley, reader)
    party = alliance.parties.get(structure__name=PIERRE)
    address = reverse("alliances:invite", args=[alliance.pk])
    page = reader.get(f"{address}?structure={party.pk}")
    assert page.context["form"].initial["who"] == [str(party.pk)]
    assert "L’invitation que lira Pierre et Chaux" in page.text


def test_nobody_chosen_is_told_and_nothing_leaves(valley: Any, reader: Any) -> None:
    alliance = opened(valley, reader)
    address = reverse("alliances:invite", args=[alliance.pk])
    page = reader.post(address, {"word": "Bonjour"})
    assert "Il manque votre réponse." in page.text
    assert "Bonjour" in page.text
    assert invited(alliance) == []

"""Papers: names and dates, how each stands, and a mail before the end."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from cordee.accounts.models import JournalEntry
from cordee.base.mail.models import OutgoingMail
from cordee.members import papers
from cordee.members.models import Certification, Convention, SheetUndo
from tests.members.makers import ON, make_person, make_structure

pytestmark = pytest.mark.django_db
NOW = datetime(ON.year, ON.month, ON.day, 9, tzinfo=ZoneInfo("Europe/Paris"))


@pytest.fixture
def structure():
    return make_structure("Les Ateliers", is_claimed=True)


@pytest.fixture
def director(structure, signed_in_client):
    return signed_in_client(make_person("d@exemple.fr", role="director", structure=structure))


@pytest.mark.parametrize(
    ("days", "words"),
    [(None, "Date inconnue"), (-1, "Finie"), (0, "Finit bientôt"), (60, "Finit bientôt"),
     (61, "Valable")],
)  # fmt: skip
def test_a_paper_is_valid_ends_soon_ended_or_without_date(days, words):
    until = None if days is None else ON + timedelta(days=days)
    assert papers.state_of(Certification(name="X", valid_until=until), ON).words == words


def test_those_that_need_care_come_first():
    rows = [
        Certification(name="A", valid_until=date(2030, 1, 1)),
        Certification(name="B"),
        Certification(name="C", valid_until=ON - timedelta(days=3)),
    ]
    assert [paper.name for paper, _, _ in papers.listed(rows, ON)] == ["C", "B", "A"]


def test_papers_are_added_corrected_and_removed(director, structure):
    fiche = f"/annuaire/{structure.pk}/fiche/"
    name = "Attestation de vigilance de l’URSSAF"
    page = director.get(f"{fiche}papiers/ajouter/").text
    assert "Demandée au gagnant, avant de signer" in page
    director.post(f"{fiche}papiers/ajouter/", {"papier": name, "jusque": "2027-03-01"})
    again = director.post(f"{fiche}papiers/ajouter/", {"papier": name})
    assert "déjà dans la liste" in again.text
    lacking = director.post(f"{fiche}papiers/ajouter/", {"papier": "autre"})
    assert "Écrivez le nom de ce papier" in lacking.text
    upside = director.post(
        f"{fiche}papiers/ajouter/",
        {"papier": "Qualiopi", "depuis": "2027-03-01", "jusque": "2027-01-01"},
    )
    assert "finirait avant de commencer" in upside.text
    paper = Certification.objects.get()
    director.post(
        f"{fiche}papiers/{paper.pk}/", {"papier": "autre", "autre": "Label", "jusque": ""}
    )
    paper.refresh_from_db()
    assert (paper.name, paper.valid_until) == ("Label", None)
    assert "Label" in director.get(fiche).text
    director.post(f"{fiche}papiers/{paper.pk}/retirer/")
    assert not Certification.objects.exists()


def test_directors_are_written_to_once_thirty_days_before(structure):
    make_person("d@exemple.fr", role="director", structure=structure)
    make_person("cip@exemple.fr", role="counsellor", structure=structure)
    soon = Certification.objects.create(
        structure=structure, name="Qualiopi", valid_until=ON + timedelta(days=30)
    )
    for days in (31, -1, None):
        until = None if days is None else ON + timedelta(days=days)
        Certification.objects.create(structure=structure, name=f"P{days}", valid_until=until)
    assert [papers.run(NOW), papers.run(NOW)] == [1, 0]
    mail = OutgoingMail.objects.get()
    assert (mail.recipient, mail.kind) == ("d@exemple.fr", papers.MAIL)
    assert "Qualiopi" in mail.subject
    assert f"/annuaire/{structure.pk}/fiche/papiers/{soon.pk}/" in mail.text
    assert "Noter la nouvelle date" in mail.html
    # Renewed: a new end, a new reminder when it comes.
    soon.valid_until = ON + timedelta(days=395)
    soon.save()
    assert papers.run(NOW) == 0
    assert papers.run(NOW + timedelta(days=366)) == 1


def test_a_closed_structure_gets_no_reminder(structure):
    make_person("d@exemple.fr", role="director", structure=structure)
    Certification.objects.create(structure=structure, name="Qualiopi", valid_until=ON)
    structure.is_closed = True
    structure.save()
    assert papers.run(NOW) == 0


def test_a_financial_annex_is_noted_and_corrected_and_its_amount_stays_out(director, structure):
    fiche = f"/annuaire/{structure.pk}/fiche/"
    typed = {
        "number": "ACI038260001A0M0",
        "starts_on": "2026-01-01",
        "ends_on": "2026-12-31",
        "posts": "12,5",
        "unit_cents": "",
        "state": "VALIDE",
    }
    page = director.post(f"{fiche}annexes/ajouter/", typed, follow=True).text
    annex = Convention.objects.get()
    assert (annex.posts_cfte, annex.unit_cents) == (1_250, None)
    assert "Annexe financière ACI038260001A0M0" in page
    url = f"{fiche}annexes/{annex.pk}/"
    director.post(url, typed | {"unit_cents": "23 921"})
    annex.refresh_from_db()
    assert annex.unit_cents == 2_392_100
    assert "2392100" not in str(list(JournalEntry.objects.values_list("after", flat=True)))
    for wrong, told in (
        ({"unit_cents": "0"}, "au-dessus de zéro"),
        ({"posts": "0"}, "est trop petit. Écrivez au moins 0,01"),
        ({"posts": "dix"}, "« dix » n’est pas un nombre"),
        ({"ends_on": "2025-12-31"}, "finit avant de commencer"),
        ({"number": ""}, "Il manque votre réponse"),
    ):
        page = director.post(url, typed | wrong).text
        assert told in page.replace("\u00a0", " ").replace("\u202f", " ")
    # Undone, then done again; what a sheet kept before it held annexes takes none away.
    undone = director.post(f"{fiche}annuler/", follow=True).text
    assert "l’annexe modifiée" in undone
    annex.refresh_from_db()
    assert annex.unit_cents is None
    director.post(f"{fiche}annuler/")
    kept = SheetUndo.objects.get()
    del kept.before["rows"]["convention"]
    kept.save()
    director.post(f"{fiche}annuler/")
    annex.refresh_from_db()
    assert annex.unit_cents == 2_392_100
    again = director.post(f"{fiche}annexes/ajouter/", typed).text
    assert "existe déjà" in again
    annex.refresh_from_db()
    assert annex.unit_cents == 2_392_100

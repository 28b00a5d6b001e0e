"""Sheets: drafts, versions written once, names apart, steps, improvements, reviews."""

from datetime import date, timedelta
from urllib.parse import urlsplit

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.http import Http404

from cordee.accounts.access import Person
from cordee.accounts.models import JournalEntry
from cordee.base.documents import render_docx, render_pdf
from cordee.base.mail.models import OutgoingMail
from cordee.base.written_once import ImmutableRow
from cordee.members.models import Department
from cordee.practices import access
from cordee.practices.models import Review, Sheet, SheetVersion
from cordee.practices.models.sheets import Licence, Places, SheetKind
from cordee.practices.sheets import actions
from cordee.practices.sheets.standing import standing_of
from cordee.practices.sheets.texts import citation_of, document_of, is_readable
from cordee.rules.practices import PracticeStatus
from tests.base.documents.reading import docx_text, pdf_text
from tests.members.makers import make_network, make_person, make_structure, make_valley
from tests.practices.sheet_makers import (
    NOW,
    SINCE_2024,
    agree,
    director_of,
    publish,
    sections_of,
    start,
)

pytestmark = pytest.mark.django_db


def refusal(**said: str) -> str:
    """What publishing a sheet that says this refuses."""
    with pytest.raises(ValidationError) as found:
        publish(said=said)
    return "\n".join(found.value.messages)


def read_again(version: SheetVersion) -> SheetVersion:
    found: SheetVersion = SheetVersion.objects.with_names().get(pk=version.pk)
    return found


# --- Drafts ------------------------------------------------------------------------------------


def test_a_draft_becomes_a_version_and_goes() -> None:
    sheet = start()
    assert not sheet.is_published
    version = actions.publish(sheet=sheet, by=None, now=NOW)
    sheet.refresh_from_db()
    assert (version.number, sheet.latest_number, version.is_whole) == (1, 1, True)
    assert sheet.review_due == date(2027, 11, 25)
    assert not hasattr(sheet, "draft")
    assert JournalEntry.objects.filter(verb="practices.publish_sheet").count() == 1


def test_the_same_text_is_not_published_twice() -> None:
    version = publish()
    sheet = version.sheet
    actions.save_draft(
        sheet=sheet, title=version.title, sections=version.sections, by=None, now=NOW
    )
    with pytest.raises(ValidationError, match="Rien n’a changé depuis la version 1"):
        actions.publish(sheet=sheet, by=None, now=NOW)


def test_who_saves_over_somebody_is_told() -> None:
    sheet = start()
    first = make_person("une@pratiques.example", role="network_staff", network=make_network("R"))
    actions.save_draft(sheet=sheet, title="A", sections={}, by=first, now=NOW, revision=1)
    with pytest.raises(actions.Stale, match="avant vous"):
        actions.save_draft(sheet=sheet, title="B", sections={}, by=None, now=NOW, revision=1)
    sheet.draft.refresh_from_db()
    assert sheet.draft.title == "A"


def test_a_sheet_belongs_to_somebody() -> None:
    with pytest.raises(ValidationError, match="structure autrice, ou un réseau"):
        actions.start_sheet(kind="card", title="T", sections={}, by=None, now=NOW)


@pytest.mark.parametrize(
    ("sections", "field", "words"),
    [
        ({"steps": "Bien.\n\n<b>x</b>"}, "steps", "Ligne 3"),
        ({"means": "![x](https://exemple.org/a.png)"}, "means", "image"),
    ],
)
def test_a_draft_refuses_what_no_page_draws(
    sections: dict[str, str], field: str, words: str
) -> None:
    with pytest.raises(ValidationError) as found:
        actions.save_draft(sheet=start(), title="T", sections=sections, by=None, now=NOW)
    assert words in found.value.message_dict[field][0]


# --- What may not be published ---------------------------------------------------------------


@pytest.mark.parametrize("limits", ["", "   ", "\n\n"])
def test_limits_are_never_empty(limits: str) -> None:
    assert "«\u00a0Limites et ce qui n’a pas marché\u00a0» est vide" in refusal(limits=limits)


def test_the_base_refuses_a_version_without_limits() -> None:
    version = publish()
    for sections in ({}, {"limits": ""}, {"limits": " \n"}):
        row = SheetVersion(
            sheet=version.sheet,
            number=2,
            title="T",
            sections=sections,
            text="t",
            sha256="0" * 64,
            published_at=NOW,
        )
        with pytest.raises(IntegrityError), transaction.atomic():
            row.save()


def test_a_section_that_nobody_filled_is_a_gap() -> None:
    version = publish(said={"means": ""})
    assert "à compléter\u00a0: moyens" in document_of(read_again(version)).plain_text()


@pytest.mark.parametrize(
    ("url", "is_open"),
    [
        ("https://exemple.org/bilan.pdf", True),
        ("http://localhost/bilan.pdf", False),
        ("http://192.168.1.4/bilan.pdf", False),
        ("https://nas.local/bilan.pdf", False),
        ("http://testserver/alliances/4/", False),
        ("http://testserver/pratiques/4/", True),
    ],
)
def test_evidence_that_nobody_else_may_open_is_refused(
    url: str, is_open: bool, settings: object
) -> None:
    settings.SITE_ADDRESS = "http://testserver"  # type: ignore[attr-defined]
    assert is_readable(url) is is_open
    if is_open or urlsplit(url).hostname in ("testserver", "localhost"):
        return
    assert "ne s’ouvre pas pour tous" in refusal(results=f"[Bilan]({url})")


@pytest.mark.parametrize(
    ("section", "text"),
    [
        ("problem", "Aux JARDINS  du Val, rien n’allait."),
        ("results", "[Lire](https://exemple.org/jardins-du-val/bilan)"),
        ("limits", "| Qui | Quoi |\n|---|---|\n| **Jardins du Val** | rien |"),
    ],
)
def test_a_name_of_an_author_does_not_enter_the_text(section: str, text: str) -> None:
    """Agreed or not: what is taken back one day could not be taken out of a version."""
    structure = make_structure("Jardins du Val")
    sheet = start(structure, said={section: text})
    agree(sheet, structure)
    with pytest.raises(ValidationError) as found:
        actions.publish(sheet=sheet, by=None, now=NOW)
    assert "nom d’une structure autrice" in found.value.message_dict[section][0]


def test_a_name_of_somebody_at_work_there_does_not_enter_the_text() -> None:
    structure = make_structure("Jardins du Val")
    person = director_of(structure)
    person.display_name = "Camille Exemple"
    person.save()
    sheet = start(structure, said={"steps": "Voir **camille exemple**.", "means": "Camille."})
    with pytest.raises(ValidationError) as found:
        actions.publish(sheet=sheet, by=None, now=NOW)
    assert "nom d’une personne" in found.value.message_dict["steps"][0]
    assert "means" not in found.value.message_dict


@pytest.mark.parametrize("said", ["Écrire à camille@exemple.org.", "Au 06 12 34 56 78."])
def test_how_to_reach_somebody_does_not_enter_the_text(said: str) -> None:
    assert "téléphone de quelqu’un" in refusal(means=said)


def test_who_is_named_in_a_text_does_not_become_its_author() -> None:
    version = publish(said={"steps": "Comme aux Jardins du Val."})
    by = make_person("x@pratiques.example")
    with pytest.raises(ValidationError, match="version 1"):
        actions.add_author(
            sheet=version.sheet, structure=make_structure("Jardins du Val"), by=by, now=NOW
        )


# --- Names -------------------------------------------------------------------------------------


def test_a_name_is_shown_while_its_direction_agrees_and_in_no_format_after() -> None:
    make_valley()
    place = Department.objects.get(pk="38")
    named, silent = (
        make_structure("Jardins du Val", department=place),
        make_structure("Atelier des Rives", department=place),
    )
    version = publish(named, silent)
    sheet = version.sheet

    def said() -> list[str]:
        document = document_of(read_again(version))
        return [
            document.plain_text(),
            docx_text(render_docx(document)),
            pdf_text(render_pdf(document)).replace("\n", " "),
        ]

    assert all("2 structures" not in text and "deux structures (Isère)" in text for text in said())
    before = version.sha256
    agree(sheet, named)
    for text in said():
        assert "Jardins du Val" in text
        assert "une structure (Isère)" in text
    agree(sheet, named, is_yes=False, by=make_person("autre@pratiques.example"))
    for text in said():
        assert "Jardins du Val" not in text
        assert "Atelier des Rives" not in text
    assert "Jardins" not in citation_of(read_again(version))
    assert read_again(version).sha256 == before
    assert read_again(version).is_whole


def test_who_said_yes_and_when_is_kept() -> None:
    structure = make_structure("Jardins du Val")
    sheet, by = start(structure), director_of(structure)
    row = sheet.authors.get()
    assert not row.is_answered
    actions.answer_naming(row=row, is_yes=True, by=by, now=NOW)
    later = NOW + timedelta(days=3)
    actions.answer_naming(row=row, is_yes=False, by=by, now=later)
    row.refresh_from_db()
    assert (row.agreed_by, row.agreed_at, row.refused_at) == (by, NOW, later)
    verbs = JournalEntry.objects.filter(verb__endswith="_to_be_named").values_list(
        "verb", flat=True
    )
    assert sorted(verbs) == ["practices.agree_to_be_named", "practices.refuse_to_be_named"]


# --- Versions ----------------------------------------------------------------------------------


def test_a_version_is_written_once() -> None:
    version = publish()
    version.title = "Autre"
    with pytest.raises(ImmutableRow):
        version.save()
    with pytest.raises(ImmutableRow):
        SheetVersion.objects.update(title="Autre")


def test_context_enters_the_text_by_bands() -> None:
    make_valley()
    sheet = start(
        trades=["espaces-verts"],
        department_id="38",
        territory="rural",
        places=Places.of(12),
        sales="30",
        in_use_since=SINCE_2024,
    )
    text = document_of(actions.publish(sheet=sheet, by=None, now=NOW)).plain_text()
    for said in ("espaces verts", "Isère (38)", "rural", "de 11 à 20 places", "03/2024"):
        assert said in text


@pytest.mark.parametrize(
    ("places", "band"), [(1, "10"), (10, "10"), (11, "20"), (40, "40"), (80, "80"), (81, "more")]
)
def test_places_are_told_by_bands(places: int, band: str) -> None:
    assert Places.of(places) == band


def test_each_licence_has_an_address() -> None:
    assert [each.address for each in Licence] == [
        "https://creativecommons.org/licenses/by/4.0/deed.fr",
        "https://creativecommons.org/licenses/by-sa/4.0/deed.fr",
        "https://creativecommons.org/publicdomain/zero/1.0/deed.fr",
    ]


# --- Steps -------------------------------------------------------------------------------------


def test_a_status_that_its_gate_refuses_is_told_with_what_lacks() -> None:
    sheet = start()
    with pytest.raises(ValidationError, match="depuis quel mois"):
        actions.set_status(sheet=sheet, status="STABLE", by=None, now=NOW)
    assert standing_of(sheet, now=NOW).missing == (
        "Dites depuis quel mois la pratique est en usage.",
    )


def test_a_reuse_elsewhere_opens_the_last_step_and_taken_back_closes_it() -> None:
    sheet = start(in_use_since=SINCE_2024)
    with pytest.raises(ValidationError, match="autre structure"):
        actions.set_status(sheet=sheet, status="TRANSFERRED", by=None, now=NOW)
    actions.note_reuses(sheet=sheet, reused_by=1, now=NOW)
    actions.set_status(sheet=sheet, status="TRANSFERRED", by=None, now=NOW)
    actions.note_reuses(sheet=sheet, reused_by=0, now=NOW)
    sheet.refresh_from_db()
    assert sheet.status == PracticeStatus.STABLE


def test_the_base_refuses_a_step_without_its_ground() -> None:
    sheet = start(in_use_since=SINCE_2024)
    for values in ({"status": "TRANSFERRED"}, {"status": "TRIED", "in_use_since": None}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Sheet.objects.filter(pk=sheet.pk).update(**values)


def test_an_author_removed_makes_the_status_step_back() -> None:
    one, two = make_structure("Un"), make_structure("Deux")
    sheet = start(one, two, in_use_since=date(2026, 11, 1))
    actions.set_status(sheet=sheet, status="STABLE", by=None, now=NOW)
    by = make_person("x@pratiques.example")
    actions.remove_author(author=sheet.authors.get(structure=two), by=by, now=NOW)
    sheet.refresh_from_db()
    assert sheet.status == PracticeStatus.TRIED
    with pytest.raises(ValidationError, match="garde une structure"):
        actions.remove_author(author=sheet.authors.get(), by=by, now=NOW)


# --- Improvements --------------------------------------------------------------------------------


def test_an_improvement_becomes_part_of_a_version_or_is_answered() -> None:
    version = publish()
    sheet, reader = version.sheet, make_person("lectrice@pratiques.example")
    taken, other = (
        actions.propose(sheet=sheet, text=text, by=reader, now=NOW) for text in ("Un", "Deux")
    )
    assert actions.propose(sheet=sheet, text="Un ", by=reader, now=NOW) == taken
    actions.answer_comment(comment=other, answer="Déjà dit.", by=reader, now=NOW)
    with pytest.raises(ValidationError, match="déjà sa réponse"):
        actions.answer_comment(comment=other, answer="Encore.", by=reader, now=NOW)
    actions.save_draft(
        sheet=sheet, title="Mieux", sections=sections_of(steps="Un."), by=None, now=NOW
    )
    second = actions.publish(sheet=sheet, by=None, now=NOW, improvements=[taken])
    taken.refresh_from_db()
    assert taken.taken_into == second
    answered, entered = OutgoingMail.objects.filter(recipient=reader.email).order_by("pk")
    assert "Déjà dit." in answered.text
    assert "dans la version\u00a02" in entered.text
    assert sheet.comments.filter(answered_at__isnull=True, taken_into__isnull=True).count() == 0


# --- Reviews -----------------------------------------------------------------------------------


def test_only_structures_outside_the_authors_review_and_only_monographs() -> None:
    author, reader = make_structure("Un"), make_structure("Deux")
    by = make_person("x@pratiques.example")
    with pytest.raises(ValidationError, match="Seule une monographie"):
        actions.ask_review(version=publish(author), structure=reader, by=by, now=NOW)
    version = publish(author, kind=SheetKind.MONOGRAPH)
    with pytest.raises(ValidationError, match="est autrice"):
        actions.ask_review(version=version, structure=author, by=by, now=NOW)
    actions.ask_review(version=version, structure=reader, by=by, now=NOW)
    with pytest.raises(ValidationError, match="relit déjà"):
        actions.ask_review(version=version, structure=reader, by=by, now=NOW)
    with pytest.raises(ValidationError, match="ne peut pas l’écrire"):
        actions.add_author(sheet=version.sheet, structure=reader, by=by, now=NOW)


def test_a_report_is_read_while_its_structure_agrees_with_its_reservations() -> None:
    reader = make_structure("Atelier des Rives")
    version = publish(kind=SheetKind.MONOGRAPH)
    author = director_of(version.sheet.authors.get().structure)
    by = make_person("x@pratiques.example")
    review = actions.ask_review(version=version, structure=reader, by=by, now=NOW)
    with pytest.raises(ValidationError, match="nom d’une structure"):
        actions.deliver_review(
            review=review,
            report="Lu à l’Atelier des Rives.",
            reservations="",
            is_published=True,
            by=by,
            now=NOW,
        )
    actions.deliver_review(
        review=review,
        report="Solide.",
        reservations="Un seul hiver observé.",
        is_published=True,
        by=by,
        now=NOW,
    )
    told = OutgoingMail.objects.get(recipient=author.email)
    assert told.subject.startswith("Une relecture est arrivée")
    assert "Rives" not in told.text
    text = document_of(read_again(version)).plain_text()
    assert "Un seul hiver observé." in text
    assert "Atelier des Rives" not in text
    review.refresh_from_db()
    actions.answer_naming(row=review, is_yes=True, by=by, now=NOW)
    assert "Relue par Atelier des Rives." in document_of(read_again(version)).plain_text()
    actions.agree_to_report(review=review, is_yes=False, by=by, now=NOW)
    text = document_of(read_again(version)).plain_text()
    assert "Atelier des Rives" not in text
    assert "Solide." not in text
    with pytest.raises(ValidationError, match="déjà remise"):
        actions.deliver_review(
            review=review, report="B", reservations="", is_published=True, by=by, now=NOW
        )


def test_a_report_is_not_open_before_it_is_delivered() -> None:
    version = publish(kind=SheetKind.MONOGRAPH)
    by = make_person("x@pratiques.example")
    review = actions.ask_review(version=version, structure=make_structure("R"), by=by, now=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        Review.objects.filter(pk=review.pk).update(report_agreed_at=NOW)
    actions.decline_review(review=review, by=by, now=NOW)
    with pytest.raises(ValidationError, match="refusée"):
        actions.deliver_review(
            review=review, report="A", reservations="", is_published=True, by=by, now=NOW
        )


# --- Who reads and writes --------------------------------------------------------------------


def test_a_draft_is_for_who_writes_and_a_version_for_everybody() -> None:
    structure, network = make_structure("Un"), make_network("Réseau du Val")
    sheet = start(structure, network=network)
    writers = [
        director_of(structure),
        make_person("anime@pratiques.example", role="network_staff", network=network),
        make_person("delegue@pratiques.example", role="delegate", network=network),
    ]
    others: list[Person] = [
        AnonymousUser(),
        make_person("encadre@pratiques.example", role="supervisor", structure=structure),
        director_of(make_structure("Deux")),
        make_person("ailleurs@pratiques.example", role="network_staff", network=make_network("B")),
    ]
    for writer in writers:
        assert access.sheet_for(writer, sheet.pk) == sheet
        assert access.written_sheet_for(writer, sheet.pk) == sheet
    for person in others:
        with pytest.raises(Http404):
            access.sheet_for(person, sheet.pk)
    actions.publish(sheet=sheet, by=None, now=NOW)
    for person in others:
        assert access.sheet_for(person, sheet.pk) == sheet
        with pytest.raises(Http404):
            access.written_sheet_for(person, sheet.pk)
    actions.keep_sheet(sheet=sheet, is_kept=False, by=writers[0], now=NOW)
    with pytest.raises(Http404):
        access.sheet_for(others[0], sheet.pk)
    assert access.sheet_for(writers[0], sheet.pk) == sheet


def test_only_its_own_direction_says_whether_a_structure_is_named() -> None:
    one, two, network = make_structure("Un"), make_structure("Deux"), make_network("Réseau")
    sheet = start(one, two, network=network)
    row = sheet.authors.get(structure=one)
    assert access.naming_for(director_of(one), sheet.pk, row.pk) == row
    animator = make_person("anime@pratiques.example", role="network_staff", network=network)
    for person in (director_of(two), animator):
        with pytest.raises(Http404):
            access.naming_for(person, sheet.pk, row.pk)

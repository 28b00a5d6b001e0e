"""The documents of an alliance through its pages: who reads what, what is missing, what is sent."""

import html
import io
import re
import zipfile
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import docx
import pytest
from django.urls import reverse
from django.utils import timezone

from cordee.accounts.models import JournalEntry, User
from cordee.alliances import revisions
from cordee.alliances.access import access_for
from cordee.alliances.answer_files import actions as answer_files_actions
from cordee.alliances.documents import actions as documents_actions
from cordee.alliances.documents.pages import built
from cordee.alliances.dossier_builder import dossier_and_convention, group_convention
from cordee.alliances.invitations import actions as invitations_actions
from cordee.alliances.models import Alliance, AllianceParty, AnswerFile, PastWork, Turnover
from cordee.alliances.opening.actions import Start, start_alliance
from cordee.alliances.requirements import lot_of
from cordee.base.documents import PageBreak, Sheet, document_sha256
from cordee.base.documents.model import plain, words_of
from cordee.members.models import Activity, RoleSeat, Structure
from cordee.members.sharing import Viewer
from cordee.rules.trades import TRADES
from tests.alliances.makers import Rope
from tests.base.documents.reading import docx_text, pdf_text, squeezed
from tests.members.makers import make_person
from tests.strict_client import StrictClient

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 25, 11, tzinfo=UTC)
ON = date(2026, 11, 25)
NAMES = ("Les Jardins de la Verdoire", "Rives et Sentiers", "Pierre et Chaux")
SignIn = Callable[[Any], StrictClient]


@pytest.fixture(autouse=True)
def day_of_the_valley(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOW)


@pytest.fixture
def leader(valley: Any) -> User:
    """Acts for a network to which nobody has opened anything."""
    return make_person("anime@exemple.fr", role="network_staff", network=valley.network)


@pytest.fixture
def alliance(valley: Any, leader: User) -> Alliance:
    """Two structures have said yes; the third is only thought of."""
    breakdown = valley.opportunity("berges").latest_breakdown()
    alliance = start_alliance(
        breakdown=breakdown,
        lots={lot_of(package) for package in breakdown.packages.all()},
        title="Les berges ensemble",
        start=Start(
            origin=Alliance.Origin.SCRATCH,
            structures=[Structure.objects.get(name=name) for name in NAMES],
        ),
        network=valley.network,
        by=leader,
        now=NOW,
    )
    for name in NAMES[:2]:
        party = party_of(alliance, name)
        invitations_actions.invite(party=party, by=leader, now=NOW)
        invitations_actions.answer_invitation(
            party=party, is_yes=True, by=directing(party.structure), now=NOW
        )
    return alliance


def directing(structure: Structure) -> User:
    found = RoleSeat.objects.directing(structure).people().first()
    return found or make_person(f"d{structure.pk}@exemple.fr", role="director", structure=structure)


def party_of(alliance: Alliance, name: str) -> AllianceParty:
    return alliance.parties.select_related("structure").get(structure__name=name)


def director(alliance: Alliance, name: str) -> User:
    return directing(party_of(alliance, name).structure)


def texts(alliance: Alliance, person: User) -> dict[str, str]:
    """Every document that a person may take out, as plain text."""
    access = access_for(person, alliance.pk)
    access = access.seen_by(Viewer.of(person, ON))
    made = built(access, dossier_and_convention(access, on=ON)[0])
    return {entry.key: document.plain_text() for entry, document in made}


def dc2(found: dict[str, str], alliance: Alliance, name: str) -> str:
    key = party_of(alliance, name).key
    return next(text for each, text in found.items() if each.startswith(f"dc2-{key}-"))


def told(alliance: Alliance, name: str) -> None:
    """Figures that are the structure's own."""
    structure, by = party_of(alliance, name).structure, director(alliance, name)
    answer_files_actions.set_turnover(
        structure=structure, year=2025, amount_cents=12_345_678, field_cents=None, by=by
    )


def listing(alliance: Alliance) -> str:
    return reverse("alliances:documents", args=[alliance.pk])


# --- Who reads what -----------------------------------------------------------------------------


def test_turnovers_are_read_by_the_structure_and_by_who_files_when_it_opens_them(
    alliance: Alliance, leader: User
) -> None:
    told(alliance, NAMES[0])
    own, other = director(alliance, NAMES[0]), director(alliance, NAMES[1])
    figure = "123\u202f456,78\u202f€"
    assert figure in dc2(texts(alliance, own), alliance, NAMES[0])
    assert figure not in "".join(texts(alliance, leader).values())
    assert figure not in "".join(texts(alliance, other).values())
    assert "les trois chiffres d’affaires" in dc2(texts(alliance, leader), alliance, NAMES[0])
    documents_actions.open_file(party=party_of(alliance, NAMES[0]), by=own, now=NOW)
    assert figure in dc2(texts(alliance, leader), alliance, NAMES[0])
    assert figure not in "".join(texts(alliance, other).values())
    documents_actions.shut_file(party=party_of(alliance, NAMES[0]), by=own)
    assert figure not in "".join(texts(alliance, leader).values())


def test_the_lead_reads_what_is_opened_too(alliance: Alliance, leader: User) -> None:
    told(alliance, NAMES[0])
    lead = party_of(alliance, NAMES[1])
    terms = Alliance.objects.get(pk=alliance.pk).terms
    from dataclasses import replace

    revisions.write_terms(
        alliance=alliance, base=1, terms=replace(terms, lead=lead.key), by=leader, now=NOW
    )
    alliance = Alliance.objects.get(pk=alliance.pk)
    documents_actions.open_file(
        party=party_of(alliance, NAMES[0]), by=director(alliance, NAMES[0]), now=NOW
    )
    assert "123\u202f456,78" in dc2(
        texts(alliance, director(alliance, NAMES[1])), alliance, NAMES[0]
    )


def test_who_has_not_said_yes_is_nobody_in_the_documents_of_others(
    alliance: Alliance, leader: User
) -> None:
    """RULE-38: neither its name nor its SIRET nor its town, in any document of a party."""
    hidden = party_of(alliance, NAMES[2]).structure
    found = "\n".join(texts(alliance, director(alliance, NAMES[0])).values())
    assert hidden.name not in found
    assert squeezed(hidden.siret) not in squeezed(found)
    assert "Structure pressentie" in found
    assert hidden.name in "\n".join(texts(alliance, leader).values())


def test_the_convention_of_the_group_is_the_same_for_everybody(
    alliance: Alliance, leader: User
) -> None:
    text = group_convention(alliance, on=ON)
    told(alliance, NAMES[0])
    documents_actions.open_file(
        party=party_of(alliance, NAMES[0]), by=director(alliance, NAMES[0]), now=NOW
    )
    again = group_convention(Alliance.objects.get(pk=alliance.pk), on=date(2027, 3, 1))
    assert document_sha256(again) == document_sha256(text)
    assert party_of(alliance, NAMES[2]).structure.name not in text.plain_text()
    # It is the one that each takes out, whatever they may read of the others elsewhere.
    for person in (leader, director(alliance, NAMES[0])):
        access = access_for(person, alliance.pk)
        access = access.seen_by(Viewer.of(person, ON))
        _, mine = dossier_and_convention(access, on=ON)
        assert document_sha256(mine) == document_sha256(text)


def test_facts_come_from_the_sheet_the_file_and_the_notice(alliance: Alliance, valley: Any) -> None:
    structure = party_of(alliance, NAMES[0]).structure
    by = director(alliance, NAMES[0])
    answer_files_actions.write_answer_file(
        structure=structure,
        values={
            "legal_form": "Association loi de 1901",
            "permanent_staff": 7,
            "means": "Deux bennes",
        },
        by=by,
    )
    answer_files_actions.add_past_work(
        structure=structure, title="Quais", client="Commune", year=2024, amount_cents=None, by=by
    )
    row = AllianceParty.objects.get(pk=party_of(alliance, NAMES[0]).pk)
    row.signatory_name, row.signatory_function = "Sacha Exemple", "président"
    row.power, row.power_on = AllianceParty.Power.BOARD, date(2026, 10, 1)
    row.save()
    text = dc2(texts(alliance, by), alliance, NAMES[0])
    notice = valley.opportunity("berges").current().notice
    for said in (
        notice.title,
        notice.buyer.name,
        "Association loi de 1901",
        "7\u202fpersonnes",
        "Deux bennes",
        "Quais",
        "Sacha Exemple",
        "Délibération du conseil d’administration, 1er\u202foctobre 2026",
    ):
        assert said in text


def test_the_legal_person_is_named_once_somebody_told_what_it_is(alliance: Alliance) -> None:
    """An organisation of a list is called after its first line, which may be another structure."""
    person, structure = director(alliance, NAMES[0]), party_of(alliance, NAMES[0]).structure
    carrier = structure.organisation
    carrier.name, carrier.carrier = "CCAS de la Verdoire", ""
    carrier.save()
    assert "CCAS" not in dc2(texts(alliance, person), alliance, NAMES[0])
    carrier.carrier = carrier.Carrier.PUBLIC
    carrier.save()
    text = dc2(texts(alliance, person), alliance, NAMES[0])
    assert "Dénomination\nCCAS de la Verdoire" in text
    assert "sans objet\u00a0: personne publique" in text


def test_a_named_crew_gives_no_name_of_a_person(alliance: Alliance) -> None:
    structure = party_of(alliance, NAMES[0]).structure
    crew = structure.chantiers.get().crews.first()
    if crew is None:
        crew = structure.chantiers.get().crews.create(name="", places=6)
    crew.name = "Équipe de Maurice Exemple"
    crew.save()
    assert "Maurice" not in "".join(texts(alliance, director(alliance, NAMES[0])).values())


# --- The page -----------------------------------------------------------------------------------


def test_the_page_lists_gaps_with_the_way_to_fill_them(
    alliance: Alliance, signed_in_client: SignIn
) -> None:
    person = director(alliance, NAMES[0])
    structure = party_of(alliance, NAMES[0]).structure
    client = signed_in_client(person)
    assert "éléments manquent" in client.get(listing(alliance)).content.decode()
    page = client.get(reverse("alliances:dossier", args=[alliance.pk])).content.decode()
    assert reverse("answer_files:show", args=[structure.pk]) in page
    # Each thing once, wherever it is used: the insurance is of the DC2 and of the proofs.
    mine = page.split("<summary>")[1]
    assert NAMES[0] in mine
    assert mine.count("La forme juridique") == mine.count("responsabilité civile") == 1
    other = party_of(alliance, NAMES[1]).structure
    # Others fill their own: said, not linked.
    assert reverse("answer_files:show", args=[other.pk]) not in page


def test_each_page_counts_what_lacks_alike(
    alliance: Alliance, leader: User, signed_in_client: SignIn
) -> None:
    """Each thing once, for whoever reads; what waits for the day of filing apart."""
    for person in (leader, director(alliance, NAMES[0])):
        client = signed_in_client(person)
        page = client.get(listing(alliance))
        papers = page.context["page"]["papers"]
        now, later = len(papers.missing), len(papers.at_filing)
        assert now
        assert later
        dossier = client.get(reverse("alliances:dossier", args=[alliance.pk]))
        cover = client.get(reverse("alliances:document", args=[alliance.pk, "pieces"]))
        for answer, words in (
            (page, f", {now} éléments manquent"),
            (page, f"{later} à joindre ou à écrire le jour du dépôt"),
            (dossier, f"{now} éléments manquent au dossier"),
            (cover, f"{now} à dire maintenant, {later} à joindre ou à écrire le jour du dépôt"),
        ):
            assert words in " ".join(answer.content.decode().split())


def test_who_can_tell_what_lacks_stands_once(
    alliance: Alliance, leader: User, signed_in_client: SignIn
) -> None:
    for person in (leader, director(alliance, NAMES[0])):
        url = reverse("alliances:dossier", args=[alliance.pk])
        html = signed_in_client(person).get(url).content.decode()
        names = re.findall(r"<summary>([^<(]+) \(\d+\)</summary>", html)
        assert len(names) > 1
        assert len(names) == len(set(names))


def test_a_document_is_taken_out_as_pdf(alliance: Alliance, signed_in_client: SignIn) -> None:
    person = director(alliance, NAMES[0])
    visitor = signed_in_client(person)
    taken = visitor.post(
        reverse("alliances:download_document", args=[alliance.pk, "dc1"]), {"format": "pdf"}
    )
    assert taken["Content-Type"] == "application/pdf"
    assert "dc1.pdf" in taken["Content-Disposition"]
    assert "DC1" in pdf_text(taken.content)


def test_both_formats_come_from_the_page(alliance: Alliance, signed_in_client: SignIn) -> None:
    visitor = signed_in_client(director(alliance, NAMES[0]))
    address = reverse("alliances:download_document", args=[alliance.pk, "convention"])
    as_pdf = pdf_text(visitor.post(address, {"format": "pdf"}).content)
    as_docx = visitor.post(address, {"format": "docx"}).content
    assert docx.Document(io.BytesIO(as_docx)).core_properties.language == "fr-FR"
    for text in (as_pdf, docx_text(as_docx)):
        assert squeezed("Convention de groupement momentané") in squeezed(text)
    assert (
        visitor.post(reverse("alliances:download_document", args=[alliance.pk, "dc9"])).status_code
        == 404
    )


def test_everything_comes_as_one_zip(alliance: Alliance, signed_in_client: SignIn) -> None:
    visitor = signed_in_client(director(alliance, NAMES[0]))
    answer = visitor.post(reverse("alliances:all_documents", args=[alliance.pk]))
    assert answer.streaming
    written = b"".join(answer.streaming_content)
    archive = zipfile.ZipFile(io.BytesIO(written))
    assert archive.testzip() is None
    names = archive.namelist()
    assert len(names) == len(set(names))
    assert names[:2] == ["4-a-corriger/00-pieces-du-dossier.docx", "00-pieces-du-dossier.pdf"]
    assert "1-candidature/01-dc1.pdf" in names
    assert {name.split("/")[0] for name in names if "/" in name} == {
        *("1-candidature", "2-offre", "3-a-garder", "4-a-corriger"),
    }
    assert all(name.isascii() and " " not in name and len(name) < 80 for name in names)
    assert {name.rsplit(".", 1)[1] for name in names} == {"docx", "pdf"}
    page = visitor.get(listing(alliance)).content.decode()
    assert page.count('value="pdf"') == len(names) // 2
    again = visitor.post(reverse("alliances:all_documents", args=[alliance.pk]))
    assert b"".join(again.streaming_content) == written


def test_opening_and_shutting_are_told_and_journaled(
    alliance: Alliance, signed_in_client: SignIn, leader: User
) -> None:
    party = party_of(alliance, NAMES[0])
    visitor = signed_in_client(director(alliance, NAMES[0]))
    address = reverse("alliances:dossier", args=[alliance.pk])

    def shut() -> str:
        page = signed_in_client(leader).get(address).content.decode()
        return (re.findall(r"encore fermés?\u00a0: ([^<]+)", page) or [""])[0]

    assert NAMES[0] in shut()
    # Whoever has not said yes has nothing to open.
    assert NAMES[2] not in shut()
    for _ in range(2):
        visitor.post(reverse("alliances:open_answer_file", args=[alliance.pk, party.pk]))
    assert JournalEntry.objects.filter(verb="alliances.open_file").count() == 1
    assert NAMES[0] not in shut()
    visitor.post(reverse("alliances:shut_answer_file", args=[alliance.pk, party.pk]))
    assert JournalEntry.objects.filter(verb="alliances.shut_file").count() == 1


def test_the_page_makes_the_same_number_of_queries_with_more_parties(
    alliance: Alliance, valley: Any, leader: User, count_queries: Callable[..., int]
) -> None:
    few = count_queries(listing(alliance), leader)
    members = Structure.objects.exclude(name__in=NAMES).filter(kind="ACI")[:6]
    for structure in members:
        invitations_actions.add_party(
            alliance=Alliance.objects.get(pk=alliance.pk),
            structure=structure,
            role=alliance.terms.parties[0].role,
            of=None,
            by=leader,
            now=NOW,
        )
    assert len(members) >= 3
    assert count_queries(listing(alliance), leader) == few


# --- The answer file ----------------------------------------------------------------------------


def test_a_director_tells_her_file_once(alliance: Alliance, signed_in_client: SignIn) -> None:
    structure = party_of(alliance, NAMES[0]).structure
    visitor = signed_in_client(director(alliance, NAMES[0]))
    address = reverse("answer_files:edit", args=[structure.pk])
    sent = {
        "legal_form": "Association loi de 1901",
        "email": "marches@jardins.exemple.fr",
        "is_small": "oui",
        "permanent_staff": "6",
        "insertion_staff": "24",
        "has_no_reference": "on",
    }
    assert visitor.post(address, sent, follow=True).status_code == 200
    row = AnswerFile.objects.get(structure=structure)
    assert (row.legal_form, row.is_small, row.insertion_staff) == (sent["legal_form"], True, 24)
    assert row.has_no_reference
    entry = JournalEntry.objects.get(verb="alliances.write_answer_file")
    assert "exemple.fr" not in str(entry.after)
    page = visitor.get(reverse("answer_files:show", args=[structure.pk])).content.decode()
    assert "marches@jardins.exemple.fr" in page
    # What was told is not asked again; all of it can be corrected.
    asked = visitor.get(address).content.decode()
    assert "Forme juridique" not in asked
    assert "Matériel et véhicules" in asked
    assert "Forme juridique" in visitor.get(address + "?tout=oui").content.decode()
    assert visitor.post(address, {"means": "Deux camions"}).status_code == 302
    row.refresh_from_db()
    assert (row.means, row.legal_form, row.is_small) == ("Deux camions", sent["legal_form"], True)
    refused = visitor.post(address, sent | {"email": "rien", "permanent_staff": "-1"})
    assert refused.status_code == 200
    assert AnswerFile.objects.get(structure=structure).email == sent["email"]


def test_what_a_structure_wrote_of_a_trade_is_offered_to_itself_and_to_who_files(
    alliance: Alliance, leader: User, signed_in_client: SignIn
) -> None:
    structure, own = party_of(alliance, NAMES[0]).structure, director(alliance, NAMES[0])
    trade = next(line.trade for line in alliance.terms.lines)
    Activity.objects.update_or_create(
        chantier=structure.chantiers.get(),
        trade=trade,
        defaults={"certainty": "known", "guess_reason": ""},
    )
    address = reverse("answer_files:edit_texts", args=[structure.pk])
    visitor = signed_in_client(own)
    assert TRADES[trade].short_label in visitor.get(address).content.decode()
    visitor.post(address, {trade: "Rien sans {{ plan }}.", "tous": "Toujours à deux."})
    held = AnswerFile.objects.get(structure=structure).trade_texts
    assert held == {
        trade: {"text": "Rien sans {{ plan }}.", "year": 2026},
        "": {"text": "Toujours à deux.", "year": 2026},
    }
    page = visitor.get(reverse("answer_files:show", args=[structure.pk])).content.decode()
    assert "Rien sans {{ plan }}." in page
    # A year later: what did not change keeps its year; what is emptied goes.
    AnswerFile.objects.update(trade_texts=held | {trade: {"text": "Avant.", "year": 2025}})
    visitor.post(address, {trade: "Avant.", "tous": ""})
    assert AnswerFile.objects.get().trade_texts == {trade: {"text": "Avant.", "year": 2025}}
    said = f"{TRADES[trade].short_label}\u00a0: Avant."
    assert said in texts(alliance, own)["memoire"]
    for other in (leader, director(alliance, NAMES[1])):
        assert "Avant." not in "".join(texts(alliance, other).values())
    documents_actions.open_file(party=party_of(alliance, NAMES[0]), by=own, now=NOW)
    assert said in texts(alliance, leader)["memoire"]
    assert "Avant." not in "".join(texts(alliance, director(alliance, NAMES[1])).values())


def test_the_sheet_leads_to_the_file(alliance: Alliance, signed_in_client: SignIn) -> None:
    structure = party_of(alliance, NAMES[0]).structure
    visitor = signed_in_client(director(alliance, NAMES[0]))
    address = reverse("answer_files:panel", args=[structure.pk])
    sheet = visitor.get(reverse("members:sheet", args=[structure.pk])).content.decode()
    assert address in sheet
    assert "dites-les une fois" in visitor.get(address).content.decode()
    answer_files_actions.write_answer_file(
        structure=structure,
        values={"legal_form": "SCIC", "permanent_staff": 0},
        by=director(alliance, NAMES[0]),
    )
    page = visitor.get(address, headers={"HX-Request": "true"}).content.decode()
    assert "2\u202finformations sur 9" in page


def test_references_come_and_go(alliance: Alliance, signed_in_client: SignIn) -> None:
    structure = party_of(alliance, NAMES[0]).structure
    visitor = signed_in_client(director(alliance, NAMES[0]))
    add = reverse("answer_files:add_reference", args=[structure.pk])
    sent = {"title": "Haies", "client": "Commune", "year": "2025", "amount_cents": "1 850,50 €"}
    sent["trade"] = "espaces-verts"
    visitor.post(add, sent)
    assert PastWork.objects.get().amount_cents == 185_050
    assert PastWork.objects.get().trade == "espaces-verts"
    assert "déjà dans la liste" in visitor.post(add, sent).content.decode()
    assert visitor.post(add, sent | {"year": "2027"}).status_code == 200
    assert PastWork.objects.count() == 1
    remove = reverse(
        "answer_files:remove_reference", args=[structure.pk, PastWork.objects.get().pk]
    )
    assert "Retirer la référence" in visitor.get(remove).content.decode()
    visitor.post(remove)
    assert not PastWork.objects.exists()


def test_turnovers_are_corrected_by_year(alliance: Alliance, signed_in_client: SignIn) -> None:
    structure = party_of(alliance, NAMES[0]).structure
    visitor = signed_in_client(director(alliance, NAMES[0]))
    address = reverse("answer_files:set_turnover", args=[structure.pk])
    visitor.post(address, {"year": "2025", "amount_cents": "100 000", "field_cents": "40 000"})
    visitor.post(address, {"year": "2025", "amount_cents": "120 000"})
    assert Turnover.objects.get().amount_cents == 12_000_000
    wrong = visitor.post(address, {"year": "2024", "amount_cents": "10", "field_cents": "11"})
    assert "ne dépasse pas" in wrong.content.decode()
    visitor.post(
        reverse("answer_files:remove_turnover", args=[structure.pk, Turnover.objects.get().pk])
    )
    assert not Turnover.objects.exists()
    assert "100000" not in str(list(JournalEntry.objects.values_list("after", flat=True)))


def test_nobody_reads_the_file_of_another(alliance: Alliance, signed_in_client: SignIn) -> None:
    structure = party_of(alliance, NAMES[0]).structure
    visitor = signed_in_client(director(alliance, NAMES[1]))
    assert visitor.get(reverse("answer_files:show", args=[structure.pk])).status_code == 404


# --- Read on the screen, and approved ---------------------------------------------------------


def test_every_document_is_read_on_the_screen_in_the_same_words(
    alliance: Alliance, signed_in_client: SignIn, leader: User
) -> None:
    visitor = signed_in_client(leader)
    access = access_for(leader, alliance.pk)
    access = access.seen_by(Viewer.of(leader, ON))
    dossier, agreed = dossier_and_convention(access, on=ON)
    for entry, document in built(access, dossier, agreed):
        page = visitor.get(reverse("alliances:document", args=[alliance.pk, entry.key]))
        shown = squeezed(html.unescape(re.sub("<[^>]+>", "", page.content.decode())))
        for block in document.blocks:
            if isinstance(block, PageBreak):
                continue
            for words in words_of(block):
                if not (isinstance(block, Sheet) and words in block.head):
                    assert squeezed(plain(words)) in shown, (entry.key, words)


def test_the_convention_carries_who_approved_it(
    rope: Callable[..., Rope], signed_in_client: SignIn
) -> None:
    team = rope().to_documents()
    team.approve("jardins")
    visitor = signed_in_client(team.leader)
    address = reverse("alliances:download_document", args=[team.alliance.pk, "convention"])
    written = visitor.post(address, {"format": "pdf"}).content
    text = squeezed(pdf_text(written))
    assert squeezed("Approbations de ce texte") in text
    assert squeezed("Signataire jardins") in text
    assert team.sha() in text
    team.name_signatory("jardins", name="Une autre")
    text = squeezed(pdf_text(visitor.post(address, {"format": "pdf"}).content))
    assert squeezed("Personne n’a encore approuvé ce texte.") in text
    assert squeezed("d’un texte antérieur, qui ne valent plus") in text


# --- Common terms and VAT ---------------------------------------------------------------------


def test_common_terms_are_written_where_they_are_missing(
    alliance: Alliance, signed_in_client: SignIn, leader: User
) -> None:
    """RULE-17: the hours appear once its three figures are said."""
    address = reverse("alliances:common_terms", args=[alliance.pk])
    visitor = signed_in_client(leader)
    dossier = reverse("alliances:dossier", args=[alliance.pk])
    assert address in visitor.get(dossier).content.decode()
    sent = {
        "version": "1",
        "labour_share_percent": "60",
        "insertion_rate_percent": "10",
        "hourly_cost_cents": "32",
        "payment": "Nous payons le 12.",
    }
    visitor.post(address, sent)
    alliance = Alliance.objects.get(pk=alliance.pk)
    assert alliance.terms.common.hourly_cost_cents == 3_200
    found = texts(alliance, leader)
    assert "à compléter : le taux d’insertion" not in found["insertion"]
    assert "arrondi à l’heure" in found["insertion"]
    assert "Nous payons le 12." in found["convention"]
    # Another who began from the version before does not write over it.
    answer = visitor.post(address, sent | {"payment": "Nous payons le 30."}, follow=True)
    page = answer.content.decode()
    assert "Quelqu’un vient d’écrire ici" in page
    assert "Nous payons le 30." in page
    assert "le 12" in Alliance.objects.get(pk=alliance.pk).terms.common.payment
    wrong = visitor.post(address, sent | {"version": "2", "labour_share_percent": "120"})
    assert wrong.status_code == 200


def test_each_party_says_how_it_invoices(alliance: Alliance, signed_in_client: SignIn) -> None:
    party = party_of(alliance, NAMES[0])
    address = reverse("alliances:vat", args=[alliance.pk, party.pk])
    person = director(alliance, NAMES[0])
    visitor = signed_in_client(person)
    dossier = reverse("alliances:dossier", args=[alliance.pk])
    assert address in visitor.get(dossier).content.decode()
    refused = visitor.post(address, {"version": "1", "vat": "reverse_charge"})
    assert "jamais d’un membre du groupement" in " ".join(refused.content.decode().split())
    visitor.post(address, {"version": "1", "vat": "exempt"})
    assert Alliance.objects.get(pk=alliance.pk).terms.party(party.key).vat == "exempt"
    made = texts(Alliance.objects.get(pk=alliance.pk), person)
    assert any("non soumis à la TVA" in text for key, text in made.items() if "attri1" in key)
    assert signed_in_client(director(alliance, NAMES[1])).get(address).status_code == 404

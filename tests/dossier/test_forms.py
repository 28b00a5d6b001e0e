"""The official models: every rubric in its order, boxes ticked from what is known, no blank."""

import io
from dataclasses import replace
from datetime import date
from itertools import pairwise

import pytest
from pypdf import PdfReader

from cordee.agreement import VatRegime
from cordee.base.documents import Document, Heading, render_pdf
from cordee.base.documents.model import Paragraph, plain
from cordee.dossier.candidacy import dc2
from cordee.dossier.catalogue import Entry, cover, entries
from cordee.dossier.letter import dc1, mandate
from cordee.dossier.model import Dossier, Paper
from cordee.dossier.money import in_words
from cordee.dossier.offer import attri1, with_tax_of
from cordee.dossier.proofs import proofs
from cordee.dossier.subcontract import dc4
from cordee.dossier.writing import file_name
from cordee.rules.groups import GroupForm
from cordee.rules.kinds import Kind
from cordee.rules.official_forms import official_forms
from cordee.rules.reservation import Reservation
from tests.base.documents.reading import squeezed
from tests.dossier.dossiers import BARE as BARE_FACTS
from tests.dossier.dossiers import CONTRACT, DOSSIER, FRESH, FULL, TERMS, with_terms
from tests.dossier.test_alone import SOLE

LOT, OTHER = CONTRACT.lots
ACI, BARE, LEAD, COMPANY = TERMS.parties


def papers(dossier: Dossier) -> list[tuple[str, Document]]:
    return [
        (key, entry.build())
        for entry in entries(dossier)
        if (key := entry.key.split("-")[0]) in official_forms()
    ]


def said(document: Document) -> str:
    return " ".join(document.plain_text().replace("\u00a0", " ").split())


@pytest.mark.parametrize("dossier", [DOSSIER, SOLE, FRESH], ids=["group", "sole", "fresh"])
def test_every_rubric_stands_in_its_order_with_its_letters(dossier: Dossier) -> None:
    made = papers(dossier)
    assert {key for key, _ in made} == set(official_forms())
    for key, document in made:
        form = official_forms()[key]
        found = [
            block.text
            for block in document.blocks
            if isinstance(block, Heading) and ". " in block.text[:4]
        ]
        assert found == [f"{letter}. {title}" for letter, title in form.rubrics.items()]
        first = document.blocks[0]
        assert isinstance(first, Paragraph)
        head = squeezed(plain(first.words))
        article = "l’" if form.name == "ATTRI1" else "le "
        assert squeezed(f"Suit {article}{form.name}, version du {form.version}") in head
        assert squeezed("Si l’acheteur joint le sien, remplissez-le.") in head
        assert ("àvérifier" in head) is (form.read_again is None)


def test_no_rubric_is_left_without_a_word() -> None:
    for _, document in papers(DOSSIER):
        blocks = document.blocks
        for block, following in pairwise(blocks):
            if isinstance(block, Heading) and isinstance(following, Heading):
                assert following.level > block.level, block.text
        assert not isinstance(blocks[-1], Heading)


@pytest.mark.parametrize(
    ("form", "ticked"),
    [
        (None, "☐ conjoint ☐ solidaire"),
        (
            GroupForm.CONJOINT,
            "☒ conjoint ☐ solidaire Si conjoint, mandataire solidaire : ☐ oui ☒ non",
        ),
        (
            GroupForm.CONJOINT_MANDATAIRE_SOLIDAIRE,
            "☒ conjoint ☐ solidaire Si conjoint, mandataire solidaire : ☒ oui ☐ non",
        ),
        (GroupForm.SOLIDAIRE, "☐ conjoint ☒ solidaire"),
    ],
)
def test_the_form_of_the_group_is_ticked_everywhere(form: GroupForm | None, ticked: str) -> None:
    dossier = with_terms(DOSSIER, form=form)
    for document in (dc1(dossier), attri1(dossier, LOT), dc4(dossier, COMPANY, LOT)):
        assert ticked in said(document), document.title
    assert "☐ se présente seul ☒ est un groupement" in said(dc1(dossier))
    assert "☒ se présente seul ☐ est un groupement" in said(dc1(SOLE))


def test_lots_are_ticked() -> None:
    assert "☒ ces lots seulement : Lot 1 : Espaces verts Lot 2" in said(dc1(DOSSIER))
    every = replace(DOSSIER, contract=replace(CONTRACT, lots_in_all=2))
    assert "☒ tous les lots de la consultation ☐ ces lots" in said(dc1(every))
    assert "☒ le marché ou l’accord-cadre entier" in said(dc1(FRESH))
    assert "☒ ce lot : Lot 2 : Nettoyage" in said(attri1(DOSSIER, OTHER))


def test_the_lead_is_named_with_its_address_and_each_other_member_empowers_it() -> None:
    text = said(dc1(DOSSIER)).partition("G. Désignation")[2]
    for words in ("Val Propre SCIC", "3 chemin des Serres", "contact@valpropre.exemple.fr"):
        assert words in text
    keys = [entry.key for entry in entries(DOSSIER) if entry.key.startswith("habilitation")]
    assert keys == ["habilitation-11", "habilitation-12"]
    page = said(mandate(DOSSIER, ACI))
    assert "Jardins du Val, membre du groupement, habilite Val Propre SCIC" in page
    assert "déclarations de sous-traitance (DC4)" in page
    assert "Camille Exemple" in page
    assert not [entry for entry in entries(SOLE) if entry.key.startswith("habilitation")]


def test_the_status_of_a_reserved_contract_is_ticked() -> None:
    text = said(dc2(DOSSIER, ACI, LOT))
    assert "☒ structure d’insertion" in text
    assert "☐ entreprise adaptée" in text
    adapted = replace(DOSSIER, facts=(replace(FULL, kind=Kind.EA), *DOSSIER.facts[1:]))
    assert "☒ entreprise adaptée" in said(dc2(adapted, ACI, LOT))


@pytest.mark.parametrize(
    ("is_works", "held", "words"),
    [
        (False, False, "Sans objet : ce n’est pas un marché de travaux."),
        (True, False, "à compléter : Assurance décennale, à fournir"),
        (True, True, "☒ assuré pour la responsabilité décennale"),
        (True, True, "Assurance décennale, valable jusqu’au 31 décembre 2027"),
        (None, False, "(article L241-1 du Code des assurances), s’il s’agit de travaux"),
    ],
)
def test_works_ask_for_the_ten_year_insurance(
    is_works: bool | None, held: bool, words: str
) -> None:
    paper = Paper(name="Assurance décennale", held=held, valid_until=date(2027, 12, 31))
    facts = (replace(FULL, papers=(*FULL.papers, paper)), *DOSSIER.facts[1:])
    text = squeezed(said(dc2(replace(DOSSIER, facts=facts), ACI, replace(LOT, is_works=is_works))))
    assert squeezed(words) in text


def test_a_paper_that_ends_before_the_work_begins_warns() -> None:
    short = replace(FULL.papers[0], valid_until=date(2027, 4, 30))
    dossier = replace(DOSSIER, facts=(replace(FULL, papers=(short,)), *DOSSIER.facts[1:]))
    warning = squeezed("À renouveler avant le début du travail (1er mai 2027).")
    assert warning in squeezed(said(dc2(dossier, ACI, LOT)))
    assert warning not in squeezed(said(dc2(DOSSIER, ACI, LOT)))
    same_day = replace(short, valid_until=date(2027, 5, 1))
    dossier = replace(DOSSIER, facts=(replace(FULL, papers=(same_day,)), *DOSSIER.facts[1:]))
    assert warning not in squeezed(said(dc2(dossier, ACI, LOT)))


def test_whom_one_relies_on_is_told_as_the_model_asks() -> None:
    text = said(dc2(DOSSIER, LEAD, LOT)).partition("H. Capacités")[2]
    for words in ("Lot 1", "Élagage Exemple SARL", "12 rue du Bois", "devis@elagage.exemple.fr"):
        assert words in text


def test_the_price_of_a_lot_with_tax_adds_up_regime_by_regime() -> None:
    """Each member invoices by its own; a co-contractor has no reverse charge (CGI 283-2 nonies)."""
    assert with_tax_of(DOSSIER, LOT) == 7_000_001 + 2_400_000
    assert with_tax_of(DOSSIER, OTHER) is None
    text = squeezed(said(attri1(DOSSIER, LOT)))
    assert squeezed("quatre-vingt-dix mille euros et un centime") in text
    assert squeezed("quatre-vingt-quatorze mille euros et un centime") in text
    parties = tuple(
        replace(each, vat=VatRegime.REVERSE_CHARGE) if each.key == "13" else each
        for each in TERMS.parties
    )
    assert with_tax_of(with_terms(DOSSIER, parties=parties), LOT) is None


@pytest.mark.parametrize(
    ("cents", "words"),
    [
        (0, "zéro euro"),
        (100, "un euro"),
        (2_101, "vingt et un euros et un centime"),
        (7_171, "soixante et onze euros et soixante et onze centimes"),
        (8_080, "quatre-vingts euros et quatre-vingts centimes"),
        (8_191, "quatre-vingt-un euros et quatre-vingt-onze centimes"),
        (20_000, "deux cents euros"),
        (20_100, "deux cent un euros"),
        (8_000_000, "quatre-vingt mille euros"),
        (20_000_000, "deux cent mille euros"),
        (100_100, "mille un euros"),
        (13_000_034, "cent trente mille euros et trente-quatre centimes"),
        (20_000_000_000, "deux cents millions d’euros"),
        (100_000_100, "un million un euros"),
    ],
)
def test_a_price_is_written_in_letters(cents: int, words: str) -> None:
    assert in_words(cents) == words


def test_a_declaration_of_subcontract_is_of_the_offer_then_a_special_act() -> None:
    text = said(dc4(DOSSIER, COMPANY, LOT))
    assert "☒ annexée à l’offre ☐ un acte spécial" in text
    for words in ("Val Propre SCIC", "100 000 003 00015", "Dominique Modèle", "Mandataire"):
        assert squeezed(words) in squeezed(text.partition("D. Identification")[2])
    later = said(dc4(replace(DOSSIER, is_filed=True), COMPANY, LOT))
    assert "☐ annexée à l’offre ☒ un acte spécial" in later


def test_what_a_candidate_gives_now_stands_apart_from_what_the_winner_gives() -> None:
    """R2144-4: social and fiscal proofs are asked of the winner alone; they are no lack before."""
    facts = replace(FULL, brand="Les Jardins du Val")
    dossier = replace(DOSSIER, facts=(facts, *DOSSIER.facts[1:]))
    text = said(proofs(dossier, {"11"}))
    now, _, later = text.partition("À donner si l’offre est retenue : papiers des Jardins du Val")
    assert "À donner avec l’offre : papiers des Jardins du Val" in now
    assert "Assurance responsabilité civile professionnelle" in now
    assert "URSSAF" not in now
    assert "Attestation de vigilance de l’URSSAF" in later
    assert "à avoir prêt, pas à joindre" in later
    assert proofs(dossier, {"11"}).gaps == ()
    filed = proofs(replace(dossier, is_filed=True), {"11"})
    assert {gap.what for gap in filed.gaps} == {
        "Attestation de vigilance de l’URSSAF, à renouveler",
        "Attestation de régularité fiscale, à fournir",
    }


def test_the_folder_to_file_says_what_is_inside_and_what_the_platform_still_asks() -> None:
    made = tuple((entry, entry.build()) for entry in entries(DOSSIER))
    text = said(cover(DOSSIER, made))
    for words in (
        "1. DC1 tout le groupement 1-candidature",
        "ATTRI1, lot 2 tout le groupement 2-o",
    ):
        assert words in text
    asked = text.partition("Ce que la plateforme demande encore")[2]
    assert "Assurance responsabilité civile professionnelle Association Les Jardins du Val" in asked
    assert "URSSAF" not in asked, "the winner's"
    assert "signature électronique, seulement si le règlement" in asked
    assert {entry.folder for entry, _ in made} == {"1-candidature", "2-offre", "3-a-garder"}


@pytest.mark.parametrize(
    ("price", "months", "words"),
    [
        (5_000_000, 12, "non : elle l’est au-delà de 50 000,00 €"),
        (5_000_001, 3, "oui, au-delà de 50 000,00 €"),
        (5_000_001, 2, "non : elle l’est au-delà"),
        (5_000_001, None, "selon la durée"),
    ],
)
def test_the_advance_is_of_right_above_an_amount_and_a_duration(
    price: int, months: int | None, words: str
) -> None:
    """R2191-3: above 50,000 € without tax and two months; a subcontractor asks for its own."""
    lines = (*TERMS.lines[:2], replace(TERMS.lines[2], price_cents=price))
    dossier = with_terms(DOSSIER, lines=lines)
    dossier = replace(dossier, contract=replace(CONTRACT, months=months))
    assert squeezed(words) in squeezed(said(attri1(dossier, OTHER)))
    assert "Avance de droit sur ce marché" in said(dc4(dossier, COMPANY, LOT))


# Who files is spoken to elsewhere: the cover, the list of proofs, the outline of the memo.
NOT_FOR_A_BUYER = ("Cordée", "sa fiche", "source relue", "À revoir", "À confirmer")


@pytest.mark.parametrize("dossier", [DOSSIER, SOLE, FRESH], ids=["group", "sole", "fresh"])
@pytest.mark.parametrize("reserved", [Reservation.NONE, Reservation.INSERTION, Reservation.ESS])
def test_a_paper_for_the_buyer_speaks_to_the_buyer(dossier: Dossier, reserved: Reservation) -> None:
    made = replace(dossier, contract=replace(dossier.contract, reserved=reserved))
    filed = [entry for entry in entries(made) if entry.folder in ("1-candidature", "2-offre")]
    for entry in filed:
        text = said(entry.build())
        assert [words for words in NOT_FOR_A_BUYER if words in text] == [], entry.key
    assert {entry.key for entry in entries(made)} - {entry.key for entry in filed} == {
        *("convention", "memoire", "justificatifs")
    }


def test_a_word_of_honour_is_ticked_by_who_gives_it() -> None:
    for document, words in (
        (dc1(DOSSIER), "☐ chaque membre l’atteste"),
        (dc1(SOLE), "☐ le candidat l’atteste"),
        (dc4(DOSSIER, COMPANY, LOT), "☐ le sous-traitant l’atteste"),
    ):
        assert words in said(document)
        assert [gap.where for gap in document.gaps if "la case à cocher" in gap.what] == ["outside"]


def test_a_mandate_is_one_page_however_long_the_names_are() -> None:
    long = "Association intercommunale pour l’insertion et la valorisation du patrimoine " * 2
    facts = (DOSSIER.facts[0], DOSSIER.facts[1], replace(DOSSIER.facts[2], name=long, brand="Val"))
    contract = replace(CONTRACT, title=f"Entretien des abords, des sentiers et des ouvrages {long}")
    document = mandate(replace(DOSSIER, contract=contract, facts=(*facts, DOSSIER.facts[3])), BARE)
    assert len(PdfReader(io.BytesIO(render_pdf(document))).pages) == 1


def test_a_public_candidate_is_called_by_its_legal_person_and_has_no_register() -> None:
    facts = replace(
        BARE_FACTS, name="CCAS d’Exemple", structure="Chantier du CCAS", is_public_body=True
    )
    dossier = replace(DOSSIER, facts=(FULL, facts, *DOSSIER.facts[2:]))
    text = said(dc2(dossier, BARE, OTHER))
    assert "Dénomination CCAS d’Exemple Nom d’usage Chantier du CCAS" in text
    assert "Inscription à un registre sans objet : personne publique" in text
    assert "CCAS d’Exemple Chantier du CCAS SIRET" in said(dc1(dossier))
    assert "l’inscription au registre" in said(dc2(DOSSIER, BARE, OTHER))


def test_a_subcontractor_of_a_member_names_the_lead_with_its_address() -> None:
    parties = tuple(replace(each, of="11") if each.key == "14" else each for each in TERMS.parties)
    dossier = with_terms(DOSSIER, parties=parties)
    text = said(dc4(dossier, parties[3], LOT)).partition("D. Identification")[2]
    assert "Mandataire Val Propre SCIC SIRET 100 000 003 00015 3 chemin des Serres" in text
    assert "Mandataire lui-même" in said(dc4(DOSSIER, COMPANY, LOT))


def test_what_a_subcontractor_works_with_is_told_as_a_member_tells_it() -> None:
    text = said(dc4(SOLE, SOLE.terms.party("11"), LOT)).partition("J1.")[2]
    assert "Salariés en insertion 24 personnes Équipes 8 places avec encadrement" in text
    assert "Équipes" not in said(dc4(DOSSIER, COMPANY, LOT)).partition("J1.")[2]


def test_a_part_that_a_member_words_is_read_in_its_declaration() -> None:
    cells = tuple(replace(each, work="la tonte") for each in TERMS.cells)
    dossier = with_terms(DOSSIER, cells=cells)
    for document in (dc1(dossier), dc2(dossier, ACI, LOT)):
        assert "Tonte et taille : la tonte" in said(document)


def test_an_act_of_commitment_says_its_rate_and_is_signed_where_the_model_asks() -> None:
    alone, group = said(attri1(SOLE, LOT)), said(attri1(DOSSIER, LOT))
    assert "TVA (20 %) sur 90 000,01 € 18 000,00 €" in alone
    assert "☒ aux prix ci-dessous" in alone
    assert "TVA (20 %) sur 20 000,00 € 4 000,00 €" in group, "a line for each regime"
    assert "Sans TVA : 70 000,01 € aucune" in group
    assert "C1. Signature par le titulaire individuel Val Propre SCIC" in alone
    assert "C2. Signature en cas de groupement Mandataire : Val Propre SCIC" in group
    unknown = said(attri1(DOSSIER, OTHER)).partition("Montant hors taxes")[2]
    assert unknown.partition("B2.")[0].count("à compléter") == 1


@pytest.mark.parametrize(
    ("whose", "name"),
    [
        ("L’Atelier de l’Ouvèze", "02-dc2-lot-1-l-atelier-de-l-ouveze.pdf"),
        ("Association " * 9, "02-dc2-lot-1-association-association-association.pdf"),
        ("W" * 90, "02-dc2-lot-1.pdf"),
    ],
)
def test_a_file_is_named_by_whole_words(whose: str, name: str) -> None:
    entry = Entry(key="dc2-1-1", name="DC2, lot 1", whose=whose, build=lambda: dc1(SOLE), of="1")
    assert file_name(entry, "pdf", 2) == name


def test_the_group_is_the_same_in_the_contract_of_each_lot() -> None:
    """Who does nothing in a lot is told so; the lead signs each, and declares itself for each."""
    for lot, without in ((LOT, 1), (OTHER, 2)):
        text = said(attri1(DOSSIER, lot)).partition("B2.")[0]
        for facts in DOSSIER.facts[:3]:
            assert facts.name in text
        assert text.count("pas de prestation dans ce lot") == without
    keys = [entry.key for entry in entries(DOSSIER) if entry.key.startswith("dc2")]
    assert keys == ["dc2-11-1", "dc2-12-2", "dc2-13-1", "dc2-13-2"]
    assert "Sa part dans ce lot pas de prestation dans ce lot" in said(dc2(DOSSIER, LEAD, OTHER))


def test_no_mandate_is_ticked_before_the_members_signed_it() -> None:
    document = attri1(DOSSIER, LOT)
    text = said(document).partition("C2. ")[2].partition("D. ")[0]
    assert "Mandat que les membres lui donnent" in text
    assert "\u2612" not in text
    assert "\u2610 aucun : chaque membre signe cet acte lui-même" in text
    assert [gap.where for gap in document.gaps if "habilitations" in gap.what] == ["outside"]


@pytest.mark.parametrize(
    ("title", "is_listed", "is_doubted"),
    [
        ("Entretien (marché à bons de commande, quatre ans)", True, True),
        ("Accord-cadre d’entretien, 48 mois", True, True),
        ("Accord-cadre d’entretien, un an", True, False),
        ("Accord-cadre d’entretien", True, False),
        ("Entretien, quatre ans", False, False),
    ],
)
def test_a_framework_agreement_is_priced_by_its_list_and_lasts_what_its_title_says(
    title: str, is_listed: bool, is_doubted: bool
) -> None:
    made = attri1(replace(DOSSIER, contract=replace(CONTRACT, title=title)), LOT)
    text = said(made)
    assert ("\u2612 aux prix de l’annexe financière" in text) is is_listed
    assert ("Montant estimé de ce lot, d’après l’annexe financière" in text) is is_listed
    lasts = text.partition("B5. ")[2].partition("C. ")[0]
    assert ("12\u202fmois" in lasts or "12 mois" in lasts) is not is_doubted
    assert ("1er mai 2027" in lasts) is not is_doubted
    asked = {gap.what for gap in made.gaps}
    assert ({"la durée du marché", "le point de départ"} <= asked) is is_doubted


def test_an_advance_is_told_by_the_rate_of_this_buyer_and_waived_where_it_is_due() -> None:
    due, none = said(attri1(DOSSIER, LOT)), said(attri1(DOSSIER, OTHER))
    assert "avec l’État" not in due, "a commune"
    assert "Renonce au bénéfice de l’avance sans objet" in none
    assert "Renonce au bénéfice de l’avance \u2610 oui" in due
    state = replace(CONTRACT.buyer, siret="11000000000018")
    dossier = replace(DOSSIER, contract=replace(CONTRACT, buyer=state))
    assert "avec l’État (article R2191-7)" in said(attri1(dossier, LOT))


def test_a_declaration_of_subcontract_has_its_tax_and_a_place_for_the_buyer() -> None:
    text = squeezed(said(dc4(DOSSIER, COMPANY, LOT)))
    for words in (
        "Montant HT 12 345,67 €",
        "Montant de la TVA 2 469,13 €",
        "Montant TTC 14 814,80 €",
        "Commune d’Exemple-le-Val à écrire par l’acheteur",
    ):
        assert squeezed(words) in text
    parties = (*TERMS.parties[:3], replace(COMPANY, vat=VatRegime.REVERSE_CHARGE))
    text = said(dc4(with_terms(DOSSIER, parties=parties), parties[3], LOT))
    assert "Montant payé au sous-traitant, hors TVA" in text
    assert "Montant de la TVA" not in text


def test_a_form_asks_and_tells_what_its_rubric_is_for() -> None:
    esus = Paper(name="Agrément entreprise solidaire d’utilité sociale (ESUS)", held=True)
    public = replace(FULL, papers=(esus,), is_public_body=True, is_small=None, references=())
    text = said(dc2(replace(DOSSIER, facts=(public, *DOSSIER.facts[1:])), ACI, LOT))
    assert "Petite ou moyenne entreprise sans objet : personne publique" in text
    assert "Aucune déclarée." in text.partition("E2.")[2].partition("E3.")[0]
    assert "Aucune référence." in text

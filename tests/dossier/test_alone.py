"""The documents of who answers alone: no group anywhere, and the cents of the table."""

import re
from dataclasses import replace

import pytest

from cordee.agreement import Cell, PartyRole, Reason
from cordee.agreement.edits import alone, together
from cordee.base.documents import Document, document_sha256, render_pdf
from cordee.dossier import money
from cordee.dossier.catalogue import cover, entries
from cordee.dossier.convention import ShownApproval, convention, with_approvals
from cordee.dossier.insertion import offered_hours
from cordee.dossier.model import Dossier
from cordee.rules.groups import GroupForm
from cordee.rules.kinds import Kind
from cordee.rules.official_forms import official_forms
from tests.base.documents.reading import pdf_text, squeezed
from tests.dossier.dossiers import DOSSIER, with_terms

# The EI that led answers alone: the two ACI and the company work for it.
TERMS = alone(
    replace(
        DOSSIER.terms,
        # It does a part of each lot itself: nobody gives a whole contract out.
        cells=(
            Cell(party="11", line="01", cents=6_000_001, cfte=180, insertion_hours=900),
            Cell(party="12", line="03", cents=3_000_033, cfte=80, insertion_hours=500),
            Cell(party="13", line="01", cents=1_000_000, cfte=20),
            Cell(party="13", line="02", cents=2_000_000, cfte=50),
            Cell(party="13", line="03", cents=1_000_000, cfte=20, insertion_hours=100),
            Cell(party="14", line="02", cents=1_234_567),
        ),
        reasons=frozenset({Reason.CAPACITY, Reason.RISK}),
    ),
    "13",
)
SOLE = replace(DOSSIER, terms=TERMS)
GROUP_WORDS = re.compile(
    r"groupement|mandataire|membres?\b|convention de groupement", re.IGNORECASE
)
# Rubrics and boxes of the official models, and where our text says that there is none.
NONE_HERE = (
    *(
        f"{key}. {title}"
        for form in official_forms().values()
        for key, title in form.rubrics.items()
    ),
    *(form.title for form in official_forms().values()),
    "Sans objet : le candidat se présente seul.",
    "☐ est un groupement",
    "Sans objet : il n’y a pas de groupement.",
    "☐ tous les membres du groupement, sur l’offre du groupement",
    "seul, sans groupement",
    "Il n’y a pas de groupement : les",
)


def built(dossier: Dossier) -> dict[str, Document]:
    made = tuple((entry, entry.build()) for entry in entries(dossier))
    return {entry.key: document for entry, document in made} | {"pieces": cover(dossier, made)}


def text(document: Document) -> str:
    """Every word of a document, spaces made plain."""
    return re.sub(r"\s+", " ", document.plain_text())


def test_which_documents_there_are() -> None:
    names = [(entry.key, entry.name, entry.whose) for entry in entries(SOLE)]
    assert [key for key, _, _ in names] == [
        *("dc1", "dc2-13-1", "dc2-13-2", "attri1-1", "attri1-2"),
        *("dc4-11-1", "dc4-12-2", "dc4-14-1"),
        *("convention", "memoire", "insertion", "justificatifs"),
    ]
    by_key = {key: (name, whose) for key, name, whose in names}
    assert by_key["attri1-2"] == ("ATTRI1, lot 2", "le candidat")
    assert by_key["convention"] == (
        "Accord de principe de sous-traitance",
        "le candidat et ses sous-traitants",
    )


@pytest.mark.parametrize("is_public", [True, False])
def test_no_paper_speaks_of_a_group_where_there_is_none(is_public: bool) -> None:
    sole = replace(SOLE, contract=replace(SOLE.contract, is_public=is_public))
    for key, document in built(sole).items():
        said = text(document)
        for words in NONE_HERE:
            said = said.replace(words, "")
        assert not GROUP_WORDS.findall(said), key


def test_every_amount_is_one_of_the_table_to_the_cent() -> None:
    """Read back from the PDF."""

    def cents(key: str) -> set[int]:
        said = pdf_text(render_pdf(documents[key]))
        found = re.findall(r"(\d[\d\u202f]*,\d\d)\s*€", said)
        return {int(re.sub(r"\D", "", amount)) for amount in found}

    documents = built(SOLE)
    given, price = {6_000_001, 3_000_033, 1_234_567}, 13_000_034
    kept = price - sum(given)
    assert kept == TERMS.own_cents("13")
    assert kept == money.kept(SOLE.terms, TERMS.party("13"))
    due = 5_000_000  # Above it the advance is of right.
    assert cents("attri1-1") == {9_000_001, 1_800_000, 10_800_001, due}
    assert cents("attri1-2") == {4_000_033, 800_007, 4_800_040, due}
    assert cents("convention") == {60_000}, "all read it: it tells nobody’s amount"
    assert {6_000_001} <= cents("dc4-11-1")
    assert cents("memoire") == {price, 1_850_000}


@pytest.mark.parametrize("is_public", [True, False])
def test_staff_supplied_is_told_where_means_are_and_never_as_subcontracting(
    is_public: bool,
) -> None:
    """RULE-40. Nobody but the candidate signs: there is no agreement to approve."""
    party = {p.key: p for p in TERMS.parties}
    terms = replace(
        TERMS,
        parties=(
            party["13"],
            replace(party["12"], kind=Kind.AI, role=PartyRole.STAFFING, of="13"),
        ),
        cells=(
            *(Cell(party="13", line=row.key, cents=row.price_cents) for row in TERMS.lines),
            Cell(party="12", line="01", cents=1_000_000, cfte=120, insertion_hours=300),
        ),
        lead=None,
    )
    facts = {each.key: each for each in DOSSIER.facts}
    contract = replace(DOSSIER.contract, is_public=is_public)
    dossier = replace(DOSSIER, contract=contract, terms=terms, facts=(facts["13"], facts["12"]))
    documents = built(dossier)
    expected = {"memoire", "insertion", "justificatifs", "pieces"}
    forms = (
        {"dc1", "dc2-13-1", "dc2-13-2", "attri1-1", "attri1-2"} if is_public else {"repartition"}
    )
    assert documents.keys() == expected | forms
    for key, document in documents.items():
        said = text(document).replace("Ce n’est pas une sous-traitance.", "")
        for words in (*NONE_HERE, "Sous-traitance déclarée avec l’offre Aucune."):
            said = said.replace(words, "")
        assert not GROUP_WORDS.findall(said), key
        assert "sous-trait" not in said.lower(), key
    for key in ("memoire", "insertion"):
        said = text(documents[key])
        assert "(Code du travail, art. L5132-7), pour Val Propre SCIC" in said
        assert "1,2 ETP par mois" in said
    # Beside subcontractors, its price stays in what the candidate does itself.
    beside = replace(
        TERMS,
        parties=(*TERMS.parties, replace(terms.parties[1], key="15", siren="100000005")),
        cells=(*TERMS.cells, Cell(party="15", line="01", cents=100)),
    )
    assert money.kept(beside, party["13"]) == money.kept(TERMS, party["13"])


def test_the_agreement_says_who_answers_and_nothing_of_one_subcontractor_to_another() -> None:
    document = convention(SOLE)
    said = text(document)
    assert document.title == "Accord de principe de sous-traitance"
    assert "Val Propre SCIC répond seul à la consultation" in said
    assert "répond seul de tout le marché, travail des sous-traitants compris" in said
    for name in (facts.name for facts in SOLE.facts if facts.key != "13"):
        assert name not in said
    assert "dans son DC4" in said
    assert "le candidat n’a pas assez d’équipes pour le tout" in said
    assert "le risque est trop grand" not in said, "who answers alone bears it all"
    assert "libre de répondre lui-même, ou de travailler pour un autre candidat" in said
    private = replace(SOLE, contract=replace(SOLE.contract, is_public=False))
    assert "loi du 31 décembre 1975" in text(convention(private))
    assert "DC4" not in text(convention(private))


def test_who_does_not_say_why_it_gives_work_out_reads_a_gap() -> None:
    without = with_terms(SOLE, reasons=frozenset({Reason.RISK}))
    assert any("pourquoi le candidat sous-traite" in g.what for g in convention(without).gaps)


def test_the_agreement_moves_with_its_words_and_not_with_an_amount() -> None:
    before = document_sha256(convention(SOLE))
    moved = with_terms(SOLE, cells=TERMS.with_cell(Cell(party="14", line="02", cents=1)).cells)
    assert document_sha256(convention(moved)) == before, "whose amount it is agrees on its own"
    common = replace(TERMS.common, payment="À la semaine.")
    assert document_sha256(convention(with_terms(SOLE, common=common))) != before
    group = replace(DOSSIER, terms=together(TERMS, ["11"], GroupForm.CONJOINT, "13"))
    assert convention(group).title == "Convention de groupement momentané d’entreprises"


def test_who_approved_stands_behind_the_agreement() -> None:
    document = convention(SOLE)
    one = ShownApproval(
        party="Val Propre SCIC",
        name="Dominique Modèle",
        function="gérante",
        at=SOLE.contract.deadline,  # type: ignore[arg-type]
        sha256=document_sha256(document),
        how="mot de passe redemandé",
    )
    whole = with_approvals(document, [one])
    assert document_sha256(whole) == document_sha256(document)
    assert "DominiqueModèle" in squeezed(pdf_text(render_pdf(whole)))


def test_a_lot_names_those_who_work_on_it_and_a_line_who_does_it() -> None:
    documents = built(SOLE)
    first, second = (text(documents[f"dc2-13-{lot}"]) for lot in "12")
    assert "Le candidat s’appuie sur" in first
    assert "Association Les Jardins du Val" in first
    assert "Sentiers et Compagnie" not in first
    assert "Sentiers et Compagnie" in second
    cells = tuple(c for c in TERMS.cells if c.at != ("13", "02"))
    all_given = (*cells, Cell(party="13", line="02", cents=1_234_567))
    memo = text(built(with_terms(SOLE, cells=all_given))["memoire"])
    assert "Tonte et taille Nettoyage des sentiers Association" in memo, "it only gives Élagage out"


def test_hours_done_for_the_candidate_are_counted_once() -> None:
    assert TERMS.cell("13", "01").insertion_hours == 900
    assert offered_hours(SOLE) == 900 + 500 + 100 == offered_hours(DOSSIER)

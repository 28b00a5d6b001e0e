"""The documents of a bid: equal to the cent, the sections of the forms, nothing invented."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

import pytest

from cordee.agreement import Cell, Labour, PricedBy, Side, VatRegime
from cordee.base.documents import Document, Gap, Heading, document_sha256, render_docx, render_pdf
from cordee.dossier import money
from cordee.dossier.catalogue import cover, entries
from cordee.dossier.convention import ShownApproval, convention, with_approvals
from cordee.dossier.insertion import computed_hours, hours_by_month, insertion
from cordee.dossier.model import Dossier, Paper
from cordee.dossier.offer import attri1, duration_words
from cordee.dossier.proofs import proofs
from cordee.dossier.subcontract import dc4
from cordee.rules.groups import GroupForm
from cordee.rules.kinds import Kind
from cordee.rules.reservation import Reservation
from tests.base.documents.reading import docx_text, pdf_text, squeezed
from tests.dossier.dossiers import (
    BARE,
    COMPANY,
    CONTRACT,
    DOSSIER,
    FRESH,
    FULL,
    LEAD,
    TERMS,
    with_terms,
)

LOTS = CONTRACT.lots
LOT = LOTS[0]
EUROS = re.compile(r"(\d[\d\u202f]*,\d\d)\s*€")


def built(dossier: Dossier) -> dict[str, Document]:
    made = tuple((entry, entry.build()) for entry in entries(dossier))
    return {entry.key: document for entry, document in made} | {"pieces": cover(dossier, made)}


def cents_in(text: str) -> list[int]:
    return [int(re.sub(r"\D", "", amount)) for amount in EUROS.findall(text)]


def headings(document: Document) -> list[str]:
    return [
        block.text for block in document.blocks if isinstance(block, Heading) and block.level == 1
    ]


@pytest.mark.parametrize("read", ["docx", "pdf"])
def test_every_amount_is_one_of_the_table_to_the_cent(read: str) -> None:
    """Read back from the files themselves: what people print and send."""
    read_back: Callable[[Document], str] = (
        (lambda document: docx_text(render_docx(document)))
        if read == "docx"
        else (lambda document: pdf_text(render_pdf(document)))
    )
    documents = built(DOSSIER)
    found = {key: cents_in(read_back(document)) for key, document in documents.items()}
    lot_1, lot_2, price = 9_000_001, 4_000_033, 13_000_034
    due = 5_000_000  # Above it the advance is of right.
    shares = {7_000_001, 4_000_033, 2_000_000}
    given, given_ttc = 1_234_567, 1_481_480
    # One act a lot: its price, its shares; with tax where each regime tells it.
    assert set(found["attri1-1"]) == {7_000_001, 2_000_000, lot_1, 400_000, 9_400_001} | {
        *(2_400_000, due),
    }
    assert set(found["attri1-2"]) == {lot_2, due}
    assert set(found["dc4-14-1"]) == {given, given_ttc, given_ttc - given, 60_000, due}
    assert set(found["convention"]) == shares | {lot_1, lot_2, price, given}
    assert set(found["memoire"]) == {price, 1_850_000}
    assert set(found["insertion"]) == {price, 3_200}
    assert set(found["pieces"]) == {price}
    assert set(found["dc2-11-1"]) == {
        21_000_050,
        15_000_000,
        19_500_000,
        18_000_000,
        11_000_000,
    } | {1_850_000}
    for key in ("dc1", "habilitation-11", "dc2-12-2", "dc2-13-1", "justificatifs"):
        assert found[key] == [], key


def test_the_two_formats_say_the_same_amounts_in_the_same_order() -> None:
    for key, document in built(DOSSIER).items():
        assert cents_in(docx_text(render_docx(document))) == cents_in(
            pdf_text(render_pdf(document))
        ), key


def test_the_rows_of_the_split_add_up_to_its_totals() -> None:
    acts = [document for key, document in built(DOSSIER).items() if key.startswith("attri1")]
    tables = [block for act in acts for block in act.blocks if getattr(block, "total", None)]
    assert len(tables) == 2
    for table in tables:
        rows = [cents_in(str(row[-1]))[0] for row in table.rows]
        assert sum(rows) == cents_in(str(table.total[-1]))[0], table.caption


def test_what_the_platform_knows_is_never_a_gap() -> None:
    """A full party has no gap but what only paper holds; a bare one has them all, by its name."""
    full = built(DOSSIER)["dc2-11-1"]
    assert [gap.what for gap in full.gaps] == ["la part de 2024 dans ce métier"]
    bare = built(DOSSIER)["dc2-12-2"]
    assert {gap.who for gap in bare.gaps} == {"Association Sentiers et Compagnie"}
    assert {gap.where.split(":")[-1] for gap in bare.gaps} == {
        "file",
        "sheet",
        "papers",
        "signatory",
        "accounts",
    }
    for gap in bare.gaps:
        assert gap.words in bare.plain_text()


@pytest.mark.parametrize("dossier", [DOSSIER, FRESH], ids=["full", "fresh"])
def test_no_cell_is_blank_and_nothing_stands_for_a_value(dossier: Dossier) -> None:
    for key, document in built(dossier).items():
        for part in document.plain_text().splitlines():
            assert "None" not in part, key
            assert "inconnu" not in part, key
            assert "0,00\u202f€" not in re.sub(r"\d+0,00", "", part), key


def test_a_cell_that_says_nothing_or_is_only_pinned_makes_no_declaration() -> None:
    (other,) = [line.key for line in TERMS.lines if line.lot == "2"]
    assert "dc2-11-2" not in built(DOSSIER)
    for cell in (Cell(party="11", line=other, cents=0), Cell(party="11", line=other, pinned=True)):
        more = replace(DOSSIER, terms=TERMS.with_cell(cell))
        assert set(built(more)) == set(built(DOSSIER))


def test_a_fresh_alliance_makes_every_document_with_its_gaps() -> None:
    made = built(FRESH)
    assert set(made) == {
        *("dc1", "dc2-12-1", "dc2-13-1", "attri1-1", "dc4-14", "convention", "memoire"),
        *("habilitation-12", "habilitation-13"),
        *("insertion", "justificatifs", "pieces"),
    }
    wants = {gap.what for document in made.values() for gap in document.gaps}
    assert {
        "la forme du groupement",
        "le nom de l’acheteur",
        "le mandataire du groupement",
    } <= wants
    assert "qui prend quelle part" in wants
    assert "le taux d’insertion" in wants
    assert any(what.startswith("la part de main-d’œuvre (usuelle") for what in wants)


def test_a_split_that_does_not_make_the_price_says_by_how_much() -> None:
    short = replace(DOSSIER, terms=TERMS.with_cell(Cell(party="12", line="03", cents=4_000_000)))
    assert "0,33\u202f€ que personne n’a pris" in attri1(short, LOTS[1]).plain_text()
    over = replace(DOSSIER, terms=TERMS.with_cell(Cell(party="12", line="03", cents=4_000_100)))
    assert "0,67\u202f€ de trop dans les parts" in attri1(over, LOTS[1]).plain_text()


def test_an_unknown_amount_makes_its_sum_unknown() -> None:
    cells = [each for each in TERMS.cells if each.at != ("12", "03")]
    unknown = with_terms(DOSSIER, cells=(*cells, Cell(party="12", line="03", cfte=100)))
    text = attri1(unknown, LOTS[1]).plain_text()
    assert "à compléter : la part de « Association Sentiers et Compagnie » dans Nettoyage" in text
    assert "40\u202f000,33" in text  # The price is known.


def test_solidarity_is_said_in_euros_by_form() -> None:
    """RULE-21: own share, or everything."""
    by_form = {
        form: convention(with_terms(DOSSIER, form=form))
        .plain_text()
        .count("130\u202f000,34\u202f€")
        for form in GroupForm
    }
    # The price of article 5 and the total of article 4, then who answers for all.
    assert by_form == {
        GroupForm.CONJOINT: 2,
        GroupForm.CONJOINT_MANDATAIRE_SOLIDAIRE: 3,
        GroupForm.SOLIDAIRE: 5,
    }
    shared_not = with_terms(DOSSIER, form=GroupForm.SOLIDAIRE, cells=())
    assert "non partagée" in convention(shared_not).plain_text()
    assert "à compléter : qui prend" not in attri1(shared_not, LOT).plain_text()


@pytest.mark.parametrize(
    ("cents", "vat", "paid"),
    [
        (59_999, VatRegime.EXEMPT, "non : sous 600,00"),
        (60_000, VatRegime.EXEMPT, "oui, une fois accepté"),
        (50_000, VatRegime.STANDARD, "oui, une fois accepté"),
        (49_999, VatRegime.STANDARD, "non : sous 600,00"),
        (60_000, VatRegime.UNKNOWN, "oui, une fois accepté"),
        (59_999, VatRegime.UNKNOWN, "à compléter : le montant, dont dépend le paiement direct"),
        (59_999, VatRegime.REVERSE_CHARGE, "non : sous 600,00"),
    ],
)
def test_direct_payment_follows_the_amount_with_tax(cents: int, vat: VatRegime, paid: str) -> None:
    """RULE-22, from 600 € TTC; the regime of the subcontractor decides what is TTC."""
    parties = tuple(replace(p, vat=vat) if p.key == "14" else p for p in TERMS.parties)
    cells = tuple(replace(c, cents=cents) if c.party == "14" else c for c in TERMS.cells)
    text = dc4(with_terms(DOSSIER, parties=parties, cells=cells), parties[3], LOT).plain_text()
    assert paid in text


def test_a_subcontractor_on_two_lots_declares_each_and_they_sum_to_its_share() -> None:
    """A lot is a contract: months, euros and the threshold of 600 € are of each (RULE-22)."""
    small = Cell(party="14", line="03", cents=49_999, first_month=24_330, months=4)
    both = replace(DOSSIER, terms=TERMS.with_cell(small))
    made = built(both)
    assert set(made) - set(built(DOSSIER)) == {"dc4-14-2"}
    told = {key: squeezed(made[key].plain_text()) for key in ("dc4-14-1", "dc4-14-2")}
    assert squeezed("2 mois, à partir d’octobre 2027") in told["dc4-14-1"]
    assert squeezed("4 mois, à partir de juillet 2027") in told["dc4-14-2"]
    assert squeezed("oui, une fois accepté") in told["dc4-14-1"]
    assert squeezed("non : sous 600,00 €") in told["dc4-14-2"]
    shares = [money.share(both.terms, both.terms.party("14"), lot.number) for lot in both.lots]
    assert shares == [1_234_567, 49_999]
    assert sum(share or 0 for share in shares) == both.terms.share_cents("14")
    for key, share in zip(told, shares, strict=True):
        assert share in cents_in(made[key].plain_text())
        assert not (set(shares) - {share}) & set(cents_in(made[key].plain_text()))
    assert [e.name for e in entries(both) if e.of == "14"] == [
        "DC4, lot 1",
        "DC4, lot 2",
    ]


def test_reverse_charge_is_declared_without_tax() -> None:
    parties = tuple(
        replace(p, vat=VatRegime.REVERSE_CHARGE) if p.key == "14" else p for p in TERMS.parties
    )
    text = dc4(with_terms(DOSSIER, parties=parties), parties[3], LOT).plain_text()
    assert "autoliquidation" in text
    assert set(cents_in(text)) == {1_234_567, 60_000, 5_000_000}


def test_a_subcontract_by_the_hour_is_told_before_filing() -> None:
    """RULE-40."""
    labour = Labour(priced_by=PricedBy.HOUR, supervision=Side.CLIENT, tools=Side.OWN)
    parties = tuple(replace(p, labour=labour) if p.key == "14" else p for p in TERMS.parties)
    dossier = with_terms(DOSSIER, parties=parties)
    paper = dc4(dossier, parties[3], LOT)
    # A lack of the form, as where nobody told; why is said to who prepares, not to the buyer.
    assert [gap.where for gap in paper.gaps if "encadrement" in gap.what] == ["labour"]
    assert "L8241-1" not in paper.plain_text()
    text = built(dossier)["pieces"].plain_text()
    assert "un prix à l’heure, un encadrement par le titulaire ressemble à un prêt" in text
    good = Labour(priced_by=PricedBy.RESULT, supervision=Side.OWN, tools=Side.OWN)
    parties = tuple(replace(p, labour=good) if p.key == "14" else p for p in TERMS.parties)
    text = dc4(with_terms(DOSSIER, parties=parties), parties[3], LOT).plain_text()
    assert "un résultat, avec son propre encadrement" in text
    assert "À revoir" not in text


def test_the_duration_of_a_subcontract_is_in_whole_months() -> None:
    text = dc4(DOSSIER, TERMS.parties[3], LOT).plain_text()
    assert "2\u202fmois, à partir d’octobre 2027" in text


def test_the_hours_are_computed_and_shown() -> None:
    """RULE-17: 130 000,34 € × 60 % × 10 % ÷ 32 € = 243,75, so 244 hours."""
    found = computed_hours(DOSSIER)
    assert found is not None
    assert found.hours == 244
    text = squeezed(insertion(DOSSIER).plain_text())
    assert squeezed("130 000,34 € × 60 % × 10 % ÷ 32,00 € = 243,75") in text
    short = with_terms(DOSSIER, cells=tuple(c for c in TERMS.cells if c.party != "12"))
    assert "qui fait 600\u202fheures de plus" in insertion(short).plain_text()


def test_a_reserved_lot_cites_its_article_and_who_may_answer() -> None:
    reserved = replace(DOSSIER, contract=replace(CONTRACT, reserved=Reservation.INSERTION))
    made = built(reserved)
    text = made["dc2-11-1"].plain_text()
    assert "article L2113-13" in text
    assert "Ouvert à ce" not in text, "its status does"
    assert "préparez la preuve" not in text, "said to who files"
    assert "préparez la preuve" in made["justificatifs"].plain_text()
    facts = (replace(FULL, kind=Kind.EA), *DOSSIER.facts[1:])
    wrong = built(replace(reserved, facts=facts))["dc2-11-1"]
    assert [gap for gap in wrong.gaps if "son statut ne le permet pas" in gap.what]
    one_lot = replace(
        DOSSIER, contract=replace(CONTRACT, reserved=Reservation.INSERTION, reserved_lots=("2",))
    )
    assert "non réservé" in built(one_lot)["dc2-11-1"].plain_text()


def test_turnovers_that_are_not_shown_lack_in_the_form() -> None:
    """The buyer reads no figure: whose they are is asked for them when the bid is filed."""
    gaps = built(DOSSIER)["dc2-13-1"].gaps
    assert [(gap.who, gap.where) for gap in gaps if "chiffres d’affaires" in gap.what] == [
        ("Val Propre SCIC, au dépôt", "outside")
    ]


def test_a_structure_that_has_not_said_yes_is_nobody() -> None:
    """RULE-38: its name, its SIRET and its address are in no document of the others."""
    hidden = replace(
        DOSSIER.facts[1], name="Structure pressentie 2", is_named=False, siren="", siret=""
    )
    dossier = replace(DOSSIER, facts=(DOSSIER.facts[0], hidden, *DOSSIER.facts[2:]))
    for document in built(dossier).values():
        assert "Sentiers et Compagnie" not in document.plain_text()
        assert "100\u202f000\u202f002" not in document.plain_text()
    assert "qui est « Structure pressentie 2 »" in convention(dossier).plain_text()


def test_only_signatories_are_named_as_persons() -> None:
    without = replace(DOSSIER, facts=tuple(replace(each, signatory=None) for each in DOSSIER.facts))
    for document in built(without).values():
        assert "Camille" not in document.plain_text()
        assert "Dominique" not in document.plain_text()


def test_the_convention_is_a_model_without_a_cartel() -> None:
    text = convention(DOSSIER).plain_text()
    for words in (
        "Modèle à faire relire",
        "L420-1",
        "R2142-26",
        "aucun n’a assez d’équipes pour le tout",
        "L8241-1",
    ):
        assert words in text
    own = with_terms(DOSSIER, common=replace(TERMS.common, payment="Nous payons le 12."))
    assert "Nous payons le 12." in convention(own).plain_text()
    assert "avant le 5 du mois" not in convention(own).plain_text()


def test_the_convention_does_not_change_by_itself() -> None:
    """What was approved is the same text the next year, on another reader's screen."""
    told = document_sha256(convention(DOSSIER))
    later = replace(DOSSIER, on=DOSSIER.on.replace(year=2027))
    assert document_sha256(convention(later)) == told
    moved = replace(DOSSIER, contract=replace(CONTRACT, deadline=datetime(2027, 1, 5, 12)))  # noqa: DTZ001
    assert document_sha256(convention(moved)) == told
    private = tuple(replace(each, turnovers=None, hides_turnovers=True) for each in DOSSIER.facts)
    assert document_sha256(convention(replace(DOSSIER, facts=private))) == told
    richer = TERMS.with_cell(Cell(party="12", line="03", cents=4_000_034))
    assert document_sha256(convention(replace(DOSSIER, terms=richer))) != told


def test_the_page_of_approvals_leaves_the_text_as_it_was() -> None:
    text = convention(DOSSIER)
    told = document_sha256(text)
    approval = ShownApproval(
        party="Val Propre SCIC",
        name="Dominique Modèle",
        function="gérante",
        at=datetime(2026, 12, 1, 9, 30),  # noqa: DTZ001
        sha256=told,
        how="mot de passe redemandé",
    )
    old = replace(approval, name="Camille Exemple", sha256="0" * 64)
    approved = with_approvals(text, [approval, old])
    assert document_sha256(approved) == told
    for said in (docx_text(render_docx(approved)), pdf_text(render_pdf(approved))):
        assert squeezed("Dominique Modèle") in squeezed(said)
        assert squeezed("1er décembre 2026, 9 h 30") in squeezed(said)
        assert told in squeezed(said)
        assert squeezed("texte antérieur, qui ne valent plus") in squeezed(said)
    nobody = with_approvals(text, [])
    assert "Personne n’a encore approuvé ce texte." in nobody.plain_text()


def test_a_private_client_gets_no_form_of_a_public_buyer() -> None:
    private = replace(DOSSIER, contract=replace(CONTRACT, is_public=False))
    made = built(private)
    assert set(made) == {
        *("repartition", "convention", "memoire", "insertion", "justificatifs", "pieces"),
    }
    text = "\n".join(document.plain_text() for document in made.values())
    for word in ("DC1", "DC2", "DC4", "ATTRI1", "R2142-26", "R2193-10", "commande publique"):
        assert word not in text, word
    assert "loi du 31 décembre 1975" in text
    found = cents_in(made["repartition"].plain_text())
    assert set(found) == {7_000_001, 4_000_033, 2_000_000, 9_000_001, 13_000_034, 2_400_000}


def test_a_duration_given_lot_by_lot_is_no_blank() -> None:
    lots = DOSSIER.contract.lots
    given = [replace(lot, months=12 + at, starts_on=None) for at, lot in enumerate(lots)]
    bare = replace(DOSSIER.contract, months=None, lots=tuple(given))
    said = duration_words(replace(DOSSIER, contract=bare))
    assert said == "Lot 1\u00a0: 12\u202fmois\nLot 2\u00a0: 13\u202fmois"
    alike = replace(bare, lots=tuple(replace(lot, months=12) for lot in given))
    assert duration_words(replace(DOSSIER, contract=alike)) == "12\u202fmois"
    half = replace(bare, lots=(given[0], replace(given[1], months=None)))
    assert isinstance(duration_words(replace(DOSSIER, contract=half)), Gap)


def test_a_line_of_two_members_asks_what_each_does_of_it() -> None:
    """Each member of a conjoint group answers for its own services (RULE-19)."""
    asked = "fait dans"
    shared = TERMS.with_cell(Cell(party="12", line="01", cents=1_00))
    assert asked not in docx_text(render_docx(attri1(DOSSIER, LOT)))
    assert asked in docx_text(render_docx(attri1(replace(DOSSIER, terms=shared), LOT)))
    told = replace(
        shared,
        cells=tuple(
            replace(cell, work=f"le secteur de {cell.party}") if cell.line == "01" else cell
            for cell in shared.cells
        ),
    )
    text = docx_text(render_docx(attri1(replace(DOSSIER, terms=told), LOT)))
    assert asked not in text
    assert "le secteur de 11" in text
    assert "le secteur de 12" in text
    together = replace(shared, form=GroupForm.SOLIDAIRE)
    assert asked not in docx_text(render_docx(attri1(replace(DOSSIER, terms=together), LOT)))


def test_the_insertion_proposal_says_months_people_and_asks_what_nobody_knows() -> None:
    """R2152-7. Hours by month add up to those offered; the usual share is not counted."""
    spread = hours_by_month(DOSSIER)
    assert sum(spread.values()) == 1_500
    assert max(spread.values()) - min(spread.values()) <= 76
    text = squeezed(insertion(DOSSIER).plain_text())
    for words in (
        "Heures mois par mois",
        "article L5132-1",
        "24 personnes",
        "une relecture de ce texte de 2026",
        "Le calcul donne un minimum",
        "Le facilitateur de la clause (Maison de l’emploi d’Exemple) vérifie",
    ):
        assert squeezed(words) in text
    for asked in (
        "les formations prévues",
        "les immersions",
        "les sorties de l’an passé",
        "les titres ou blocs",
    ):
        assert squeezed(f"à compléter : {asked}")[:40] in text
    share = with_terms(DOSSIER, common=replace(TERMS.common, labour_share_percent=None))
    told = squeezed(insertion(share).plain_text())
    assert squeezed("(usuelle dans ces métiers, à confirmer") in told
    assert computed_hours(share) is None


def test_the_memo_offers_what_each_wrote_once() -> None:
    text = squeezed(built(DOSSIER)["memoire"].plain_text())
    assert squeezed("Jardins du Val : Un temps de formation") in text


def test_the_memo_offers_what_each_wrote_of_the_trades_that_it_takes() -> None:
    """Its own text of the trade first, then that of all its work, with their years."""
    told = " ".join(built(DOSSIER)["memoire"].plain_text().split())
    first, other = "Une tonte se prépare", "une relecture de ce texte de 2024"
    assert told.index("Jardins du Val, Espaces verts") < told.index(first) < told.index(other)
    assert "Nous semons" not in told
    # A criterion of a lot where it takes nothing asks for what it wrote of all its work alone.
    technical = replace(CONTRACT.criteria[1], lot_id="2")
    other = built(replace(DOSSIER, contract=replace(CONTRACT, criteria=(technical,))))["memoire"]
    assert "Une tonte" not in other.plain_text()
    assert "Nous arrivons" in other.plain_text()
    # Nor do its references of another trade come before those of this one.
    older, newer = FULL.references[1], FULL.references[0]
    mine = replace(FULL, references=(newer, replace(older, trade="espaces-verts")))
    dossier = replace(DOSSIER, facts=(mine, *DOSSIER.facts[1:]))
    told = built(dossier)["memoire"].plain_text()
    assert told.index(older.title) < told.index(newer.title)


def test_a_subcontractor_that_a_reserved_lot_shuts_out_is_told_to_who_files() -> None:
    def first_page(**changes: object) -> str:
        dossier = replace(DOSSIER, contract=replace(CONTRACT, **changes))
        return cover(dossier, ()).plain_text()

    told = first_page(reserved=Reservation.INSERTION)
    assert "Lot 1, réservé (article L2113-13)" in told
    assert "Élagage Exemple SARL" in told.partition("n’y donne pas droit")[0]
    assert "n’y donne pas" not in first_page(reserved=Reservation.INSERTION, reserved_lots=("2",))
    assert "n’y donne pas" not in first_page()


def test_the_list_asks_the_accounts_of_who_is_paid_directly_and_the_vote_of_a_public_body() -> None:
    told = cover(DOSSIER, ()).plain_text()
    assert "Élagage Exemple SARL" in told.partition("relevés d’identité bancaire")[2]
    assert "délibération" not in told
    public = replace(DOSSIER.facts[1], is_public_body=True)
    voted = replace(DOSSIER, facts=(FULL, public, *DOSSIER.facts[2:]))
    assert "La délibération qui l’autorise à s’engager" in cover(voted, ()).plain_text()


def test_proofs_ask_of_each_what_its_status_has_and_the_candidate_comes_first() -> None:
    extract = Paper(name="Extrait d’immatriculation", held=False)
    full = replace(FULL, papers=(*FULL.papers, extract))
    told = squeezed(proofs(replace(DOSSIER, facts=(full, *DOSSIER.facts[1:]))).plain_text())
    assert squeezed("Numéro au répertoire des associations (RNA)") in told
    assert "immatriculation" not in told
    assert squeezed("Association Sentiers et Compagnie non connu non connu non connu") in told
    public = replace(full, is_public_body=True, legal_form="")
    told = squeezed(proofs(replace(DOSSIER, facts=(public, *DOSSIER.facts[1:]))).plain_text())
    assert squeezed("Extrait d’immatriculation : sans objet, personne publique") in told
    adapted = replace(full, kind=Kind.EA)
    lots = tuple(replace(lot, is_works=True) for lot in CONTRACT.lots)
    works = replace(
        DOSSIER, contract=replace(CONTRACT, lots=lots), facts=(adapted, *DOSSIER.facts[1:])
    )
    told = proofs(works).plain_text()
    assert "qui prouve ce statut" in told
    company = told.rpartition("Élagage Exemple SARL (")[2]
    assert "Assurance décennale, à fournir" in company
    parties = (TERMS.parties[3], *TERMS.parties[:3])
    turned = replace(
        DOSSIER, terms=replace(TERMS, parties=parties), facts=(COMPANY, FULL, BARE, LEAD)
    )
    told = proofs(turned).plain_text()
    assert told.index("Jardins") < told.index("Élagage")


def test_the_computation_takes_the_share_of_the_notice_and_the_hours_of_its_services() -> None:
    """Two shares on one paper contradict each other; hours asked service by service are asked."""
    contract = replace(CONTRACT, clause_rate_percent=Decimal("7.5"), clause_hours=None)
    dossier = replace(DOSSIER, contract=contract)
    text = squeezed(insertion(dossier).plain_text())
    assert squeezed("× 7,5 % ÷") in text
    assert "10%" not in text
    assert squeezed("Demandé par l’acheteur 1 500") in text

"""One description, two formats: the same words, whatever people typed, the same bytes each time."""

import io
import json
import re
import zipfile
from dataclasses import replace

import docx
import pypdf
import pytest
from docx.oxml.ns import qn
from hypothesis import given, settings
from hypothesis import strategies as st

from cordee.base.documents import (
    Bullets,
    Document,
    Gap,
    Heading,
    Notice,
    PageBreak,
    Paragraph,
    Sheet,
    Signature,
    Strong,
    Table,
    canonical_text,
    document_from_text,
    document_sha256,
    render_docx,
    render_pdf,
    short_fingerprint,
    text_sha256,
)
from cordee.base.documents.plain import NOT_SHOWN, SHOWN, cleaned, document_to_plain
from tests.base.documents.reading import docx_text, pdf_tags, pdf_text, squeezed

NASTY = (
    '#panic("x") #import "a": b *gras* _i_ $x^2$ <b>&amp; ]]> `raw` @lab // /* */ [c] \\ '
    "{{ nom }} {% if %} ${x} -- --- ... 'a' \"b\" ~ = titre\n- liste\n+ un\n/ terme: x"
)

EVERYTHING = Document(
    title="Fiche d’essai",
    subtitle="Débroussaillage du Val\nRéponse avant le 17 décembre, 12\u202fh",
    blocks=(
        Notice((Strong("Modèle à faire relire."), " Il n’engage personne.")),
        Heading("A. Acheteur"),
        Sheet((("Nom", "Commune du Val"), ("SIRET", Gap("le SIRET", "l’acheteur", "x:1")))),
        Heading("Détail", 2),
        Paragraph("Une ligne\npuis une autre"),
        Paragraph("En petit", quiet=True),
        Bullets(("un point", ("puis ", Gap("le tarif", "les Jardins du Val")))),
        Bullets(("d’abord", "ensuite"), numbered=True),
        Bullets(("de nouveau un",), numbered=True),
        Table(
            "Répartition du prix",
            ("Membre", "Montant HT"),
            (("Jardins du Val", "1\u202f234,56\u202f€"), ("Atelier", Gap("la part", "l’atelier"))),
            ("Total", "1\u202f234,56\u202f€"),
            frozenset({1}),
            (3, 1),
        ),
        Signature("Jardins du Val", "Camille Exemple", "présidente", Gap("l’acte", "le bureau")),
    ),
    annex=(PageBreak(), Heading("Approbations"), Paragraph("Aucune.")),
)


def one_text(text: str) -> Document:
    """A document that says one text wherever a text can stand."""
    return Document(
        title=f"T {text}",
        subtitle=text,
        blocks=(
            Heading(f"H {text}"),
            Paragraph((text, Strong(text), Gap(text, text))),
            Bullets((text,)),
            Sheet(((f"L {text}", text),)),
            Table(f"C {text}", (f"H {text}",), ((f"c {text}",),)),
            Signature(text, text, text, text),
        ),
    )


@pytest.mark.parametrize("text_of", ["docx", "pdf"])
def test_both_formats_say_every_word_in_order(text_of: str) -> None:
    text = (
        docx_text(render_docx(EVERYTHING))
        if text_of == "docx"
        else pdf_text(render_pdf(EVERYTHING))
    )
    found, place = squeezed(text), 0
    for line in EVERYTHING.plain_text().splitlines():
        place = found.find(squeezed(line), place)
        assert place >= 0, f"{line!r} is missing, or not in its place"


def test_texts_of_people_are_shown_as_they_are_typed() -> None:
    document = one_text(NASTY)
    wanted = squeezed(NASTY)
    assert squeezed(docx_text(render_docx(document))).count(wanted) >= 12
    assert squeezed(pdf_text(render_pdf(document))).count(wanted) >= 12


@settings(max_examples=30)
@given(st.text(max_size=40))
def test_no_text_breaks_a_format(text: str) -> None:
    document = one_text(text)
    said = squeezed(cleaned(text))
    assert said in squeezed(docx_text(render_docx(document)))
    assert render_pdf(document).startswith(b"%PDF")


def test_every_sign_that_we_keep_can_be_shown() -> None:
    """PDF/UA refuses a file with a sign that its fonts do not have."""
    ends, place = SHOWN, 0
    signs: list[str] = []
    while place < len(ends):
        if place + 2 < len(ends) and ends[place + 1] == "-":
            signs += [chr(code) for code in range(ord(ends[place]), ord(ends[place + 2]) + 1)]
            place += 3
        else:
            signs.append(ends[place])
            place += 1
    assert len(signs) > 2_000
    assert render_pdf(Document(title="Signes", subtitle="", blocks=(Paragraph(" ".join(signs)),)))


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("100\u202e001", "100001"),
        ("a\x00b\x0bc", "abc"),
        ("e\u0301te\u0301", "été"),
        ("un\r\ndeux\u2028trois", "un\ndeux\ntrois"),
        ("fin 😀", f"fin {NOT_SHOWN}"),
        (
            "« Œuvre » : 1\u202f234,56\u202f€ !",
            "«\u00a0Œuvre\u00a0»\u00a0: 1\u202f234,56\u202f€\u202f!",
        ),
    ],
)
def test_what_no_format_holds_is_taken_out(typed: str, kept: str) -> None:
    assert cleaned(typed) == kept


def test_same_document_same_bytes() -> None:
    again = replace(EVERYTHING)
    assert render_pdf(EVERYTHING) == render_pdf(again)
    assert render_docx(EVERYTHING) == render_docx(again)


def test_the_fingerprint_is_of_what_is_read() -> None:
    told = document_sha256(EVERYTHING)
    assert told == document_sha256(replace(EVERYTHING, annex=()))
    assert told != document_sha256(replace(EVERYTHING, subtitle="autre"))
    moved = replace(EVERYTHING, blocks=(*EVERYTHING.blocks[:-1], Paragraph("x")))
    assert told != document_sha256(moved)
    # Who fills a gap on which screen is not read on paper.
    elsewhere = replace(EVERYTHING, blocks=(Paragraph(Gap("a", "b", "c")),))
    assert document_sha256(elsewhere) == document_sha256(
        replace(EVERYTHING, blocks=(Paragraph(Gap("a", "b", "d")),))
    )
    for text in (docx_footer(render_docx(EVERYTHING)), whole_pdf(render_pdf(EVERYTHING))):
        assert squeezed(short_fingerprint(told)) in squeezed(text)


def test_fingerprints_do_not_move_between_machines_and_releases() -> None:
    """Change it only with `FORMAT`: what people approved would be called changed."""
    document = Document(
        title="Convention", subtitle="", blocks=(Heading("Rôles"), Paragraph(("a", Strong("b"))))
    )
    assert document_sha256(document) == (
        "60c96f5c226cd143e4f9746e7628d2129bcb02004585a469cf419865b7b1fff8"
    )


def test_a_kept_text_gives_the_same_files_back() -> None:
    text = canonical_text(EVERYTHING)
    assert text_sha256(text) == document_sha256(EVERYTHING)
    again = replace(document_from_text(text), annex=EVERYTHING.annex)
    assert render_pdf(again) == render_pdf(EVERYTHING)
    assert render_docx(again) == render_docx(EVERYTHING)
    gaps = [(gap.what, gap.who) for gap in again.gaps]
    assert gaps == [(gap.what, gap.who) for gap in EVERYTHING.gaps]


@given(st.text(max_size=40))
def test_whatever_was_typed_is_read_back_as_it_was_kept(text: str) -> None:
    kept = canonical_text(one_text(text))
    assert canonical_text(document_from_text(kept)) == kept


def test_a_text_of_another_day_keeps_its_words_and_another_text_is_refused() -> None:
    """Texts outlive our words: a gap that we would say otherwise today stays as it was said."""
    kept = (
        '{"blocks":[{"quiet":false,"sort":"paragraph","words":[{"sort":"gap","text":'
        '"manque\\u00a0: le SIRET"}]}],"format":1,"subtitle":"","title":"Convention"}'
    )
    assert canonical_text(document_from_text(kept)) == kept
    for wrong in ("[]", "{}", "non", kept.replace('"format":1', '"format":2'), kept[:-1]):
        with pytest.raises(ValueError, match=r"."):
            document_from_text(wrong)
    with pytest.raises(ValueError, match="of sort 'image'"):
        document_from_text(kept.replace("paragraph", "image"))


def test_the_pdf_is_tagged_french_and_titled() -> None:
    written = render_pdf(EVERYTHING)
    root = pypdf.PdfReader(io.BytesIO(written)).trailer["/Root"]
    assert root["/Lang"] == "fr-FR"
    assert root["/MarkInfo"]["/Marked"]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert "<pdfuaid:part>1</pdfuaid:part>" in root["/Metadata"].get_object().get_data().decode()
    assert pypdf.PdfReader(io.BytesIO(written)).metadata["/Title"] == EVERYTHING.title
    tags = pdf_tags(written)
    assert {"H1", "H2", "Table", "TH", "TD", "L", "LI", "P"} <= set(tags)
    assert tags.count("TH") == 4
    assert b"/CreationDate" not in written


def test_the_docx_has_styles_headers_and_language() -> None:
    word = docx.Document(io.BytesIO(render_docx(EVERYTHING)))
    styles = [p.style.name for p in word.paragraphs]
    assert {"Title", "Subtitle", "Heading 1", "Heading 2", "List Bullet", "List Number"} <= set(
        styles
    )
    assert (word.core_properties.title, word.core_properties.language) == (
        EVERYTHING.title,
        "fr-FR",
    )
    assert {lang.get(qn("w:val")) for lang in word.styles.element.iter(qn("w:lang"))} == {"fr-FR"}
    *data, signature = word.tables
    assert all(len(table._tbl.findall(f".//{qn('w:tblHeader')}")) == 1 for table in data)
    assert all(table._tbl.findall(f".//{qn('w:tblCaption')}") for table in word.tables)
    assert "Camille Exemple" in signature.rows[0].cells[0].text
    marked = {
        run.text
        for p in word.element.iter(qn("w:r"))
        for run in [p]
        if p.find(f".//{qn('w:rStyle')}") is not None
    }
    assert marked == {cleaned(gap.words) for gap in EVERYTHING.gaps}
    assert round(word.sections[0].page_width.cm, 1) == 21.0


def test_lists_of_a_docx_begin_again_at_one() -> None:
    word = docx.Document(io.BytesIO(render_docx(EVERYTHING)))
    numbered = [p._p.pPr.numPr.numId.val for p in word.paragraphs if p.style.name == "List Number"]
    assert len(set(numbered)) == 2


def test_gaps_are_counted_once_each() -> None:
    assert [gap.what for gap in EVERYTHING.gaps] == ["le SIRET", "le tarif", "la part", "l’acte"]
    twice = Document(
        title="T", subtitle="", blocks=(Paragraph(Gap("a", "b")), Paragraph(Gap("a", "b")))
    )
    assert len(twice.gaps) == 1


@pytest.mark.parametrize(
    ("blocks", "told"),
    [
        ((Heading("a", 2),), "level 2 after level 0"),
        ((Heading("a"), Heading("b", 3)), "none is skipped"),
        ((Table("c", ("a", "b"), (("x",),)),), "1 cells under 2"),
        ((Table("c", ("a",), (("",),)),), "a cell is empty"),
        ((Table("c", ("a",), (("x",),), widths=(1, 2)),), "2 widths"),
    ],
)
def test_a_document_that_a_format_could_not_say_is_refused(blocks: tuple, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        Document(title="T", subtitle="", blocks=blocks)


def test_plain_values_are_json() -> None:
    assert json.loads(json.dumps(document_to_plain(EVERYTHING)))["title"] == EVERYTHING.title


def docx_footer(written: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(written)) as parts:
        name = next(each for each in parts.namelist() if "footer" in each and each.endswith(".xml"))
        return parts.read(name).decode()


def whole_pdf(written: bytes) -> str:
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(written)).pages)


def rows_kept(table: docx.table.Table) -> list[bool | None]:
    return [row.cells[0].paragraphs[0].paragraph_format.keep_with_next for row in table.rows]


def test_a_page_ends_where_it_may() -> None:
    """A short table in one; a long sheet with two rows at least on either side; what announces, and
    what is signed right under, with what follows."""
    document = Document(
        title="T",
        subtitle="",
        blocks=(
            Sheet(tuple((f"l{n}", "v") for n in range(3))),
            Sheet(tuple((f"l{n}", "v") for n in range(12))),
            Paragraph("Voici :"),
            Bullets(("a",)),
            Paragraph("Il signe."),
            Signature("X", "n", "f", "a"),
            Paragraph("Fin."),
        ),
    )
    word = docx.Document(io.BytesIO(render_docx(document)))
    short, long, _ = word.tables
    assert rows_kept(short) == [True, True, True, False]
    assert rows_kept(long) == [True, True, *[False] * 8, True, True, False]
    kept = {p.text: p.paragraph_format.keep_with_next for p in word.paragraphs}
    assert kept["Voici\u00a0:"]
    assert kept["Il signe."]
    assert not kept["Fin."]


def test_no_row_is_cut_by_a_page_end() -> None:
    lines = "\n".join("abcdefgh")
    rows = tuple((f"Rubrique {n}", f"{lines}{n}") for n in range(20))
    document = Document(title="T", subtitle="", blocks=(Sheet(rows),))
    pages = pypdf.PdfReader(io.BytesIO(render_pdf(document))).pages
    assert len(pages) > 1
    for page in pages:
        text = page.extract_text()
        assert text.count("\na\n") + text.count(" a\n") == len(re.findall(r"\nh\d", text))
        assert "Renseignement" in text, "the head is repeated"

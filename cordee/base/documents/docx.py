"""A document as DOCX: real styles, so that Word or LibreOffice can restyle, search and read aloud.

Made by code from python-docx's own blank document: nothing binary to review here.
"""

import io
import zipfile
from datetime import datetime
from functools import cache
from itertools import zip_longest

import docx
from docx.document import Document as Word
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import WD_ROW_HEIGHT_RULE, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.shared import Cm, Pt, RGBColor
from docx.table import Table as WordTable
from docx.table import _Cell
from docx.text.paragraph import Paragraph as WordParagraph

from cordee.base.documents import model
from cordee.base.documents.plain import cleaned, document_sha256, short_fingerprint, signature_rows

FONT = "Calibri"
INK, QUIET, ROPE, OCHRE = "212B2A", "4A5654", "6A2C5A", "7A4A00"
WASH, HAIRLINE, PALE_OCHRE = "ECEDE3", "A9B19B", "FBF0D5"
# Longer ones would leave most of a page white in front of them.
KEPT_ROWS, KEPT_SHEET_ROWS = 16, 8
TEXT_CM = 16.6  # A4 less two margins of 2,2 cm
USED_STYLES = frozenset(
    [
        "Normal",
        "Title",
        "Subtitle",
        "Heading 1",
        "Heading 2",
        "Heading 3",
        "Caption",
        "List Bullet",
        "List Number",
        "Table Grid",
        "Footer",
    ]
)
GAP_STYLE, QUIET_STYLE, QUOTE_STYLE = "À compléter", "Texte secondaire", "Citation"
# Files must not tell when they were made: the same document gives the same bytes.
EPOCH = datetime(2000, 1, 1)  # noqa: DTZ001
ZIP_EPOCH = (2000, 1, 1, 0, 0, 0)


def render_docx(document: model.Document) -> bytes:
    """The file: A4, in French, titled; the same bytes for the same document."""
    word = docx.Document(io.BytesIO(_blank()))
    _set_properties(word, document)
    _set_footer(word, document)
    word.add_paragraph(cleaned(document.title), style="Title")
    if document.subtitle:
        word.add_paragraph(cleaned(document.subtitle), style="Subtitle")
    breaks = False
    blocks = (*document.blocks, *document.annex)
    for block, following in zip_longest(blocks, blocks[1:]):
        if isinstance(block, model.PageBreak):
            breaks = True
            continue
        if not breaks:
            _write(word, block, following)
            continue
        # Counting paragraphs goes through the whole file: only where a page ends.
        before = len(word.paragraphs)
        _write(word, block, following)
        if len(word.paragraphs) > before:
            word.paragraphs[before].paragraph_format.page_break_before = True
            breaks = False
    return _without_dates(word)


@cache
def _blank() -> bytes:
    """A document without a word, in our page and our styles: made once, opened for each file."""
    word, saved = docx.Document(), io.BytesIO()
    _set_page(word)
    _set_styles(word)
    word.save(saved)
    return saved.getvalue()


def _leads_on(block: model.Paragraph, following: model.Block | None) -> bool:
    """Whether words announce what follows, or are signed right under: they stay with it."""
    announces = model.plain(block.words).rstrip().endswith(":")
    return announces or isinstance(following, model.Signature)


def _write(word: Word, block: model.Block, following: model.Block | None) -> None:
    match block:
        case model.Heading():
            word.add_heading(cleaned(block.text), level=block.level)
        case model.Paragraph():
            style = QUIET_STYLE if block.quiet else "Normal"
            paragraph = word.add_paragraph(style=style)
            paragraph.paragraph_format.keep_with_next = _leads_on(block, following) or None
            _fill(paragraph, block.words)
        case model.Bullets():
            style = "List Number" if block.numbered else "List Bullet"
            restart = _new_numbering(word) if block.numbered else None
            for item in block.items:
                paragraph = word.add_paragraph(style=style)
                if restart is not None:
                    _number_with(paragraph, restart)
                _fill(paragraph, item)
        case model.Notice():
            paragraph = word.add_paragraph()
            _fill(paragraph, block.words)
            _frame(paragraph)
        case model.Quote():
            _fill(word.add_paragraph(style=QUOTE_STYLE), block.words)
        case model.Sheet():
            rows: list[tuple[model.Words, ...]] = [
                (model.Strong(label), value) for label, value in block.rows
            ]
            kept = KEPT_SHEET_ROWS
            _table(word, block.head, rows, widths=(2, 3), name="Renseignements", kept=kept)
        case model.Table():
            caption = word.add_paragraph(cleaned(block.caption), style="Caption")
            caption.paragraph_format.keep_with_next = True
            lines = [*block.rows, *((block.total,) if block.total else ())]
            table = _table(word, block.head, lines, widths=block.widths, name=block.caption)
            _align(table, block)
        case model.Signature():
            _signature(word, block)


def _fill(paragraph: WordParagraph, words: model.Words, *, bold: bool = False) -> None:
    for part in model.inlines(words):
        # python-docx turns "\n" into a line break, and everything else into XML text.
        run = paragraph.add_run(cleaned(model.text_of(part)))
        if isinstance(part, model.Gap):
            run.style = GAP_STYLE
        elif isinstance(part, model.Link):
            run.font.underline, run.font.color.rgb = True, RGBColor.from_string(ROPE)
            run.bold = bold or None
            related = paragraph.part.relate_to(
                part.url, RELATIONSHIP_TYPE.HYPERLINK, is_external=True
            )
            link = OxmlElement("w:hyperlink")
            link.set(qn("r:id"), related)
            run._r.addprevious(link)
            link.append(run._r)
        elif isinstance(part, model.Strong) or bold:
            run.bold = True


def _table(
    word: Word,
    head: tuple[str, ...],
    rows: list[tuple[model.Words, ...]],
    *,
    widths: tuple[int, ...],
    name: str,
    kept: int = KEPT_ROWS,
) -> WordTable:
    table: WordTable = word.add_table(rows=1 + len(rows), cols=len(head), style="Table Grid")
    table.alignment = WD_TABLE_ALIGNMENT.LEFT
    # LibreOffice and Word compute widths differently: ours are written in every cell.
    table.autofit = False
    shares = widths or (1,) * len(head)
    sizes = [Cm(TEXT_CM * share / sum(shares)) for share in shares]
    for column, size in zip(table.columns, sizes, strict=True):
        column.width = size
    written = zip(table.rows, (tuple(head), *rows), strict=True)
    # A longer table leaves no row alone on either side of a page end.
    last = len(rows) - 1
    together = range(len(rows)) if len(rows) <= kept else (0, 1, last - 1, last)
    for position, (row, cells) in enumerate(written):
        properties = row._tr.get_or_add_trPr()
        # A row cut in two by a page end is read as two.
        properties.append(OxmlElement("w:cantSplit"))
        if position == 0:
            # Repeated on each page, and read out as headers by a screen reader.
            properties.append(OxmlElement("w:tblHeader"))
        for cell, words, size in zip(row.cells, cells, sizes, strict=True):
            cell.width = size
            paragraph = cell.paragraphs[0]
            paragraph.paragraph_format.space_after = Pt(2)
            # A short table stays on one page: each row but the last goes with the next one.
            paragraph.paragraph_format.keep_with_next = position in together
            _fill(paragraph, words, bold=position == 0)
            if position == 0:
                _shade(cell)
    _describe(table, name)
    _space(word)
    return table


def _align(table: WordTable, block: model.Table) -> None:
    for row in table.rows:
        for column in block.numeric:
            row.cells[column].paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT
    if block.total is not None:
        for cell in table.rows[-1].cells:
            for run in cell.paragraphs[0].runs:
                run.bold = True


def _signature(word: Word, block: model.Signature) -> None:
    table = word.add_table(rows=2, cols=1, style="Table Grid")
    for row in table.rows:
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
    cell = table.rows[0].cells[0]
    _fill(cell.paragraphs[0], model.Strong(f"Pour {cleaned(block.party)}"))
    for label, words in signature_rows(block):
        paragraph = cell.add_paragraph(f"{label} : ")
        _fill(paragraph, words)
    for paragraph in cell.paragraphs:
        paragraph.paragraph_format.keep_with_next = True
    # The place to sign keeps its height, whatever is typed or stamped in it.
    table.rows[1].height, table.rows[1].height_rule = Cm(2.8), WD_ROW_HEIGHT_RULE.EXACTLY
    table.rows[1].cells[0].paragraphs[0].add_run("Date et signature :")
    _describe(table, f"Signature pour {block.party}")
    _space(word)


def _space(word: Word) -> None:
    """A thin line after a table: Word joins two tables that touch."""
    space = word.add_paragraph().paragraph_format
    space.line_spacing, space.space_after = Pt(6), Pt(0)


def _describe(table: WordTable, name: str) -> None:
    """The alternative text of a table, which screen readers announce."""
    properties = table._tbl.tblPr
    # Word and LibreOffice set the text of cells, not their edge, under the text of the page.
    indent = _element("w:tblInd", {"w": "108", "type": "dxa"})
    properties.insert_element_before(
        indent, "w:tblBorders", "w:shd", "w:tblLayout", "w:tblCellMar", "w:tblLook"
    )
    properties.append(_element("w:tblCaption", {"val": cleaned(name)}))


def _shade(cell: _Cell) -> None:
    shade = _element("w:shd", {"val": "clear", "color": "auto", "fill": WASH})
    cell._tc.get_or_add_tcPr().append(shade)


def _element(tag: str, attributes: dict[str, str]) -> BaseOxmlElement:
    element = OxmlElement(tag)
    for name, value in attributes.items():
        element.set(qn(f"w:{name}"), value)
    return element


def _frame(paragraph: WordParagraph) -> None:
    borders = OxmlElement("w:pBdr")
    for side, size, colour in (
        ("top", "4", HAIRLINE),
        ("left", "24", OCHRE),
        ("bottom", "4", HAIRLINE),
        ("right", "4", HAIRLINE),
    ):
        edge = {"val": "single", "sz": size, "space": "6", "color": colour}
        borders.append(_element(f"w:{side}", edge))
    properties = paragraph._p.get_or_add_pPr()
    properties.insert_element_before(
        borders, "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc", "w:rPr"
    )


def _new_numbering(word: Word) -> int:
    """A numbering that begins at 1 again: one style alone would count through the whole file."""
    numbering = word.part.numbering_part.numbering_definitions._numbering
    style = word.styles["List Number"].element
    own = style.find(f".//{qn('w:numId')}")
    if own is None:
        raise LookupError("The style « List Number » of python-docx has no numbering any more.")
    kind = numbering.num_having_numId(int(own.get(qn("w:val")))).abstractNumId.val
    fresh = numbering.add_num(kind)
    fresh.add_lvlOverride(ilvl=0).add_startOverride(1)
    return int(fresh.numId)


def _number_with(paragraph: WordParagraph, numbering: int) -> None:
    properties = paragraph._p.get_or_add_pPr().get_or_add_numPr()
    properties.get_or_add_ilvl().val = 0
    properties.get_or_add_numId().val = numbering


def _set_page(word: Word) -> None:
    section = word.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.2)
    section.top_margin, section.bottom_margin = Cm(2.2), Cm(2.3)


def _drop_unused_styles(word: Word) -> None:
    """Keep what we use of the 160 styles of the blank document: each write looks through all."""
    styles = word.styles.element
    kept = {style.name for style in word.styles if style.name in USED_STYLES}
    known = {style.style_id: style for style in word.styles}
    for style in known.values():
        is_default = style.element.get(qn("w:default")) == "1"
        if style.name not in kept and not is_default:
            styles.remove(style.element)
            continue
        for name in ("w:link", "w:next"):
            for mark in style.element.findall(qn(name)):
                style.element.remove(mark)
        base = style.element.find(qn("w:basedOn"))
        if base is not None:
            above = known[base.get(qn("w:val"))]
            if above.name not in kept and above.element.get(qn("w:default")) != "1":
                style.element.remove(base)


def _set_styles(word: Word) -> None:
    _drop_unused_styles(word)
    for name, size, colour, bold in (
        ("Normal", 11, INK, False),
        ("Title", 20, INK, True),
        ("Subtitle", 11, QUIET, False),
        ("Heading 1", 15, ROPE, True),
        ("Heading 2", 12.5, INK, True),
        ("Heading 3", 11, QUIET, True),
        ("Caption", 10.5, INK, True),
    ):
        style = word.styles[name]
        font = style.font
        font.name, font.size, font.bold, font.italic = FONT, Pt(size), bold, False
        font.color.rgb = RGBColor.from_string(colour)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{theme}"), None)
        fonts.set(qn("w:hAnsi"), FONT)
    word.styles["Normal"].paragraph_format.space_after = Pt(6)
    quiet = word.styles.add_style(QUIET_STYLE, WD_STYLE_TYPE.PARAGRAPH)
    quiet.base_style = word.styles["Normal"]
    quiet.font.size, quiet.font.color.rgb = Pt(9.5), RGBColor.from_string(QUIET)
    quote = word.styles.add_style(QUOTE_STYLE, WD_STYLE_TYPE.PARAGRAPH)
    quote.base_style = word.styles["Normal"]
    quote.paragraph_format.left_indent, quote.font.italic = Cm(0.8), True
    gap = word.styles.add_style(GAP_STYLE, WD_STYLE_TYPE.CHARACTER)
    gap.font.bold, gap.font.color.rgb = True, RGBColor.from_string(OCHRE)
    look = gap.element.get_or_add_rPr()
    edge = {"val": "dashed", "sz": "4", "space": "0", "color": OCHRE}
    look.append(_element("w:bdr", edge))
    look.append(_element("w:shd", {"val": "clear", "color": "auto", "fill": PALE_OCHRE}))
    for border in word.styles["Title"].element.iter(qn("w:bottom")):
        border.set(qn("w:color"), ROPE)
        border.set(qn("w:sz"), "20")
        border.attrib.pop(qn("w:themeColor"), None)
    for border in word.styles["Table Grid"].element.find(f".//{qn('w:tblBorders')}"):
        border.set(qn("w:color"), HAIRLINE)
    # The blank document spaces the letters of these.
    for name in ("Title", "Subtitle"):
        for spacing in word.styles[name].element.rPr.findall(qn("w:spacing")):
            word.styles[name].element.rPr.remove(spacing)
    for language in word.styles.element.iter(qn("w:lang")):
        language.set(qn("w:val"), "fr-FR")


def _set_properties(word: Word, document: model.Document) -> None:
    properties = word.core_properties
    properties.title, properties.language = cleaned(document.title), "fr-FR"
    properties.subject = cleaned(document.subtitle)[:255]
    properties.author = properties.last_modified_by = "Cordée"
    properties.comments, properties.keywords, properties.revision = "", "", 1
    properties.created = properties.modified = EPOCH


def _set_footer(word: Word, document: model.Document) -> None:
    paragraph = word.sections[0].footer.paragraphs[0]
    fingerprint = short_fingerprint(document_sha256(document))
    paragraph.add_run(f"{cleaned(document.title)} · empreinte {fingerprint} · page ")
    _field(paragraph, "PAGE")
    paragraph.add_run(" sur ")
    _field(paragraph, "NUMPAGES")
    for run in paragraph.runs:
        run.font.size, run.font.color.rgb = Pt(8.5), RGBColor.from_string(QUIET)


def _field(paragraph: WordParagraph, code: str) -> None:
    """A number that the word processor counts."""
    for kind in ("begin", code, "separate", "1", "end"):
        run = paragraph.add_run(kind if kind == "1" else "")
        if kind == code:
            asked = OxmlElement("w:instrText")
            asked.text = code
            run._r.append(asked)
        elif kind != "1":
            run._r.append(_element("w:fldChar", {"fldCharType": kind}))


def _without_dates(word: Word) -> bytes:
    """The file with one fixed date on each of its parts, in one order."""
    saved, fixed = io.BytesIO(), io.BytesIO()
    word.save(saved)
    with zipfile.ZipFile(saved) as parts, zipfile.ZipFile(fixed, "w") as written:
        for name in parts.namelist():
            entry = zipfile.ZipInfo(name, ZIP_EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            written.writestr(entry, parts.read(name))
    return fixed.getvalue()

"""Text that people type becomes blocks, word for word, or is refused with its line and a cure."""

import io
import re

import docx
import pytest
from django.template.loader import render_to_string
from docx.opc.constants import RELATIONSHIP_TYPE
from hypothesis import given, settings
from hypothesis import strategies as st

from cordee.base.documents import (
    Block,
    Bullets,
    Document,
    Heading,
    Link,
    Paragraph,
    Quote,
    Strong,
    Table,
    canonical_text,
    document_from_text,
    render_docx,
    render_pdf,
)
from cordee.base.documents.markdown import MOST_CHARACTERS, UnreadableText, blocks_of
from cordee.base.documents.model import plain, words_of
from cordee.base.documents.plain import on_screen
from tests.base.documents.reading import docx_text, pdf_tags, pdf_text, squeezed

EVERYTHING = """\
Un paragraphe **en gras**, *souligné*, puis [un guide](https://exemple.org/a_b?c=d) :
la suite de la phrase. Aussi https://exemple.org/seul.

## Les étapes

1. D’abord
2. Ensuite, **vite**

### En détail

- un point
- un autre

> Nous avons ri.
>
> Puis travaillé.

Ce que cela coûte :

| Poste | Jours |
|---|---:|
| Encadrement | 12 |
"""


def read(text: str) -> tuple[Block, ...]:
    return blocks_of(text, name="Étapes")


def refused(text: str) -> list[tuple[int, str]]:
    with pytest.raises(UnreadableText) as found:
        read(text)
    return [(refusal.line, refusal.cure) for refusal in found.value.refusals]


def test_each_form_becomes_a_block() -> None:
    guide = Link("un guide", "https://exemple.org/a_b?c=d")
    alone = Link("https://exemple.org/seul", "https://exemple.org/seul")
    assert read(EVERYTHING) == (
        Paragraph(
            (
                "Un paragraphe ",
                Strong("en gras"),
                ", souligné, puis ",
                guide,
                " : la suite de la phrase. Aussi ",
                alone,
                ".",
            )
        ),
        Heading("Les étapes", 2),
        Bullets((("D’abord",), ("Ensuite, ", Strong("vite"))), numbered=True),
        Heading("En détail", 3),
        Bullets((("un point",), ("un autre",))),
        Quote(("Nous avons ri.\nPuis travaillé.",)),
        Table(
            "Ce que cela coûte",
            ("Poste", "Jours"),
            ((("Encadrement",), ("12",)),),
            numeric=frozenset({1}),
        ),
    )


def test_one_text_is_drawn_the_same_in_all_formats() -> None:
    document = Document(
        title="Fiche",
        subtitle="",
        blocks=(Heading("Étapes"), *blocks_of(EVERYTHING, name="Étapes")),
    )
    word, paper = render_docx(document), render_pdf(document)
    screen = render_to_string("ui/document.html", {"blocks": on_screen(document)})
    shown = squeezed(re.sub(r"<[^>]+>", "", screen))
    for line in document.plain_text().splitlines():
        assert squeezed(line) in squeezed(docx_text(word)), line
        assert squeezed(line) in squeezed(pdf_text(paper)), line
        if line != "Fiche":
            assert squeezed(line).replace("'", "&#x27;") in shown, line
    assert {"BlockQuote", "Link", "Table", "L", "H2"} <= set(pdf_tags(paper))
    related = docx.Document(io.BytesIO(word)).part.rels.values()
    assert {rel.target_ref for rel in related if rel.reltype == RELATIONSHIP_TYPE.HYPERLINK} == {
        "https://exemple.org/a_b?c=d",
        "https://exemple.org/seul",
    }
    assert 'href="https://exemple.org/a_b?c=d"' in screen
    text = canonical_text(document)
    assert canonical_text(document_from_text(text)) == text


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("Bien.\n\nUn <b>mot</b>", 3, "«\u00a0<b>\u00a0» est du HTML"),
        ("Bien,\net <img src=x onerror=alert(1)>", 2, "est du HTML"),
        ("Bien.\n\n<script>\nalert(1)\n</script>", 3, "<script>"),
        ("<!-- caché -->", 1, "est du HTML"),
        ("![plan](https://exemple.org/p.png)", 1, "image"),
        ("[x](javascript:alert(1))", 1, "javascript:alert(1)"),
        ("[x](mailto:a@exemple.org)", 1, "adresse du Web"),
        ("[x](/pratiques/)", 1, "adresse du Web"),
        ("[x](https://banque.exemple@autre.exemple/)", 1, "adresse du Web"),
        ("# Titre", 1, "niveau 1"),
        ("## Un\n\n#### Quatre", 3, "niveau 4"),
        ("### Trois", 1, "sous-titre"),
        ("##", 1, "vide"),
        ("- a\n  - b", 2, "une liste dans un point"),
        ("- a\n\n  > b", 3, "une citation dans un point"),
        ("> - a", 1, "une liste dans une citation"),
        (">>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>> a", 1, "une citation dans une citation"),
        ("- a\n-", 2, "vide"),
        ("4. a", 1, "commence à 4"),
        ("| a | b |\n|---|---|\n| x | |", 3, "vide"),
        ("| a | b |\n|---|---|\n| x | y | z |", 3, "plus de cases"),
        ("| a |\n|---|", 1, "Ajoutez une ligne"),
        (f"{'|a' * 9}|\n{'|-' * 9}|\n{'|x' * 9}|", 3, "9 colonnes"),
        ("é" * (MOST_CHARACTERS + 1), 1, "caractères"),
    ],
)
def test_what_cannot_be_kept_is_refused_with_its_line(text: str, line: int, words: str) -> None:
    assert any(at == line and words in cure for at, cure in refused(text)), refused(text)


def test_all_that_is_wrong_is_told_at_once() -> None:
    assert [line for line, _ in refused("<b>a\n\n![i](x)\n\n# T")] == [1, 3, 5]


def test_signs_of_other_dialects_are_words() -> None:
    said = read("a < b & c, `code` ~~non~~ &amp; 3 * 4\n---\n    retrait")
    assert [plain(words) for block in said for words in words_of(block)] == [
        "a < b & c, `code` ~~non~~ &amp; 3 * 4 --- retrait"
    ]


@settings(max_examples=300)
@given(st.text(st.sampled_from("ab é\n\n#->|*_[]()!<`1.\\:/h"), max_size=60))
def test_no_word_is_lost(text: str) -> None:
    """Either something is refused, on a line that is there, or each letter typed is shown."""
    try:
        blocks = read(text)
    except UnreadableText as refusal:
        lines = [each.line for each in refusal.refusals]
    else:
        lines = []
        check_shown(text, blocks)
    assert all(1 <= line <= text.count("\n") + 1 for line in lines)


def check_shown(text: str, blocks: tuple[Block, ...]) -> None:
    shown = "".join(plain(words) for block in blocks for words in words_of(block))
    shown += "".join(
        part.url
        for block in blocks
        for words in words_of(block)
        for part in (words if isinstance(words, tuple) else ())
        if isinstance(part, Link)
    )
    for letter in "abéh":
        assert shown.count(letter) >= text.count(letter) - shown.count("%C3%A9"), (text, shown)
    assert render_docx(Document(title="T", subtitle="", blocks=(Heading("Étapes"), *blocks)))

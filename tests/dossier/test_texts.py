"""The words of papers: by model, whole in every case, and never mixed with what people typed."""

import re
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from itertools import product
from typing import Any

import pytest

from cordee.base.documents import Document, document_sha256, render_docx, render_pdf
from cordee.base.documents.model import plain
from cordee.dossier import texts
from cordee.dossier.catalogue import cover, entries
from cordee.dossier.convention import convention
from cordee.dossier.model import Dossier
from cordee.rules.groups import GroupForm
from tests.base.documents.reading import docx_text, pdf_text, squeezed
from tests.dossier.dossiers import CONTRACT, DOSSIER, FRESH, TERMS, with_terms
from tests.dossier.test_alone import SOLE

PRIVATE = replace(CONTRACT, is_public=False)
# Fingerprints of what people approved before models had numbers: words of model 1 never move.
APPROVED: Mapping[str, tuple[Dossier, str]] = {
    "conjoint": (with_terms(DOSSIER, form=GroupForm.CONJOINT), "329a57e8c9ee1db9"),
    "lead": (DOSSIER, "b0dafe81de208d7a"),
    "solidary": (with_terms(DOSSIER, form=GroupForm.SOLIDAIRE), "68e563279f5079eb"),
    "private": (replace(DOSSIER, contract=PRIVATE), "e9e53878a6cb8c39"),
    "fresh": (FRESH, "26704044c41f14ff"),
    "sole": (SOLE, "f07b1ef4474ea93e"),
    "sole, private": (replace(SOLE, contract=PRIVATE), "523d4f4606e4cd02"),
}
# What each sort of text could take for its own: ours, a template's, typst's, Word's, HTML's.
NASTY = '{{ 7*7 }} {% if x %} {public:oui} [prix] [[lots]] **gras** | #eval("1") $x$ <w:t>o</w:t> '


@pytest.mark.parametrize("case", APPROVED)
def test_the_words_of_model_1_are_those_that_were_approved(case: str) -> None:
    dossier, sha256 = APPROVED[case]
    assert document_sha256(convention(replace(dossier, model=1)))[:16] == sha256
    assert document_sha256(convention(dossier))[:16] != sha256


@pytest.mark.parametrize("model", range(1, texts.MODEL + 1))
def test_every_text_is_whole_in_every_case(model: int) -> None:
    for dossier, form, public, whole in product(
        (DOSSIER, FRESH, SOLE), (None, *GroupForm), (True, False), (True, False)
    ):
        contract = replace(dossier.contract, is_public=public, clause_hours=900 if whole else None)
        made = replace(dossier, contract=contract, model=model)
        if dossier is not SOLE:
            made = with_terms(made, form=form)
        text = convention(made).plain_text()
        assert not re.search(r"[{}\[\]|]|\*\*|(?<!\d)%| [.,]|\.\.", text), text


def test_no_price_reads_as_a_cap_on_damages() -> None:
    """A12: damages and penalties come on top of the price."""
    for dossier in (DOSSIER, SOLE):
        text = convention(dossier).plain_text()
        assert "au plus" not in text
        assert "ommages" in text
        assert "pénalités" in text


def test_what_is_written_takes_the_place_of_ours_and_cases_choose() -> None:
    text = (
        "% Pour qui relit.\n# Titre\n\n[[mots]] sinon\n\n- a\n- {public:b}\n\n"
        "Prix : [prix]{non public:, privé}. **Fin. **Suite"
    )
    fill = texts.Fill(cases={"public": True}, values={"prix": "1 €"}, inserts={"mots": ()})
    heading, items, last = texts.blocks(text, fill)
    assert (heading.text, items.items) == ("Titre", (("a",), ("b",)))
    assert plain(last.words) == "Prix : 1 €. Fin. Suite"
    written = replace(fill, inserts={"mots": (heading,)}, cases={"public": False})
    assert [type(block).__name__ for block in texts.blocks(text, written)] == [
        *("Heading", "Heading", "Paragraph")
    ]
    with pytest.raises(KeyError):
        tuple(texts.blocks("[inconnu]", fill))


def typed(value: Any, names: list[str]) -> Any:
    """The same value with something nasty, and a name of its own, in each text that it holds."""
    if isinstance(value, str) and not isinstance(value, Enum) and value:
        names.append(f"champ{len(names)}")
        return f"{NASTY}{names[-1]}."
    if isinstance(value, tuple):
        return tuple(typed(each, names) for each in value)
    if is_dataclass(value) and not isinstance(value, type):
        kept = {"key", "number", "lot", "siren", "siret", "party", "line", "of", "lead", "trade"}
        changes = {
            each.name: typed(getattr(value, each.name), names)
            for each in fields(value)
            if each.name not in kept
        }
        return replace(value, **changes)
    return value


@pytest.mark.parametrize("base", [DOSSIER, SOLE], ids=["group", "sole"])
@pytest.mark.parametrize("public", [True, False])
def test_what_people_typed_is_read_as_it_was_typed(base: Dossier, public: bool) -> None:
    names: list[str] = []
    common = replace(
        TERMS.common,
        **dict.fromkeys(("payment", "decision", "withdrawal", "disputes", "penalties"), "mots"),
    )
    full = with_terms(base, common=common, reasons_words="mots", reasons=frozenset())
    dossier = typed(replace(full, contract=replace(base.contract, is_public=public)), names)
    made = [(entry, entry.build()) for entry in entries(dossier)]
    documents: list[Document] = [document for _, document in made]
    documents.append(cover(dossier, tuple(made)))
    seen = set()
    for document in documents:
        for told in (
            document.plain_text(),
            docx_text(render_docx(document)),
            pdf_text(render_pdf(document)),
        ):
            text = squeezed(told)
            for name in names:
                where = text.count(f"{name}.")
                assert where == text.count(squeezed(f"{NASTY}{name}.")), (document.title, name)
                seen |= {name} if where else set()
    assert len(seen) > 40

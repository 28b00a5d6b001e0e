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
from cordee.dossier.texts import CHOICES, left_to, told
from cordee.rules.groups import GroupForm
from tests.base.documents.reading import docx_text, pdf_text, squeezed
from tests.dossier.dossiers import CONTRACT, DOSSIER, FRESH, TERMS, with_terms
from tests.dossier.test_alone import SOLE

PRIVATE = replace(CONTRACT, is_public=False)
# Fingerprints of what people approved: words of a model never move. Those of model 2 were taken
# before it left anything to choose.
APPROVED: Mapping[str, tuple[Dossier, str, str]] = {
    "conjoint": (
        with_terms(DOSSIER, form=GroupForm.CONJOINT),
        *("329a57e8c9ee1db9", "2cc67ea270134047", "a81d64b71e90c5a9"),
    ),
    "lead": (DOSSIER, "b0dafe81de208d7a", "cb77d0f9977c5e69", "a7d1fb355467abc5"),
    "solidary": (
        with_terms(DOSSIER, form=GroupForm.SOLIDAIRE),
        *("68e563279f5079eb", "3d9a67d1c868dc63", "0f9d828d34532ef2"),
    ),
    "private": (
        replace(DOSSIER, contract=PRIVATE),
        "e9e53878a6cb8c39",
        "72bc455ca80d4a7a",
        "ae2b73bc6e6f60a7",
    ),
    "fresh": (FRESH, "26704044c41f14ff", "08c7c3aca6641833", "bedf568dffc6e0fa"),
    "sole": (SOLE, "f07b1ef4474ea93e", "3746c572fbd03798", "5d87fb1876f7f138"),
    "sole, private": (
        replace(SOLE, contract=PRIVATE),
        *("523d4f4606e4cd02", "aa9c2cfd8712fb9d", "7edb30322a362cf7"),
    ),
}
# What the members may choose beside what the model says: field, value, words of its own.
CHOSEN = (
    ("study_costs", "parts", "se partagent selon les parts, que l’offre soit retenue ou non"),
    ("study_costs", "mandataire", "Le mandataire supporte les frais communs"),
    ("insurance_cents", 150_000_000, "pour au moins 1 500 000,00 € par sinistre, et pour sa"),
    ("notice", "huit", "remédié en huit jours, les autres"),
    ("notice", "mois", "remédié en un mois, les autres"),
    (
        "exclusion",
        "majorite",
        "à la majorité de leurs voix, par exception à l’article 6, de demander",
    ),
    ("dispute_steps", "avis", "choisissent ensemble un expert, qui donne son avis"),
    ("dispute_steps", "tribunal", "s’accordent pas, le tribunal compétent est saisi"),
)
# What each sort of text could take for its own: ours, a template's, typst's, Word's, HTML's.
NASTY = '{{ 7*7 }} {% if x %} {public:oui} [prix] [[lots]] **gras** | #eval("1") $x$ <w:t>o</w:t> '


@pytest.mark.parametrize("case", APPROVED)
def test_the_words_of_a_model_are_those_that_were_approved(case: str) -> None:
    dossier, *approved = APPROVED[case]
    for model, sha256 in enumerate(approved, start=1):
        assert document_sha256(convention(replace(dossier, model=model)))[:16] == sha256


@pytest.mark.parametrize(("field", "value", "words"), CHOSEN)
def test_what_the_members_choose_stands_in_both_formats(field: str, value: Any, words: str) -> None:
    dossier = choosing(DOSSIER, field, value)
    document = convention(dossier)
    for text in (docx_text(render_docx(document)), pdf_text(render_pdf(document))):
        assert squeezed(words) in squeezed(text)
    # And nothing else moves: the rest is the model's.
    usual = convention(DOSSIER).plain_text().splitlines()
    assert words not in " ".join(usual)
    moved = [line for line in document.plain_text().splitlines() if line not in usual]
    assert 1 <= len(moved) <= 2, moved
    # The first model leaves nothing to choose.
    first = convention(replace(dossier, model=1))
    assert first == convention(replace(DOSSIER, model=1))


def test_each_option_is_a_file_that_says_what_it_means() -> None:
    """The list above holds every option; so does every screen, in words short enough for a line."""
    asked = {CHOICES[field].name for field in left_to(DOSSIER.terms, model=texts.MODEL)}
    assert asked == {choice.name for choice in CHOICES.values()}
    assert set(left_to(SOLE.terms, model=texts.MODEL)) == {"dispute_steps"}
    assert not set(left_to(DOSSIER.terms, model=1))
    for field, choice in CHOICES.items():
        found = texts.options(choice.name)
        given = {value for name, value, _ in CHOSEN if name == field}
        assert set(found) == {"", *({"montant"} if field == "insurance_cents" else given)}
        assert next(iter(found)) == ""
        for words in found.values():
            assert re.fullmatch(r"[^:]{5,40}\u00a0: [^:]{5,65}\.", words), words


def test_what_was_chosen_is_told_in_a_few_words_until_the_members_write_their_own() -> None:
    terms = choosing(DOSSIER, "exclusion", "majorite").terms
    found = told(terms, model=texts.MODEL)
    assert ("Exclusion", "À la majorité des autres", True) in found
    assert ("Désaccords", "Rencontre, puis médiation", False) in found
    written = replace(terms, common=replace(terms.common, disputes="Nos mots."))
    assert "Désaccords" not in {subject for subject, *_ in told(written, model=texts.MODEL)}


def choosing(dossier: Dossier, field: str, value: Any) -> Dossier:
    return with_terms(dossier, common=replace(dossier.terms.common, **{field: value}))


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
        assert not re.search(r"[{}\[\]<>|]|\*\*|(?<!\d)%| [.,]|\.\.", text), text


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
        for read in (
            document.plain_text(),
            docx_text(render_docx(document)),
            pdf_text(render_pdf(document)),
        ):
            text = squeezed(read)
            for name in names:
                where = text.count(f"{name}.")
                assert where == text.count(squeezed(f"{NASTY}{name}.")), (document.title, name)
                seen |= {name} if where else set()
    assert len(seen) > 40


def test_a_convention_drawn_anew_binds_legal_persons_by_their_form() -> None:
    """A chantier is nobody in law; who approved an older model keeps its words."""
    form = "établissement public administratif"
    ccas = replace(
        DOSSIER.facts[1],
        name="CCAS d’Exemple",
        brand="Chantier",
        structure="Chantier du CCAS",
        legal_form=form,
        is_public_body=True,
    )
    dossier = replace(DOSSIER, facts=(DOSSIER.facts[0], ccas, *DOSSIER.facts[2:]))
    text = convention(dossier).plain_text()
    told = f"CCAS d’Exemple, {form}, pour « Chantier du CCAS », Atelier"
    assert squeezed(told) in squeezed(text)
    assert "n’est engagée qu’une fois sa délibération exécutoire" in text
    assert "délibération exécutoire" not in convention(DOSSIER).plain_text()
    assert "la forme juridique" in convention(FRESH).plain_text()
    assert "Le sous-traitant" in convention(SOLE).plain_text().partition("Signatures")[2]
    named = replace(ccas, name="Chantier du CCAS", structure="")
    before = replace(dossier, facts=(DOSSIER.facts[0], named, *DOSSIER.facts[2:]), model=2)
    assert convention(replace(dossier, model=2)) == convention(before)

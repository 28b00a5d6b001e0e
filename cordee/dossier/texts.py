"""The words of papers: plain files that a lawyer reads and corrects, one a clause, in `texts/`.

A file is called after its place, its subject and the number of the model that brought it:
`05-paiement.2.txt` stands in the place of `05-paiement.1.txt` from model 2 on. Never correct a file
of a model that somebody approved: write the next one. In a file:

- an empty line ends a block; `# ` a heading (`## ` a smaller one), `- ` and `1. ` items, `! ` a
  framed remark, `% ` a line for whoever reads the file;
- `**words**` must not be missed; `[name]` is what the alliance says; `{case:words}` stands only in
  that case, `{non case:words}` only in no such case; `|` joins two parts unseen;
- `[[name]]` alone puts a table or a list; `[[name]] sinon` puts it in the place of the next block;
- `<name>` is what the members choose. Each option is a file of `texts/choices`: `exclusion.2.txt`
  where nothing is chosen, `exclusion.majorite.2.txt` for another. Its first line, `% `, says on
  screens what it means. A model may get one more option; an option is never corrected either.

What people typed is put in last, and never read as any of this. At the end, each question that the
members choose an option of, and the option that stands.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from cordee.agreement import CommonTerms, Terms
from cordee.base.documents import (
    Block,
    Bullets,
    Heading,
    Inline,
    Notice,
    Paragraph,
    Strong,
    Words,
    inlines,
)
from cordee.base.documents.plain import cleaned
from cordee.base.ui import french

FOLDER = Path(__file__).parent / "texts"
# The model that is approved today; an alliance keeps the one that it approved (decision 41).
MODEL = 3
_NAME = re.compile(r"(?P<stem>.+)\.(?P<model>\d+)\.txt")
_CASE = re.compile(r"\{(?P<no>non )?(?P<case>[^{}:]+):(?P<words>[^{}]*)\}")
_PART = re.compile(r"\*\*(?P<strong>.+?)\*\*|\[(?P<value>[^\[\]]+)\]|(?P<joint>\|)")
_INSERT = re.compile(r"\[\[(?P<name>[^\[\]]+)\]\](?P<else> sinon)?")
_CHOICE = re.compile(r"<([^<>]+)>")
_ITEM = re.compile(r"^(?:- |\d+\. )", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fill:
    """What an alliance puts in a text, by the names that files use. An insert may be empty.

    `chosen`: an option for each choice, "" for what stands where nothing was chosen.
    """

    cases: Mapping[str, bool] = field(default_factory=dict)
    values: Mapping[str, Words] = field(default_factory=dict)
    inserts: Mapping[str, Sequence[Block]] = field(default_factory=dict)
    chosen: Mapping[str, str] = field(default_factory=dict)


def paper(name: str, fill: Fill, *, model: int = MODEL) -> tuple[Block, ...]:
    """All clauses of a paper, as a model has them, in the order of their files.

    Raises `KeyError` where a file names what `fill` does not hold.
    """
    options = _latest("choices", model)

    def words(found: re.Match[str]) -> str:
        option = fill.chosen[found[1]]
        text = options[f"{found[1]}.{option}" if option else found[1]]
        return text.partition("\n")[2].strip()

    # Our words are whole before anything that people typed is in them.
    clauses = (_CHOICE.sub(words, text) for text in _latest(name, model).values())
    return tuple(block for text in clauses for block in blocks(text, fill))


def choices(name: str, *, model: int = MODEL) -> frozenset[str]:
    """What a paper leaves to its members, by the names that files use; older models leave less."""
    return frozenset(_CHOICE.findall("".join(_latest(name, model).values())))


def options(choice: str, *, model: int = MODEL) -> dict[str, str]:
    """What each option of a choice means, in one line; that of the model, "", first."""
    found = {stem.partition("."): text for stem, text in _latest("choices", model).items()}
    return {
        option: cleaned(text.partition("\n")[0].removeprefix("% "))
        for (name, _, option), text in found.items()
        if name == choice
    }


def blocks(text: str, fill: Fill) -> Iterator[Block]:
    """The blocks of one text."""
    skips = False
    for raw in re.split(r"\n\s*\n", text):
        source = "\n".join(line for line in raw.split("\n") if not line.startswith("%")).strip()
        if not source:
            continue
        if skips:
            skips = False
            continue
        if insert := _INSERT.fullmatch(source):
            put = fill.inserts[insert["name"]]
            skips = bool(insert["else"] and put)
            yield from put
        else:
            yield from _block(source, fill)


def _block(source: str, fill: Fill) -> Iterator[Block]:
    if _ITEM.match(source):
        items = (_words(item, fill) for item in _ITEM.split(source)[1:])
        if kept := tuple(item for item in items if item):
            yield Bullets(kept, numbered=not source.startswith("- "))
        return
    mark = re.match(r"(#{1,3}|!) ", source)
    words = _words(source[mark.end() :] if mark else source, fill)
    if not words:
        return
    if mark is None:
        yield Paragraph(words)
    elif mark[1] == "!":
        yield Notice(words)
    else:
        yield Heading("".join(map(str, words)), len(mark[1]))


def _words(source: str, fill: Fill) -> tuple[Inline, ...]:
    """Cases are settled and the text is cut before anything that was typed is in it."""

    def settled(found: re.Match[str]) -> str:
        return found["words"] if fill.cases[found["case"]] is not bool(found["no"]) else ""

    text = _CASE.sub(settled, " ".join(source.split())).strip()
    parts: list[Inline] = []
    joins = True  # Whether what comes next goes on in the same part.

    def add(words: str) -> None:
        if words and joins and parts and isinstance(parts[-1], str):
            parts[-1] += words
        elif words:
            parts.append(words)

    end = 0
    for found in _PART.finditer(text):
        add(text[end : found.start()])
        joins, end = True, found.end()
        if found["joint"]:
            joins = False
        elif found["strong"]:
            parts.append(Strong(found["strong"]))
        elif isinstance(value := fill.values[found["value"]], str):
            add(value)
        else:
            parts.extend(inlines(value))
            joins = False
    add(text[end:])
    return tuple(parts)


@cache
def _latest(name: str, model: int) -> dict[str, str]:
    """The texts of a folder as a model has them, by their names, in their order."""
    latest: dict[str, tuple[int, Path]] = {}
    for path in (FOLDER / name).glob("*.txt"):
        found = _NAME.fullmatch(path.name)
        if found is None:
            raise ValueError(f"{path.name}: name a text as « 05-paiement.1.txt ».")
        since, stem = int(found["model"]), found["stem"]
        if since <= model and since > latest.get(stem, (0, path))[0]:
            latest[stem] = (since, path)
    return {stem: latest[stem][1].read_text(encoding="utf-8") for stem in sorted(latest)}


@dataclass(frozen=True, slots=True)
class Choice:
    """A question of the common terms; `name`: as texts call it."""

    name: str
    subject: str
    question: str

    def words(self, value: str | int | None) -> str:
        """What was chosen, in a few words."""
        if isinstance(value, int):
            return f"au moins {french.euros(value)} par sinistre"
        return options(self.name)[value or ""].partition("\u00a0:")[0]


# By the field of the common terms, in the order of the articles. Of an amount, the option
# « montant » stands where it is given.
CHOICES = {
    "study_costs": Choice("frais-etude", "Frais d’étude", "Qui paie l’étude de l’offre ?"),
    "insurance_cents": Choice(
        "assurance", "Assurance", "Quel montant d’assurance au moins, par sinistre ?"
    ),
    "notice": Choice(
        "preavis",
        "Délai avant l’exclusion",
        "Un membre averti a combien de temps pour faire son travail ?",
    ),
    "exclusion": Choice("exclusion", "Exclusion", "Comment décidez-vous d’exclure un membre ?"),
    "dispute_steps": Choice("desaccords", "Désaccords", "En cas de désaccord, que faites-vous ?"),
}


def left_to(terms: Terms, *, model: int) -> Iterator[str]:
    """The fields that the common paper of these terms leaves to its members; none without one."""
    name = terms.arrangement.pick(group="group", sole="sole")
    asked = choices(name, model=model) if terms.has_paper else ()
    return (field for field, choice in CHOICES.items() if choice.name in asked)


def chosen(common: CommonTerms) -> dict[str, str]:
    """The option of each choice, by the name that texts give it."""
    held = {choice.name: getattr(common, field) for field, choice in CHOICES.items()}
    return held | {"assurance": "montant" if common.insurance_cents else ""}


def told(terms: Terms, *, model: int) -> list[tuple[str, str, bool]]:
    """What stands in the paper: the subject, a few words, whether the members chose it. What they
    wrote themselves takes the place of a choice, which is left out."""
    common = terms.common
    return [
        (choice.subject, choice.words(value), bool(value))
        for field in left_to(terms, model=model)
        for choice, value in [(CHOICES[field], getattr(common, field))]
        if not (field == "dispute_steps" and common.disputes)
    ]

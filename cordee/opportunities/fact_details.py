"""What a notice says beside the value of a fact: article, lots, who helps, on what terms."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from cordee.notices.notice import Evidence, GroupingTerms, Lot, Notice, Reserved, SocialClause

SHOWN_LETTERS = 200


def details_of(fact: str, read: Notice | Lot) -> tuple[str, ...]:
    """French sentences for the margin; none where the notice says no more."""
    sentences = _SENTENCES.get(fact)
    return tuple(sentences(read)) if sentences else ()


def _of_reserved(read: Notice | Lot) -> Iterable[str]:
    reserved: Reserved | None = read.reserved
    if reserved is None:
        return
    if reserved.articles:
        word = "Article" if len(reserved.articles) == 1 else "Articles"
        yield f"{word} {_listed(reserved.articles)}."
    if reserved.lots:
        word = "Lot" if len(reserved.lots) == 1 else "Lots"
        yield f"{word} {_listed(reserved.lots)}."


def _of_clause(read: Notice | Lot) -> Iterable[str]:
    clause: SocialClause | None = read.social_clause
    if clause is None:
        return
    if clause.lots:
        word = "Lot" if len(clause.lots) == 1 else "Lots"
        yield f"{word} {_listed(clause.lots)}."
    if clause.facilitator:
        yield f"Pour aider à remplir la clause : {clause.facilitator}."
    yield from _quoted("Sous condition", clause.conditional)


def _of_grouping(read: Notice | Lot) -> Iterable[str]:
    grouping: GroupingTerms | None = read.grouping if isinstance(read, Notice) else None
    if grouping is None:
        return
    yield from _quoted("Une seule offre par entreprise", grouping.one_offer)
    yield from _quoted("Un seul groupement à mener par mandataire", grouping.one_lead)


def _listed(names: Sequence[str]) -> str:
    return " et ".join(part for part in (", ".join(names[:-1]), names[-1]) if part)


def _quoted(lead: str, evidence: tuple[Evidence, ...]) -> Iterable[str]:
    if evidence:
        words = evidence[0].words
        cut = f"{words[:SHOWN_LETTERS].rstrip()}…" if len(words) > SHOWN_LETTERS else words
        yield f"{lead} : « {cut} »"


_SENTENCES: Mapping[str, Callable[[Notice | Lot], Iterable[str]]] = {
    "reserved": _of_reserved,
    "social_clause": _of_clause,
    "grouping": _of_grouping,
}

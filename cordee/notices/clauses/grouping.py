"""What the buyer's words impose on groups."""

from __future__ import annotations

import re
from collections.abc import Iterable

from cordee.notices.notice import Evidence, GroupingForm, GroupingTerms
from cordee.notices.text import extract, fold, sentences

_FORBIDDEN = re.compile(
    r"\bgroupements?[^.]{0,40}\b(?:non|pas) (?:autorise|admis|accepte|permis)"
    r"|\b(?:pas|sans) (?:de )?groupements?\b"
)
_BECOMES_SOLIDAIRE = re.compile(
    r"\b(?:transform|contraint|impos|oblig|exig|devra|doit)[^.]{0,90}(?<!mandataire )\bsolidaire"
)
_LEAD_SOLIDAIRE = re.compile(
    r"\bmandataire[^.]{0,120}\bsolidaire|\bconjoint[^.]{0,15}\bsolidaire\b(?<!ou solidaire)"
    r"|\bsolidarite du mandataire"
)
_LEAD_NOT = re.compile(r"\bmandataire[^.]{0,60}\b(?:n'est|ne sera|non)[^.]{0,12}\bsolidaire")
_EITHER = re.compile(
    r"\bconjointe?s?\b[^.]{0,25}\bou\b[^.]{0,40}\bsolidaire"
    r"|\bsolidaires?\b[^.]{0,25}\bou\b[^.]{0,40}\bconjoint"
)
_WISH_ONLY = re.compile(r"non imposee?|\bpas imposee?|\bn'impose pas|\bsans l'imposer")
_GROUP = re.compile(r"\bgroupement|\bcotraitan|\bco-traitan|\bmandataire|\bconjoint|\bsolidaire")


def read_grouping(passages: Iterable[Evidence]) -> GroupingTerms | None:
    """What the words impose on a winning group, or None when they do not speak of groups."""
    spoken = [
        (fold(sentence.words), sentence)
        for sentence in sentences(passages)
        if _GROUP.search(fold(sentence.words)) and "economie sociale" not in fold(sentence.words)
    ]
    if not spoken:
        return None
    by_form: dict[GroupingForm, list[Evidence]] = {}
    for folded, sentence in spoken:
        form = _form_of(folded)
        by_form.setdefault(form, []).append(extract(sentence))
    for form in (
        GroupingForm.FORBIDDEN,
        GroupingForm.CONJOINT_MANDATAIRE_SOLIDAIRE,
        GroupingForm.SOLIDAIRE,
        GroupingForm.CONJOINT,
        GroupingForm.FREE,
    ):
        if form in by_form:
            return GroupingTerms(form, tuple(dict.fromkeys(by_form[form])))
    return None


def _form_of(folded: str) -> GroupingForm:
    if _FORBIDDEN.search(folded):
        return GroupingForm.FORBIDDEN
    if _WISH_ONLY.search(folded):
        return GroupingForm.FREE
    if _LEAD_SOLIDAIRE.search(folded) and not _LEAD_NOT.search(folded):
        return GroupingForm.CONJOINT_MANDATAIRE_SOLIDAIRE
    if "solidaire" in folded and _BECOMES_SOLIDAIRE.search(folded):
        return GroupingForm.SOLIDAIRE
    if _EITHER.search(folded):
        return GroupingForm.FREE
    if "solidaire" in folded and "non solidaire" not in folded:
        return GroupingForm.SOLIDAIRE
    if re.search(r"\bconjoint", folded) and "conjointement" not in folded:
        return GroupingForm.CONJOINT
    return GroupingForm.FREE

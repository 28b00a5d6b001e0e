"""What the buyer's words impose on groups of candidates.

Several sentences often speak: a free form, then what happens if the group is conjoint, then what it
must become. The one that binds most is kept: what is imposed or may be required after the award,
then the duty of the lead, then a wish, then "conjoint ou solidaire".
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache

from cordee.notices.clauses.sentences import GROUP_STEMS, REMEMBERED, patterns
from cordee.notices.notice import Evidence, GroupingForm, GroupingTerms
from cordee.notices.text import Sentence, holds

_WORDS = patterns(__file__, "forbidden")


class _Weight(IntEnum):
    """How much a sentence binds."""

    FREE = 0
    STATED = 1
    LEAD = 2
    BINDS = 3


@dataclass(frozen=True, slots=True)
class _Mention:
    form: GroupingForm
    weight: _Weight
    sentence: Sentence


_ORDER = (
    GroupingForm.CONJOINT_MANDATAIRE_SOLIDAIRE,
    GroupingForm.SOLIDAIRE,
    GroupingForm.CONJOINT,
    GroupingForm.FREE,
)


def grouping_from(found: Sequence[Sentence]) -> GroupingTerms | None:
    """What these sentences impose, or None when they do not speak of groups."""
    mentions: list[_Mention] = []
    offers: list[Evidence] = []
    leads: list[Evidence] = []
    for sentence in found:
        if not holds(sentence.folded, GROUP_STEMS):
            continue
        folded = _WORDS["not_group"].sub(" ", sentence.folded)
        if not _WORDS["group"].search(folded):
            continue
        mentions.append(_Mention(*_form_of(folded), sentence))
        if _WORDS["twice"].search(folded):
            if _WORDS["lead_twice"].search(folded):
                leads.append(sentence.evidence)
            elif _WORDS["several"].search(folded):
                offers.append(sentence.evidence)
    if not mentions:
        return None
    chosen = _strongest(mentions)
    kept = tuple(
        dict.fromkeys(item.sentence.evidence for item in mentions if item.form is chosen.form)
    )
    return GroupingTerms(
        chosen.form, kept, tuple(dict.fromkeys(offers)), tuple(dict.fromkeys(leads))
    )


def _strongest(mentions: list[_Mention]) -> _Mention:
    for item in mentions:
        if item.form is GroupingForm.FORBIDDEN:
            return item
    weight = max(item.weight for item in mentions)
    among = [item for item in mentions if item.weight is weight]
    if weight is _Weight.STATED and len({item.form for item in among}) > 1:
        # "Soit des prestataires solidaires ; soit des prestataires conjoints": the choice is free.
        return _Mention(GroupingForm.FREE, _Weight.FREE, among[0].sentence)
    chosen = min(among, key=lambda item: _ORDER.index(item.form))
    if chosen.form is GroupingForm.CONJOINT:
        # A conjoint group is asked for here, and its lead bound in another sentence.
        return next((item for item in mentions if item.weight is _Weight.LEAD), chosen)
    return chosen


@lru_cache(maxsize=REMEMBERED)
def _form_of(folded: str) -> tuple[GroupingForm, _Weight]:
    if _WORDS["forbidden"].search(folded) and not _WORDS["several"].search(folded):
        return GroupingForm.FORBIDDEN, _Weight.BINDS
    if "solida" not in folded and "conjoint" not in folded:
        return GroupingForm.FREE, _Weight.FREE
    if _WORDS["wish_only"].search(folded) and not _WORDS["binds"].search(
        _WORDS["wish_only"].sub(" ", folded)
    ):
        return GroupingForm.FREE, _Weight.FREE
    if _WORDS["definition"].search(folded) and not _WORDS["binds"].search(
        folded.replace("doit pallier", " ")
    ):
        return GroupingForm.FREE, _Weight.FREE
    binds = (
        _WORDS["binds"].search(_WORDS["wish_only"].sub(" ", _WORDS["free"].sub(" ", folded)))
        is not None
    )
    if _WORDS["lead"].search(folded) and not _WORDS["lead_not"].search(folded):
        conditional = re.search(
            r"\b(?:si|s'il|en cas|dans (?:le|ce) (?:dernier )?cas|lorsque)\b", folded
        )
        weight = _Weight.BINDS if binds and not conditional else _Weight.LEAD
        return GroupingForm.CONJOINT_MANDATAIRE_SOLIDAIRE, weight
    if not _WORDS["partners"].search(folded) and not _WORDS["form_alone"].match(folded):
        return GroupingForm.FREE, _Weight.FREE
    # "Le mandataire du groupement conjoint n'est pas solidaire" still asks for a conjoint group.
    folded = _WORDS["lead_not"].sub(lambda found: found[0].replace("solid", " "), folded)
    either = _WORDS["either"].search(folded) is not None
    if either:
        # What is said beside the choice may end it: "quelle que soit la forme (conjoint ou
        # solidaire), il devra devenir solidaire".
        folded = _WORDS["either"].sub(" ", folded)
    folded = _WORDS["in_case"].sub(" ", folded.replace("non solidaire", " "))
    if binds and _WORDS["solidaire"].search(folded):
        return GroupingForm.SOLIDAIRE, _Weight.BINDS
    if either:
        return GroupingForm.FREE, _Weight.FREE
    if _WORDS["solidaire"].search(folded) and "non solidaire" not in folded:
        return GroupingForm.SOLIDAIRE, _Weight.STATED
    if _WORDS["conjoint"].search(folded):
        return GroupingForm.CONJOINT, _Weight.BINDS if binds else _Weight.STATED
    return GroupingForm.FREE, _Weight.FREE

"""What the buyer's words ask about insertion: a condition, a criterion, the object, or none."""

import re
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from cordee.notices.clauses.figures import (
    Hours,
    announces_list,
    hours_by_lot,
    hours_in,
    total_hours,
)
from cordee.notices.clauses.numbers import mentions, rates_in
from cordee.notices.clauses.reservation import speaks_of_reserving
from cordee.notices.clauses.topics import (
    could_speak,
    is_about_insertion,
    is_conditional,
    is_criterion,
    is_denied,
    is_duty,
    is_figure_of_clause,
    is_weighted,
    object_at,
    opens_criteria,
    strong_object_at,
)
from cordee.notices.notice import ClauseKind, Evidence, LotFigures, SocialClause
from cordee.notices.text import Sentence

FOLLOWING = 4
"""Sentences after the last one on insertion in which a figure may still be the clause's."""


class _Reading:
    """What was found so far, sentence after sentence."""

    def __init__(self) -> None:
        self.execution: list[Sentence] = []
        self.criterion: list[Sentence] = []
        self.denied: list[Sentence] = []
        self.about: list[Evidence] = []
        self.hours: list[Hours] = []
        self.rates: list[tuple[tuple[str, ...], Decimal]] = []
        self._since = FOLLOWING + 1
        self._lots: tuple[str, ...] = ()
        self._listing = False
        self._weighing = False

    def take(self, sentence: Sentence) -> None:
        """Read one more sentence."""
        folded = sentence.folded
        named = _lots_of(sentence)
        if named:
            self._lots = named
        self._since += 1
        # A list of weighted criteria goes on as long as each of its items ends with a weight.
        weighed = self._weighing and is_weighted(folded)
        self._weighing = weighed or opens_criteria(folded)
        if not could_speak(folded):
            self._take_figures(sentence)
            return
        about = is_about_insertion(folded)
        if is_denied(folded, about):
            self.denied.append(sentence)
            if about and named:
                # What some lots do not ask, the next sentence asks of the others.
                self._since = 0
        elif (start := strong_object_at(folded)) is not None:
            self.about.append(sentence.around(start))
        elif is_criterion(sentence, known=weighed):
            self.criterion.append(sentence)
        elif about and (is_duty(folded) or not speaks_of_reserving(sentence)):
            self._since = 0
            if not named:
                self._lots = ()
            self.execution.append(sentence)
            self._take_figures(sentence)
        else:
            self._take_figures(sentence)

    def _take_figures(self, sentence: Sentence) -> None:
        folded = sentence.folded
        if self._since > FOLLOWING or (self._since and not is_figure_of_clause(folded)):
            return
        own = (sentence.lot,) if sentence.lot else ()
        lots = own if mentions(folded) else self._lots
        found = hours_in(folded, lots, listed=self._listing, inside=bool(sentence.lot))
        self._listing = announces_list(folded) or (self._listing and bool(found))
        rates = rates_in(folded)
        self.hours += found
        self.rates += [(lots, rate) for rate in rates]
        if self._since and (found or rates):
            self._since = 0
            self.execution.append(sentence)

    def figures(self) -> Iterator[LotFigures]:
        """Figures of each lot that has its own."""
        hours = hours_by_lot(self.hours)
        rates = {lots[0]: rate for lots, rate in self.rates if len(lots) == 1}
        for lot in dict.fromkeys((*hours, *rates)):
            yield LotFigures(lot, hours.get(lot), rates.get(lot))

    def kind(self) -> ClauseKind:
        """What all sentences make together."""
        if self.about:
            return ClauseKind.OBJECT
        if self.execution and self.criterion:
            return ClauseKind.BOTH
        if self.execution:
            return ClauseKind.EXECUTION
        return ClauseKind.CRITERION if self.criterion else ClauseKind.NONE


def clause_from(
    found: Sequence[Sentence],
    *,
    objects: Sequence[Sentence] = (),
    criteria: Sequence[Sentence] = (),
    lot: str = "",
) -> SocialClause | None:
    """What these sentences ask about insertion, or None when they say nothing.

    `objects` are sentences of titles, where insertion may be the object itself; `criteria` are
    sentences known to be award criteria; `lot` is the lot that is read, if it is only one.
    """
    if not (found or objects or criteria):
        return None
    reading = _Reading()
    for sentence in found:
        reading.take(sentence)
    reading.criterion += [item for item in criteria if is_criterion(item, known=True)]
    reading.about += [
        passage.around(start)
        for passage in objects
        if (start := object_at(passage.folded)) is not None
    ]
    spoken = (*reading.execution, *reading.criterion)
    kept = (*reading.about, *(item.evidence for item in spoken)) or tuple(
        item.evidence for item in reading.denied
    )
    if not kept:
        return None
    lots = dict.fromkeys(lot for item in reading.execution for lot in _lots_of(item))
    return SocialClause(
        kind=reading.kind(),
        evidence=tuple(dict.fromkeys(kept)),
        hours=total_hours(reading.hours),
        rate_percent=max((rate for _, rate in reading.rates), default=None),
        negated=any(_lots_of(item) in ((), (lot,)) for item in reading.denied),
        lots=tuple(lots),
        by_lot=tuple(reading.figures()),
        facilitator=facilitator_in(found) if reading.execution else None,
        conditional=tuple(
            dict.fromkeys(i.evidence for i in reading.execution if is_conditional(i.folded))
        ),
    )


def _lots_of(sentence: Sentence) -> tuple[str, ...]:
    """The lots that a sentence names, else the one it stands in."""
    named = tuple(lot for item in mentions(sentence.folded) for lot in item.lots)
    return named or ((sentence.lot,) if sentence.lot else ())


_KNOWN = re.compile(
    r"\b(?:maisons? de l'emploi(?: et de (?:la formation|l'entreprise|l'insertion))?"
    r"|plans? loca(?:l|ux) pour l'insertion(?: et (?:l'|pour l')emploi)?|plie\b|mdef?\b"
    r"|missions? locales?\b|cap emploi\b|guichet (?:unique|territorial)[^.,;]{0,30}clauses?"
    r"|facilitat(?:eur|rice)s?\b|charge[es]* de mission (?:de la |des )?(?:clauses?|insertion)"
    r"|assistan(?:t|ce) a(?: la)? maitr(?:e|ise) d'ouvrage[^.,;]{0,40}(?:insertion|clauses?"
    r"|sociale)"
    r"|(?:structure|cellule|service|mission|pole) (?:d'(?:appui|accompagnement) )?(?:des |de la "
    r"|aux )?"
    r"clauses? sociales?)"
)
# One capitalised word after each "de": "de l'emploi d'Exempleville Marie Martin" stops in time.
_OF = re.compile(
    r"\s*(?:du bassin |du territoire |du pays |de l[’']agglomération |de la ville )?"
    r"(?:de la |de l[’']|du |des |d[’']|de )"
    r"(?!M\.|Mme|Mr|Madame|Monsieur)[A-ZÉÈÀÎ][\wÀ-ÿ]+(?:-[A-Za-zÀ-ÿ]+)*"
)
_GENERIC = re.compile(
    r"^(?:facilit|charge|assistan|structure|cellule|service|mission (?!loc)|pole|guichet)"
)


def facilitator_in(sentences: Iterable[Sentence]) -> str | None:
    """The organisation that these sentences name as a help, as written; or None.

    A proper organisation wins over the bare word "facilitateur".
    """
    generic: str | None = None
    for sentence in sentences:
        for found in _KNOWN.finditer(sentence.folded):
            words = sentence.words[found.start() : found.end()]
            if _GENERIC.match(found.group()):
                generic = generic or words
                continue
            end = found.end()
            for _ in range(2):
                following = _OF.match(sentence.words, end)
                if following is None:
                    break
                end = following.end()
            return " ".join(sentence.words[found.start() : end].split())
    return generic

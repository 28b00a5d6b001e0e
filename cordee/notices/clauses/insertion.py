"""What the buyer's words ask about insertion."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal

from cordee.notices.clauses.lots import lots_named
from cordee.notices.clauses.reservation import reservation_of
from cordee.notices.notice import ClauseKind, Evidence, SocialClause
from cordee.notices.text import MAX_TEXT, extract, fold, sentences
from cordee.rules.reservation import Reservation

_INSERTION = re.compile(
    r"\b(?:re)?insertion (?:sociale|professionnelle|par l'activite|par l'emploi|des publics"
    r"|et |obligatoire|de personnes|des personnes|de publics)"
    r"|\b(?:clause|action|heure|demarche|dispositif|engagement|obligation|objectif|effort|taux"
    r"|volet|performance|condition|volume|parcours|politique|promotion)s?"
    r"[^.]{0,40}\b(?:d'|de l'|l'|en )insertion\b"
    r"|\bclauses? (?:sociales?|d'insertion|d'emploi|emploi|socio)"
    r"|\bpublics? (?:en difficulte|prioritaire|eloigne)|\beloignee?s? (?:de l'emploi|du marche du)"
    r"|\bdifficultes? (?:sociales|d'insertion|professionnelles|particulieres d'insertion)"
    r"|\bconditions? [^.]{0,40}a caractere social"
    r"|\bpromotion de l'emploi"
)
_NOT_INSERTION = re.compile(
    r"\binsertion (?:paysagere|architecturale|urbaine"
    r"|dans (?:le|son) (?:site|environnement|paysage)|environnementale|de l'annonce|graphique)"
    r"|\bagrements? d'insertion"
)
_NO_CLAUSE = re.compile(
    r"\baucune? (?:des )?(?:clauses?|conditions?|considerations?|action)"
    r"|\b(?:ne|n')[^.]{0,30}\b(?:comporte|contient|prevoit|comprend|inclut|fait|est)[^.]{0,20}\bpas\b"
    r"|\bsans clause|\bpas de clause|\bnon (?:concerne|soumis)|\binsertion ?: ?(?:non|neant|sans)"
)
_CRITERION = re.compile(r"\bcriteres?\b(?! d'eligibilite)")
_OBJECT = re.compile(
    r"\b(?:prestations?|marche|services?|actions?|chantiers?|operations?|mission)"
    r" (?:de services? )?(?:de service )?d'insertion\b|\breinsertion sociale"
    r"|\binsertion (?:sociale et professionnelle|professionnelle)[^.]{0,60}\bcomme objet"
    r"|\bl'objet[^.]{0,20}\binsertion\b|\b(?:pour|a pour) objet la (?:re)?insertion"
)
_HOURS_FIGURE = re.compile(
    r"(?<![\d.,])(\d{1,3}(?:[ .]\d{3})+|\d{1,6})(?:[.,]00?)? ?(?:heures?\b|h\b)"
)
_RATIO = re.compile(
    r"\b(?:par|pour) (?:tranche|an\b|annee|mois|semaine|jour|\d)|\bpour \d|heures? ?/|\bexemple"
)
_RATE = re.compile(r"(?<![\d.,])(\d{1,2}(?:[.,]\d{1,2})?) ?(?:%|pour ?cent|pourcents?)")
_LABOUR = re.compile(r"\bheures|\bmain[- ]d'o?euvre|\btemps (?:de travail|total)|\binsertion")


def read_social_clause(
    passages: Iterable[Evidence],
    *,
    object_passages: Iterable[Evidence] = (),
    criteria: Iterable[Evidence] = (),
) -> SocialClause | None:
    """What the words ask about insertion, or None when they say nothing.

    `object_passages` are title and description, where insertion may be the object itself;
    `criteria` are the award criteria.
    """
    execution: list[Evidence] = []
    denied: list[Evidence] = []
    criterion = [extract(item) for item in criteria if _speaks_of_insertion(fold(item.words))]
    hours: dict[str, int] = {}
    rates: list[Decimal] = []
    for sentence in sentences(passages):
        folded = fold(sentence.words)
        if not _speaks_of_insertion(folded):
            continue
        if _NO_CLAUSE.search(folded):
            denied.append(extract(sentence))
        elif _CRITERION.search(folded) and "clause" not in folded:
            criterion.append(extract(sentence))
        elif reservation_of(folded) in (None, Reservation.NONE):
            execution.append(extract(sentence))
            hours.setdefault(folded, _hours_in(folded))
            rates += _rates_in(folded)
    about = [
        extract(passage, found.start())
        for passage in object_passages
        if (found := _OBJECT.search(fold(passage.words[:MAX_TEXT])))
    ]
    kind = _clause_kind(bool(about), bool(execution), bool(criterion))
    kept = (*about, *execution, *criterion) or tuple(denied)
    if not kept:
        return None
    return SocialClause(
        kind=kind,
        evidence=tuple(dict.fromkeys(kept)),
        hours=sum(hours.values()) or None,
        rate_percent=max(rates, default=None),
        negated=any(not lots_named(sentence.words) for sentence in denied),
    )


def _speaks_of_insertion(folded: str) -> bool:
    return bool(_INSERTION.search(_NOT_INSERTION.sub(" ", folded)))


def _clause_kind(about: bool, execution: bool, criterion: bool) -> ClauseKind:
    if about:
        return ClauseKind.OBJECT
    if execution and criterion:
        return ClauseKind.BOTH
    if execution:
        return ClauseKind.EXECUTION
    return ClauseKind.CRITERION if criterion else ClauseKind.NONE


def _hours_in(folded: str) -> int:
    if _RATIO.search(folded):
        return 0
    return sum(int(re.sub(r"\D", "", figure)) for figure in _HOURS_FIGURE.findall(folded))


def _rates_in(folded: str) -> list[Decimal]:
    if not _LABOUR.search(folded):
        return []
    return [Decimal(figure.replace(",", ".")) for figure in _RATE.findall(folded)]

"""What the buyer's words say of reservation, insertion and groups. Simple, and it says why.

Structured fields are read first, by the readers of each format; this only reads sentences.
Doing it very well is another matter: see `docs/notices.md`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal

from cordee.notices.notice import (
    ClauseKind,
    Evidence,
    GroupingForm,
    GroupingTerms,
    Reserved,
    SocialClause,
)
from cordee.notices.text import MAX_TEXT, extract, fold, sentences
from cordee.rules.reservation import Reservation

# --- reservation -------------------------------------------------------------------------------

_RESERVED = re.compile(
    r"(?<!se )(?<!sous )(?<!s'en )\breserv(?:e|ee|es|ees|er|ation)\b"
    r"|\bl ?\.? ?2113-1[2-6]\b|\br ?\.? ?2113-[78]\b"
)
_SELF = re.compile(
    r"\bse (?:reserve|reservent|reservera)\b|\bsous reserve|\b(?:les|des|de|sans) reserves\b"
)
_NOT_RESERVED = re.compile(
    r"\bnon[ -]reserve|\b(?:n'est|ne sont|n'a|n'ont) pas (?:ete )?reserve|\bpas reserve"
    r"|\baucune? [^.]{0,40}\breserve|\bsans reservation|\breserve ?: ?non\b"
)
_TARGETS: tuple[tuple[Reservation, re.Pattern[str]], ...] = (
    (
        Reservation.PENITENTIAIRE,
        re.compile(r"2113-13-1|\bpenitentiaire|\bdetenu|\bservice de l'emploi penit"),
    ),
    (
        Reservation.HANDICAP,
        re.compile(
            r"2113-12(?!\d)|\bentreprises? adaptee|\besat\b|\baide par le travail"
            r"|\bateliers? proteges?|\bhandicap"
        ),
    ),
    (
        Reservation.INSERTION,
        re.compile(
            r"2113-13(?!-1|\d)|\b(?:structures?|entreprises?|associations?)[^.]{0,30} d'insertion"
            r"|\bl'insertion par l'activite|\bsiae\b|\bdefavorise|\breserve[^.]{0,12} insertion"
            r"|5132-4\b"
        ),
    ),
    (
        Reservation.ESS,
        re.compile(r"2113-1[56]|\beconomie sociale et solidaire|r ?\.? ?2113-8\b"),
    ),
)
_MIXED = re.compile(r"2113-14(?!\d)|r ?\.? ?2113-7(?!\d)")
_CONTRACT = re.compile(
    r"\bmarche|\blots?\b|\baccord-cadre|\bconsultation|\bcontrat|\bprestation|\bexecution"
    r"|\bprocedure|\bconcession|2113-1|\breserve (?:a|aux|insertion)\b"
)
# A duty to keep hours for people in insertion is a clause, not a reservation.
_HOURS = re.compile(r"\bheures?\b|\d ?%? (?:du volume|des heures|du temps)")


def reservation_of(sentence: str) -> Reservation | None:
    """For whom one folded sentence reserves the contract; NONE when it denies it; or None."""
    found = _RESERVED.search(sentence)
    if found is None or not _CONTRACT.search(sentence):
        return None
    if _NOT_RESERVED.search(sentence):
        return Reservation.NONE
    says_so = re.search(r"reserv", _SELF.sub(" ", sentence))
    if not says_so or (_HOURS.search(sentence) and "reserve a" not in sentence):
        return None
    kinds = [kind for kind, pattern in _TARGETS if pattern.search(sentence)]
    if Reservation.HANDICAP in kinds and Reservation.INSERTION in kinds:
        return Reservation.MIXTE
    if kinds:
        return kinds[0]
    return Reservation.MIXTE if _MIXED.search(sentence) else None


def read_reservation(passages: Iterable[Evidence]) -> Reserved | None:
    """For whom the passages reserve the contract, with the sentences that say so; or None."""
    found: list[tuple[Reservation, Evidence]] = []
    for sentence in sentences(passages):
        folded = fold(sentence.words)
        kind = reservation_of(folded) if "reserv" in folded else None
        if kind is not None:
            found.append((kind, extract(sentence, folded.find("reserv"))))
    kinds = {kind for kind, _ in found}
    positive = kinds - {Reservation.NONE}
    if not kinds:
        return None
    if {Reservation.HANDICAP, Reservation.INSERTION} <= positive:
        chosen = Reservation.MIXTE
    else:
        chosen = next((kind for kind, _ in found if kind in positive), Reservation.NONE)
    kept = [words for kind, words in found if (kind is Reservation.NONE) != bool(positive)]
    return Reserved(chosen, tuple(dict.fromkeys(kept)))


def lots_named(text: str) -> tuple[str, ...]:
    """Numbers of the lots that a sentence names ("lots 2 et 8", "lot no 3")."""
    found: list[str] = []
    pattern = r"\blots? (?:n ?[o°º]s? ?)?(\d{1,3}(?: ?(?:,|et|a|-) ?\d{1,3})*)"
    for group in re.findall(pattern, fold(text)):
        numbers = re.findall(r"\d+", group)
        if re.search(r"\d ?(?:a|-) ?\d", group) and len(numbers) == 2:
            first, last = int(numbers[0]), int(numbers[1])
            numbers = [str(number) for number in range(first, min(last, first + 99) + 1)]
        found.extend(number.lstrip("0") or "0" for number in numbers)
    return tuple(dict.fromkeys(found))


# --- social clause -----------------------------------------------------------------------------

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


# --- groups ------------------------------------------------------------------------------------

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

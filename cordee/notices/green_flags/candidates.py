"""Points on who may answer and how: 2, 3, 4, 9, 10 and 13."""

import re
from collections.abc import Sequence
from datetime import date

from cordee.notices.clauses.sentences import patterns
from cordee.notices.green_flags.flag import SHOWN, Flag, Passages, Point
from cordee.notices.green_flags.work import is_for_one_crew
from cordee.notices.notice import ClauseKind, GroupingForm, Notice, Provenance, Source
from cordee.notices.packages import PackageEstimate
from cordee.notices.text import fold
from cordee.rules import openness
from cordee.rules.figures import euros
from cordee.rules.procedure import ContractKind
from cordee.rules.reservation import Reservation
from cordee.rules.social_conditions import needs_social_conditions

_WORDS = patterns(__file__)

_OPEN_TO_US = frozenset({Reservation.INSERTION, Reservation.MIXTE, Reservation.ESS})


def reservation(notice: Notice, packages: Sequence[PackageEstimate], *, on: date) -> Flag:
    """Point 2: reserved for us, in whole or for a lot; else what is asked about insertion, and what
    the law asks where the notice does not."""
    point = Point.RESERVATION
    every = [r for r in (notice.reserved, *(lot.reserved for lot in notice.lots)) if r is not None]
    is_for_some = _is_open_to_all_in_part(notice)
    some = ", pour certains lots" if is_for_some else ""
    ours = [r for r in every if r.reservation in _OPEN_TO_US]
    if ours:
        label = ours[0].reservation.label
        meaning = f"{label}{some} : moins de concurrence, si vous y avez droit."
        return point.favourable(meaning, *ours[0].evidence[:SHOWN])
    reserved = notice.reserved
    is_for_others = reserved is not None and reserved.reservation is not Reservation.NONE
    if reserved is not None and is_for_others and not is_for_some:
        meaning = f"{reserved.reservation.label} : un ACI seul n’y a pas droit. À vérifier."
        return point.unfavourable(meaning, *reserved.evidence[:SHOWN])
    clause = notice.social_clause
    if clause is not None and not clause.negated and clause.kind is not ClauseKind.NONE:
        return point.favourable(_CLAUSES[clause.kind], *clause.evidence[:SHOWN])
    owed = _OWED if owes_social_conditions(notice, packages, on=on) else ""
    if clause is not None and clause.negated:
        meaning = f"Ni lot réservé ni clause : rien ne distingue votre offre.{owed}"
        return point.unfavourable(meaning, *clause.evidence[:SHOWN])
    if reserved is not None and is_for_others:
        meaning = f"{reserved.reservation.label}{some}. Rien n’est dit des autres."
        return point.unstated(meaning)
    return point.unstated(f"L’avis ne parle ni de réservation ni d’insertion.{owed}")


_OWED = (
    " À ce montant, la loi demande des conditions sociales, sauf exception (L2112-2-1) : posez la "
    "question."
)


def owes_social_conditions(
    notice: Notice, packages: Sequence[PackageEstimate], *, on: date
) -> bool | None:
    """Whether a public call must hold social conditions (L2112-2-1); None where that is unknown.

    The amount is that of the whole, where the notice writes it or each of its lots.
    """
    if notice.source is Source.PRIVATE:
        return False
    written = [p.amount_cents for p in packages if p.amount_cents.provenance is Provenance.STATED]
    amount = None if notice.amount is None else notice.amount.cents
    if amount is None and packages and len(written) == len(packages):
        amount = sum(each.value for each in written)
    is_works = (notice.cpv.main or "").startswith("45")
    kind = ContractKind.WORKS if is_works else ContractKind.SERVICES
    return needs_social_conditions(amount, kind, None, on=notice.published_on or on)


def _is_open_to_all_in_part(notice: Notice) -> bool:
    """Whether some lots are reserved and others are not."""
    kept = [notice.reserved_for(lot) for lot in notice.lots]
    is_open = [r is None or r.reservation is Reservation.NONE for r in kept]
    return any(is_open) and not all(is_open)


_CLAUSES = {
    ClauseKind.EXECUTION: "Des heures d’insertion sont dues : on peut vous les confier.",
    ClauseKind.CRITERION: "L’insertion est un critère : vous y avez de quoi dire.",
    ClauseKind.BOTH: "L’insertion est due et notée : c’est votre terrain.",
    ClauseKind.OBJECT: "Le marché achète de l’insertion : c’est votre métier.",
}

# A number without its currency is a year, a weight or an article.
_AMOUNT = (
    r"((?:\d{1,3}(?:[ .]\d{3})+|\d{4,9})(?:[.,]00)?(?= ?(?:euros?|eur\b|€))"
    r"|\d{1,4}(?:[.,]\d{1,3})? ?(?:m€|millions?|k€))"
)


def turnover(
    notice: Notice, passages: Passages, packages: Sequence[PackageEstimate], *, on: date
) -> Flag:
    """Point 3: a least turnover or least references asked; means accepted instead.

    A turnover in proportion to a contract that no crew can hold is out of reach all the same.
    """
    point = Point.TURNOVER
    asked = [
        (cents, sentence)
        for match, sentence in passages.matches(_WORDS["turnover"])
        if (cents := _cents(match[1] or match[2]))
    ]
    value = notice.amount.cents if notice.amount else None
    if asked:
        cents, sentence = min(asked, key=lambda pair: pair[0])
        is_small = any(is_for_one_crew(package) for package in packages)
        if is_small and value and openness.is_turnover_in_reach(cents, value, on=on):
            meaning = f"Chiffre d’affaires demandé, {_shown(cents)}, en rapport avec le marché."
            return point.favourable(meaning, sentence)
        meaning = (
            f"Chiffre d’affaires d’au moins {_shown(cents)} : un petit ACI l’atteint rarement "
            "seul. Celui du groupe compte en entier."
        )
        return point.unfavourable(meaning, sentence)
    if references := passages.find(_WORDS["references"]):
        meaning = "Un nombre de références est exigé : celles du groupe comptent ensemble."
        return point.unfavourable(meaning, *references)
    if easy := passages.find(_WORDS["no_minimum"]) or passages.find(_WORDS["equivalent"]):
        return point.favourable("Pas de minimum, ou d’autres preuves acceptées.", *easy)
    return point.unstated("L’avis ne fixe ni chiffre d’affaires ni nombre de références.")


def _cents(text: str) -> int:
    plain = text.strip()
    unit = 1
    for word, factor in (("million", 1_000_000), ("m€", 1_000_000), ("k€", 1_000)):
        if word in plain:
            unit, plain = factor, plain.split(word)[0].strip()
    if unit == 1:
        return int(re.sub(r"\D", "", re.sub(r"[.,]00$", "", plain))) * 100
    return int(float(plain.replace(",", ".")) * unit) * 100


def _shown(cents: int) -> str:
    return euros(cents).replace(",00", "")


_GROUPS = {
    GroupingForm.FREE: "Réponse à plusieurs acceptée, sans forme imposée.",
    GroupingForm.CONJOINT: "Groupement conjoint : chacun ne répond que de sa part.",
    GroupingForm.CONJOINT_MANDATAIRE_SOLIDAIRE: (
        "Groupement conjoint : seul le mandataire répond de tout. Choisissez-le solide."
    ),
    GroupingForm.SOLIDAIRE: "Groupement solidaire : chacun répond de tout le marché.",
    GroupingForm.FORBIDDEN: "Groupements écartés, que la loi permet : posez la question.",
}


def groups(notice: Notice) -> Flag:
    """Point 4: groups welcomed, and in which form."""
    point, terms = Point.GROUPS, notice.grouping
    if terms is None:
        return point.unstated("L’avis ne dit rien des groupements. La loi les permet.")
    spoken = tuple(e for e in terms.evidence if not _WORDS["not_our_group"].search(fold(e.words)))
    if terms.form is GroupingForm.FREE and not any(
        _WORDS["welcome"].search(fold(e.words)) for e in spoken
    ):
        return point.unstated("L’avis ne dit pas s’il accueille les groupes. La loi les permet.")
    hard = terms.form in (GroupingForm.SOLIDAIRE, GroupingForm.FORBIDDEN)
    make = point.unfavourable if hard else point.favourable
    return make(_GROUPS[terms.form], *(spoken or terms.evidence)[:SHOWN])


def file(passages: Passages) -> Flag:
    """Point 9: forms that can be filled once, or heavy proofs."""
    point = Point.FILE
    if heavy := passages.find(_WORDS["heavy_file"]):
        return point.unfavourable("Bilans ou échantillons à fournir : à préparer tôt.", *heavy)
    if simple := passages.find(_WORDS["simple"]) or passages.find(_WORDS["forms"]):
        return point.favourable("DUME, DC1 et DC2 ou cadre fourni : un dossier connu.", *simple)
    return point.unstated("L’avis ne détaille pas le dossier. Le règlement le fait.")


def visit(passages: Passages) -> Flag:
    """Point 10: a meeting before, or a visit of the site."""
    point = Point.VISIT
    found = passages.find(_WORDS["site"], without=_WORDS["no_visit"])
    if any(_WORDS["must"].search(fold(sentence.words)) for sentence in found):
        meaning = "Une visite permet de chiffrer juste. Elle est obligatoire : notez la date."
        return point.favourable(meaning, *found)
    if found:
        return point.favourable("Une visite permet de chiffrer juste.", *found)
    if met := passages.find(_WORDS["meeting"]):
        return point.favourable("L’acheteur rencontre les candidats avant.", *met)
    return point.unstated("Ni visite ni rencontre annoncée.")


def is_visit_required(flag: Flag) -> bool:
    """Whether the point on visits tells of one that nobody may miss."""
    return any(
        _WORDS["must"].search(folded := fold(e.words)) and _WORDS["site"].search(folded)
        for e in flag.evidence
    )


def facilitator(notice: Notice, passages: Passages) -> Flag:
    """Point 13: somebody helps with the clause."""
    point = Point.FACILITATOR
    clause = notice.social_clause
    named = clause.facilitator if clause else None
    words = passages.find(_WORDS["facilitator"])
    if named and clause:
        words = words or tuple(e for e in clause.evidence if named in e.words)[:SHOWN]
        return point.favourable(f"{named} accompagne la clause : un appel suffit.", *words)
    if words:
        return point.favourable("Un facilitateur accompagne la clause : appelez-le.", *words)
    return point.unstated("Pas de facilitateur nommé. L’acheteur peut dire qui suit la clause.")

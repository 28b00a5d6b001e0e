"""Points on the work itself: lots (1), time (5), season and rhythm (6), materials (12)."""

from collections.abc import Sequence
from datetime import date

from cordee.notices.clauses.sentences import patterns
from cordee.notices.green_flags.flag import Flag, Passages, Point
from cordee.notices.notice import Evidence, Notice, Provenance
from cordee.notices.packages import PackageEstimate
from cordee.notices.sizes.estimated import default_rules
from cordee.notices.sizes.splitting import crews_for
from cordee.rules import openness
from cordee.rules.clock import day_of

_WORDS = patterns(__file__)

_KNOWN = frozenset({Provenance.STATED, Provenance.COMPUTED})


def lots(notice: Notice, packages: Sequence[PackageEstimate]) -> Flag:
    """Point 1: a lot that one small crew can hold, where the size is written or computed."""
    point = Point.LOTS
    count = len(notice.lots)
    known = [p for p in packages if p.need_cfte.provenance in _KNOWN]
    if not known:
        if count > 1:
            why = f"{count} lots, mais leur taille n’est pas dite."
        else:
            why = "La taille du marché n’est pas dite."
        return point.unstated(why)
    small = [p for p in known if is_for_one_crew(p)]
    least = min(known, key=lambda p: p.need_cfte.value)
    shown = f"{least.need_cfte.value / 100:.2f}".replace(".", ",")
    evidence = least.amount_cents.evidence[:1] or _title_of(notice, least)
    if not small:
        return point.unfavourable(
            f"Le plus petit lot demande {shown} ETP : plus qu’une équipe d’une dizaine de "
            "personnes. Il faut répondre à plusieurs.",
            *evidence,
        )
    if count > 1:
        meaning = f"{count} lots. Le plus petit demande {shown} ETP : une équipe le tient."
    else:
        meaning = f"Marché de {shown} ETP : une équipe d’une dizaine de personnes le tient."
    return point.favourable(meaning, *evidence)


def is_for_one_crew(package: PackageEstimate) -> bool:
    """Whether the need is written or computed, and one small crew can hold it."""
    need = package.need_cfte
    return need.provenance in _KNOWN and crews_for(need.value, default_rules()) == 1


def _title_of(notice: Notice, package: PackageEstimate) -> tuple[Evidence, ...]:
    if package.lot_id is None:
        return ()
    return tuple(
        Evidence(f"lot {lot.id}, titre", lot.title)
        for lot in notice.lots
        if lot.id == package.lot_id and lot.title
    )


def time(notice: Notice, *, on: date) -> Flag:
    """Point 5: days to answer, and days between the answer and the start."""
    point = Point.TIME
    closes = day_of(notice.deadline) if notice.deadline else None
    delays: list[tuple[bool, str, Evidence]] = []
    if closes and notice.published_on and closes >= notice.published_on:
        days = (closes - notice.published_on).days
        enough = openness.is_answer_time_enough(days, on=on)
        words = f"publié le {notice.published_on:%d/%m/%Y}, réponse avant le {closes:%d/%m/%Y}"
        delays.append((enough, f"{days} jours pour répondre", Evidence("dates de l’avis", words)))
    durations = [notice.duration, *(lot.duration for lot in notice.lots)]
    start = min((d.start for d in durations if d and d.start), default=None)
    if closes and start and start >= closes:
        days = (start - closes).days
        enough = openness.is_lead_time_enough(days, on=on)
        words = f"réponse avant le {closes:%d/%m/%Y}, début le {start:%d/%m/%Y}"
        meaning = f"{days} jours entre la réponse et le début"
        delays.append((enough, meaning, Evidence("dates de l’avis", words)))
    if not delays:
        return point.unstated("L’avis ne donne pas de dates à comparer.")
    sentence = " ; ".join(meaning for _, meaning, _ in delays)
    evidence = [words for _, _, words in delays]
    if all(enough for enough, _, _ in delays):
        return point.favourable(f"{sentence} : le temps de former une équipe.", *evidence)
    return point.unfavourable(f"{sentence} : c’est court pour former une équipe.", *evidence)


def season(passages: Passages) -> Flag:
    """Point 6: work by day and in season, which leaves time to train."""
    point = Point.SEASON
    if hard := passages.find(_WORDS["hard_hours"], without=_WORDS["not_work"]):
        return point.unfavourable(
            "Nuits, dimanches ou astreintes : l’encadrement doit suivre.", *hard
        )
    if easy := passages.find(_WORDS["easy_hours"], without=_WORDS["not_work"]):
        return point.favourable("Travail de jour : le temps de formation y trouve place.", *easy)
    if by_season := passages.find(_WORDS["season"], without=_WORDS["not_work"]):
        return point.favourable(
            "Le travail suit une saison écrite : l’année se prévoit.", *by_season
        )
    return point.unstated("Ni saison ni horaires dans l’avis.")


def materials(passages: Passages) -> Flag:
    """Point 12: tools and vehicles lent by the buyer, or all to be bought."""
    point = Point.MATERIALS
    if lent := passages.find(_WORDS["by_buyer"]):
        return point.favourable("L’acheteur fournit du matériel : moins à investir.", *lent)
    if bought := passages.find(_WORDS["by_holder"]):
        return point.unfavourable(
            "Le matériel est à fournir : prévoyez l’achat, le prêt ou la location.", *bought
        )
    return point.unstated("L’avis ne dit pas qui fournit le matériel.")

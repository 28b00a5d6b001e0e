"""What happened to one need, in time: announced, published, corrected, cancelled, awarded. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from cordee.base.ui import french
from cordee.notices.notice import Kind, Notice
from cordee.opportunities.understanding import ReadVersion
from cordee.rules.clock import day_of

MAX_WORDS = 300
_TWIN = "Avis publié aussi dans une autre source"


@dataclass(frozen=True, slots=True)
class Event:
    """One notice in the life of a need: what it did, and what it changed, in French."""

    on: date | None
    title: str
    details: tuple[str, ...]
    version_pk: int
    notice: Notice


def history_of(versions: Sequence[ReadVersion]) -> list[Event]:
    """The events of a need, oldest first; `versions` in the order that `Understanding` has."""
    events: list[Event] = []
    shown: Notice | None = None
    for version in versions:
        notice = version.notice
        title = _title(notice, shown, events)
        details = [] if title == _TWIN else _details(notice, shown)
        events.append(Event(notice.published_on, title, tuple(details), version.version_pk, notice))
        if title == _TWIN:
            continue
        if version.is_whole_call or notice.kind is Kind.PRIOR:
            shown = notice
        elif notice.kind is Kind.CHANGE and notice.deadline and shown is not None:
            shown = replace(shown, deadline=notice.deadline)
    return events


def _title(notice: Notice, shown: Notice | None, events: Sequence[Event]) -> str:
    match notice.kind:
        case Kind.PRIOR:
            return "Marché annoncé"
        case Kind.CHANGE:
            return "Avis rectifié"
        case Kind.CANCELLATION:
            return "Marché annulé par l’acheteur"
        case Kind.AWARD:
            return _result(notice)
    if shown is None or shown.kind is Kind.PRIOR:
        return "Avis publié"
    if any(_same(event.notice, notice) for event in events):
        return "Avis publié de nouveau"
    if any(event.notice.kind is Kind.CALL and _near(event.notice, notice) for event in events):
        return _TWIN
    return "Marché relancé"


def _same(one: Notice, other: Notice) -> bool:
    return (one.source, one.id) == (other.source, other.id)


def _near(one: Notice, other: Notice) -> bool:
    return one.source is not other.source and one.deadline == other.deadline


def _result(notice: Notice) -> str:
    won = sum(1 for award in notice.awards if award.winners)
    without = sum(1 for award in notice.awards if award.is_unsuccessful and not award.winners)
    if without and not won:
        return "Marché sans suite"
    if without:
        return f"{french.count(won, 'lot attribué', 'lots attribués')}, {without} sans suite"
    if won > 1:
        return f"{won} lots attribués"
    return "Marché attribué" if won or not notice.awards else "Résultat publié, sans nom"


def _details(notice: Notice, shown: Notice | None) -> list[str]:
    """What this notice changes in what was known."""
    if notice.kind not in (Kind.CALL, Kind.CHANGE) or shown is None:
        return []
    found = []
    if notice.deadline and notice.deadline != shown.deadline:
        found.append(_moved(shown.deadline, notice.deadline))
    if shown.kind is Kind.PRIOR:
        return found
    if notice.title and shown.title and notice.title != shown.title:
        found.append(f"Nouveau titre : « {notice.title[:MAX_WORDS]} »")
    if notice.lots and shown.lots and len(notice.lots) != len(shown.lots):
        found.append(f"{french.count(len(notice.lots), 'lot')} au lieu de {len(shown.lots)}.")
    if notice.amount and shown.amount and notice.amount.cents != shown.amount.cents:
        found.append(f"Montant estimé : {french.euros(notice.amount.cents, rounded=True)}.")
    if notice.kind is Kind.CHANGE and notice.text and notice.text != shown.text:
        found.append(f"Texte modifié : « {notice.text[:MAX_WORDS]} »")
    return found


def _moved(before: datetime | None, after: datetime) -> str:
    when = french.moment(after, day_of(after))
    if before is None:
        return f"Réponse avant le {when}."
    verb = "repoussée" if after > before else "avancée"
    return f"Date limite {verb} au {when}."

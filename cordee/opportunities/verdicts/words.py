"""A verdict in French: its title, its badge, its one-line reason, why me. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from cordee.base.ui import french
from cordee.members.today.contracts import Mark
from cordee.opportunities.models.verdicts import Verdict, VerdictKind
from cordee.rules.reservation import Reservation
from cordee.rules.trades import TRADES

# How each is drawn: kind of state, and icon.
LOOKS = {
    VerdictKind.ALONE: ("sur", "sur"),
    VerdictKind.TEAM: ("duo", "corde"),
    VerdictKind.TOGETHER: ("duo", "corde"),
    VerdictKind.NOT_THEN: ("bloque", "bloque"),
    VerdictKind.UNKNOWN: ("inconnu", "inconnu"),
    VerdictKind.NOT_FOR_YOU: ("pas", "refus"),
}
UNSURE = "\u202f?"


@dataclass(frozen=True, slots=True)
class VerdictLine:
    """What screens and mails say of a verdict.

    `title` heads a page ("Oui, en équipe de trois"), `short` is a badge of three words at most,
    `look` the class after `verdict-` or `etat-`, `reason` one sentence; `marks`: trade, distance,
    size against the crew, reserved; `days_left`: to file the offer, "" where unknown.
    """

    kind: VerdictKind
    title: str
    short: str
    look: str
    icon: str
    reason: str
    marks: tuple[Mark, ...] = ()
    days_left: str = ""
    is_composed: bool = False


def line_of(verdict: Verdict, *, on: date) -> VerdictLine:
    """The words of a verdict whose opportunity is at hand."""
    kind = VerdictKind(verdict.kind)
    look, icon = LOOKS[kind]
    if verdict.answers:
        # A team that waits for answers is drawn as what is to confirm: one level of certainty.
        look = LOOKS[VerdictKind.UNKNOWN][0]
    deadline = verdict.opportunity.deadline
    return VerdictLine(
        kind,
        _title(verdict, kind),
        _short(verdict, kind),
        look,
        icon,
        verdict.reason,
        tuple(_marks(verdict)),
        french.days_left(timezone.localdate(deadline), on) if deadline else "",
        verdict.is_composed,
    )


def together(size: int, reason: str) -> VerdictLine:
    """What a network reads: so many of its members, none of them alone."""
    look, icon = LOOKS[VerdictKind.TOGETHER]
    count = french.in_letters(size)
    title = f"{count.capitalize()} membres, ensemble"
    return VerdictLine(VerdictKind.TOGETHER, title, f"À {count}", look, icon, reason)


def _title(verdict: Verdict, kind: VerdictKind) -> str:
    match kind:
        case VerdictKind.ALONE:
            return "Oui, seule, pour un lot" if verdict.lot else "Oui, seule"
        case VerdictKind.TEAM:
            size = french.in_letters(verdict.size or 2)
            if not verdict.answers:
                return f"Oui, en équipe de {size}"
            arrives = "réponse arrive" if verdict.answers == 1 else "réponses arrivent"
            return f"Oui, à {size}, si {french.in_letters(verdict.answers)} {arrives}"
        case VerdictKind.NOT_THEN:
            return f"Non, pas {_month(verdict)}" if verdict.month else "Non, pas en l’état"
        case VerdictKind.NOT_FOR_YOU:
            return "Pas pour vous"
    return "On ne sait pas encore"


def _short(verdict: Verdict, kind: VerdictKind) -> str:
    match kind:
        case VerdictKind.ALONE:
            return "Seule"
        case VerdictKind.TEAM:
            return f"À {french.in_letters(verdict.size or 2)}{UNSURE * bool(verdict.answers)}"
        case VerdictKind.NOT_THEN:
            return f"Pas {_month(verdict)}" if verdict.month else "Pas en l’état"
        case VerdictKind.NOT_FOR_YOU:
            return "Pas pour vous"
    return "À confirmer"


def _month(verdict: Verdict) -> str:
    return f"en {french.MONTHS[(verdict.month or 0) % 12]}"


def _marks(verdict: Verdict) -> Iterator[Mark]:
    """Trade, distance, size, reserved: in this order always."""
    if verdict.trade:
        words = TRADES[verdict.trade].in_sentence
        supposed = verdict.is_trade_supposed
        yield Mark("inconnu" if supposed else "sur", f"{words}{UNSURE}" if supposed else words)
    elif verdict.kind != VerdictKind.NOT_FOR_YOU:
        yield Mark("inconnu", f"métier{UNSURE}")
    others = verdict.other_trades
    if len(others) == 1:
        yield Mark("non", f"{TRADES[others[0]].in_sentence}\u00a0: pas votre métier")
    elif others:
        yield Mark("non", f"{french.in_letters(len(others))} autres métiers")
    yield _distance(verdict)
    yield _size(verdict)
    reserved = verdict.opportunity.reserved
    if not reserved:
        yield Mark("inconnu", f"réservé{UNSURE}")
    elif reserved != Reservation.NONE.value:
        yield Mark("sur", "réservé")


def _distance(verdict: Verdict) -> Mark:
    """How far; which of several places that is, and whether one is in the structure's commune."""
    if verdict.distance_hm is None:
        return Mark("inconnu", "lieu exact inconnu")
    km, structure = verdict.distance_hm / 10, verdict.structure
    far = french.ON_SPOT if french.is_on_spot(km) else f"à {french.km(km)}"
    places = [p for p in verdict.opportunity.places.all() if not p.is_supposed]
    own = [p for p in places if p.commune_id and p.commune_id == structure.commune_id]
    # The place that was measured: its own distance is the nearest to the one that was kept.
    off = {
        place: abs(found - km)
        for place in places
        if place.latitude is not None
        and place.longitude is not None
        and (found := structure.distance_km(place.latitude, place.longitude)) is not None
    }
    measured, others = min(off, key=off.__getitem__, default=None), len(places) - 1
    if measured in own:
        more = "un autre lieu" if others == 1 else f"{french.in_letters(others)} autres lieux"
        return Mark("sur", f"dans votre commune{f' et {more}' if others else ''}")
    if own:
        return Mark("sur", f"dans votre commune et {far}")
    return Mark("sur", f"{far} ({measured.label})" if measured is not None and others else far)


def _size(verdict: Verdict) -> Mark:
    if verdict.need_cfte is None:
        return Mark("inconnu", "taille inconnue")
    need = french.fte(verdict.need_cfte)
    if verdict.free_cfte is None:
        return Mark("inconnu", f"{need}, vos équipes{UNSURE}")
    if verdict.free_cfte == 0:
        return Mark("non", f"{need}, vos équipes sont prises")
    is_enough = verdict.free_cfte >= verdict.need_cfte
    free = french.fte_number(verdict.free_cfte)
    return Mark("sur" if is_enough else "non", f"{need} sur vos {free} libres")

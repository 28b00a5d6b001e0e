"""What a result teaches: by how much, on what, and what to do next time; and the letter that asks
the buyer why, our draft, to be read over."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Q
from django.utils import timezone

from cordee.accounts.models import User
from cordee.agreement.phases import Phase
from cordee.alliances.access import alliances_for, own_parts_in
from cordee.alliances.frame.mails import addressed, to_sign
from cordee.alliances.models import Alliance, BidResult
from cordee.dossier import phrases
from cordee.rules import crafts, procedure
from cordee.rules.figures import NARROW_SPACE, euros, number

MOST_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Lost:
    """Points lost on one criterion, in hundredths; below 0, gained."""

    label: str
    points: int
    most: int

    @property
    def words(self) -> str:
        """In French."""
        side = "de moins" if self.points > 0 else "de plus"
        return f"{self.label} : {_points(abs(self.points))} {side}, sur {_number(self.most)}"


@dataclass(frozen=True, slots=True)
class Lesson:
    """What one result teaches. `price_gap_cents`: how much dearer we were; below 0, cheaper."""

    alliance: Alliance
    result: BidResult
    price_gap_cents: int | None
    gap_percent: Decimal | None
    lost: Sequence[Lost]
    unknown: Sequence[str]

    @property
    def is_reason_unknown_to_winner(self) -> bool:
        """Nobody who won needs to ask why."""
        return self.result.is_won and self.result.reason == BidResult.Reason.UNKNOWN

    @property
    def price_words(self) -> str:
        """By how much the price differed, in French; empty where the other one is unknown."""
        if self.price_gap_cents is None:
            return ""
        if self.price_gap_cents == 0:
            return "Votre prix était celui de l’offre retenue."
        side = "au-dessus" if self.price_gap_cents > 0 else "au-dessous"
        gap = euros(abs(self.price_gap_cents))
        share = (
            "" if self.gap_percent is None else f" ({number(abs(self.gap_percent))}{NARROW_SPACE}%)"
        )
        return f"Votre prix était {gap}{share} {side} de celui de l’offre retenue."

    @property
    def advice(self) -> Sequence[str]:
        """What to look at first next time, from the letter alone: no guess of ours."""
        found = []
        lost = [each for each in self.lost if each.points > 0]
        if lost:
            whole = sum(each.points for each in lost)
            first = lost[0]
            found.append(
                f"Le plus de points s’est perdu sur « {first.label} » : "
                f"{_points(first.points)} sur {_number(whole)}."
            )
        if (
            self.price_gap_cents is not None
            and self.price_gap_cents <= 0
            and not self.result.is_won
        ):
            found.append("Le prix n’a pas perdu ce marché : travaillez d’abord le mémoire.")
        if self.result.to_change:
            found.append(f"Vous aviez noté : {self.result.to_change}")
        return found


def lesson_of(alliance: Alliance, result: BidResult) -> Lesson:
    """What the letter of one result tells."""
    filing = getattr(alliance, "filing", None)
    gap = percent = None
    if filing is not None and result.winner_price_cents is not None and not result.is_won:
        gap = filing.price_cents - result.winner_price_cents
        if result.winner_price_cents:
            rate = Decimal(gap) * 100 / Decimal(result.winner_price_cents)
            percent = rate.quantize(Decimal("0.1"))
    lost = [
        Lost(note.label, note.winners - note.ours, note.most)
        for note in result.notes.all()
        # Whoever won has no better offer to look at.
        if not result.is_won and note.winners is not None and note.winners != note.ours
    ]
    lost.sort(key=lambda each: -each.points)
    unknown = []
    if not result.is_won:
        if result.winner_price_cents is None:
            unknown.append("le prix de l’offre retenue")
        if not result.notes.all():
            unknown.append("les notes par critère")
        if result.rank is None:
            unknown.append("votre rang")
    return Lesson(alliance, result, gap, percent, lost, unknown)


def lessons_for(person: User, alliance: Alliance) -> list[Lesson]:
    """Earlier results with the same buyer or in the same trades, of alliances the user was inside
    of.

    RULE-38: whoever took no part in a bid learns nothing of it, not even that it was made. Whoever
    was a subcontractor learns nothing of its price.
    """
    opportunity = alliance.opportunity
    trades = {crafts.trade_of(line.trade) for line in alliance.terms.lines}
    same = Q(opportunity__trades__trade__in=trades)
    if opportunity.buyer_id is not None:
        same |= Q(opportunity__buyer=opportunity.buyer_id)
    elif opportunity.buyer_name:
        same |= Q(opportunity__buyer_name=opportunity.buyer_name)
    found = (
        alliances_for(person)
        .joined_by(person)
        .filter(same, result__isnull=False)
        .exclude(pk=alliance.pk)
        .exclude(phase=Phase.ABANDONED)
        .select_related("opportunity", "result", "filing")
        .prefetch_related("result__notes")
        .order_by("-result__announced_on", "pk")
        .distinct()
    )
    earlier = list(found)
    without = own_parts_in(person, earlier) if earlier else {}
    read = [each for each in earlier if each.pk not in without]
    return [lesson_of(each, each.result) for each in read[:MOST_SHOWN]]


def _points(hundredths: int) -> str:
    return f"{_number(hundredths)} point{'s' if hundredths >= 200 else ''}"


def _number(hundredths: int) -> str:
    return number(Decimal(hundredths) / 100)


def draft(alliance: Alliance, lesson: Lesson, lead: str, *, on: date) -> str:
    """What is not known stands between square brackets, never invented."""
    filing = alliance.filing
    filed = timezone.localdate(filing.filed_at)
    days = procedure.reasons_days(on=on)
    asked = [
        "les motifs du rejet de notre offre",
        "le nom de l’attributaire",
        "les caractéristiques et les avantages de l’offre retenue",
        *(each.replace("votre", "notre") for each in lesson.unknown),
    ]
    blocks = [
        addressed(alliance),
        "Objet : demande des motifs du rejet de notre offre "
        "(Code de la commande publique, articles R2181-2 et R2181-4)",
        f"Marché : {alliance.opportunity.title}",
        f"Offre déposée le {phrases.day(filed)}, récépissé {filing.number}",
        "Madame, Monsieur,",
        f"Vous nous avez fait savoir, le {phrases.day(lesson.result.announced_on)}, que notre "
        "offre n’est pas retenue. Pour progresser, nous vous demandons :\n"
        + " ;\n".join(f"- {each}" for each in asked)
        + ".",
        f"Le code donne {days} jours, à partir de la réception de cette demande, pour répondre.",
        f"{lead}\n{to_sign(alliance, alliance.terms)}",
    ]
    text = "\n\n".join(blocks)
    return text.replace(" :", "\u00a0:").replace(" ;", f"{NARROW_SPACE};")

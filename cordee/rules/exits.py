"""People who leave a structure: who counts, and as what (RULE-28)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from cordee.rules import parameters
from cordee.rules.kinds import Kind
from cordee.rules.labelled import Labelled
from cordee.rules.months import lasts_at_least


class ExitCategory(Labelled):
    """What a person does on leaving, in the State's categories."""

    EMPLOI_DURABLE = "EMPLOI_DURABLE", "Emploi durable"
    EMPLOI_TRANSITION = "EMPLOI_TRANSITION", "Emploi de transition"
    SORTIE_POSITIVE = "SORTIE_POSITIVE", "Sortie positive"
    AUTRE_SORTIE = "AUTRE_SORTIE", "Autre sortie"
    RETRAIT = "RETRAIT", "Retrait : sortie non comptée"


_BY_MONTHS = frozenset({Kind.ACI, Kind.EI})
_BY_HOURS = frozenset({Kind.AI, Kind.ETTI})
COUNTED_KINDS = _BY_MONTHS | _BY_HOURS


@dataclass(frozen=True, slots=True)
class Exit:
    """One person's exit; both days are included. No name: only dates, hours and a category."""

    category: ExitCategory
    start: date
    end: date
    hours_worked: Decimal


@dataclass(frozen=True, slots=True)
class ExitRates:
    """Exits kept, by category, and the two rates; None where no exit is kept."""

    kept: int
    durable: int
    dynamic: int
    durable_rate: Decimal | None
    dynamic_rate: Decimal | None


def fixed_term_category(start: date, end: date, *, on: date) -> ExitCategory:
    """Give the category of a fixed-term contract or mission found on leaving.

    Six months from date to date, both days included, is lasting employment.

    Source: administrative rule "6 mois et plus"; RULE-28.
    Not covered: subsidised contracts with an ordinary employer (always transition), renewals.
    """
    months = parameters.amount("exits.durable_months", on=on)
    lasting = lasts_at_least(start, end, months)
    return ExitCategory.EMPLOI_DURABLE if lasting else ExitCategory.EMPLOI_TRANSITION


def counts_as_exit(left: Exit, kind: Kind | str, *, on: date) -> bool:
    """Tell whether an exit enters the rates: not withdrawn, and present long enough.

    ACI and EI: three months from date to date and one hour worked. AI and ETTI: 150 hours.

    Source: requests of the Pilotage de l’inclusion; RULE-28.
    Not covered: EITI, EA, ESAT, GEIQ (an error); months counted by days worked.
    """
    kind = Kind(kind)
    if kind in _BY_MONTHS:
        months = parameters.amount("exits.min_presence_months", on=on)
        hours = parameters.amount("exits.min_hours_on_annex", on=on)
        present = lasts_at_least(left.start, left.end, months) and left.hours_worked >= hours
    elif kind in _BY_HOURS:
        present = left.hours_worked >= parameters.amount("exits.min_hours_supplied", on=on)
    else:
        raise ValueError(f"kind is {kind}: exits are counted for ACI, EI, AI and ETTI only.")
    return present and left.category is not ExitCategory.RETRAIT


def exit_rates(exits: Sequence[Exit], kind: Kind | str, *, on: date) -> ExitRates:
    """Give the rates of dynamic and lasting exits among those that count.

    Source: RULE-28.
    Not covered: the targets, which the convention sets. "Sorties positives" are only one of the
    three dynamic categories: say so where the figure is shown.
    """
    kept = [left for left in exits if counts_as_exit(left, kind, on=on)]
    dynamic_categories = parameters.codes("exits.dynamic_categories", on=on)
    dynamic = sum(left.category in dynamic_categories for left in kept)
    durable = sum(left.category is ExitCategory.EMPLOI_DURABLE for left in kept)
    return ExitRates(
        kept=len(kept),
        durable=durable,
        dynamic=dynamic,
        durable_rate=Decimal(durable) / len(kept) if kept else None,
        dynamic_rate=Decimal(dynamic) / len(kept) if kept else None,
    )

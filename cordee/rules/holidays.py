"""Which days are public holidays in France."""

from datetime import date, timedelta

from cordee.rules import parameters


def is_public_holiday(*, on: date) -> bool:
    """Tell whether a day is one of the eleven public holidays.

    Source: Code du travail L3133-1. Not covered: the two more days of Alsace and Moselle
    (L3134-13), the abolition of slavery overseas (L3422-2).
    """
    after_easter = (on - easter(on.year)).days
    return bool(
        {f"{on:%m-%d}", f"EASTER{after_easter:+d}"} & parameters.codes("holidays.public", on=on)
    )


def easter(year: int) -> date:
    """Easter Sunday, by the anonymous Gregorian method (Meeus)."""
    golden, century, in_century = year % 19, year // 100, year % 100
    corrected = (8 * century + 13) // 25
    epact = (19 * golden + century - century // 4 - corrected + 15) % 30
    weekday = (32 + 2 * (century % 4) + 2 * (in_century // 4) - epact - in_century % 4) % 7
    late = (golden + 11 * epact + 22 * weekday) // 451
    return date(year, 3, 22) + timedelta(days=epact + weekday - 7 * late)

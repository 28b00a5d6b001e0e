"""The financial annex of a convention with the State (RULE-02)."""

from datetime import date

from cordee.rules import parameters


def is_active(state: str, end: date, *, on: date) -> bool:
    """Tell whether a financial annex is in force: a live state, and not ended before the day.

    ``state`` is the code of the State's payment agency, such as VALIDE or HISTORISE.

    Source: extranet IAE 2.0, as in Les emplois de l’inclusion (SiaeFinancialAnnex); RULE-02.
    Not covered: the start of the annex; statistics, which keep closed annexes (CLOTURE) too.
    """
    return state in parameters.codes("convention.active_annex_states", on=on) and end >= on

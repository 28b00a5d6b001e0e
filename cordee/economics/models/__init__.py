"""Accounts of a chantier, and what it is committed to."""

from cordee.economics.models.commitments import Commitment
from cordee.economics.models.statements import YearStatement
from cordee.economics.models.years import AccountingYear

__all__ = ["AccountingYear", "Commitment", "YearStatement"]

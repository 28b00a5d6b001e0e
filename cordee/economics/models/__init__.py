"""Accounts of a chantier, its resources, what it is committed to, and cases it keeps."""

from cordee.economics.models.commitments import Commitment
from cordee.economics.models.resources import OpeningBalance, Resource
from cordee.economics.models.scenarios import Scenario
from cordee.economics.models.statements import YearStatement
from cordee.economics.models.years import AccountingYear

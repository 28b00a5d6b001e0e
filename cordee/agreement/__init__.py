"""What the parties of an alliance agree on: a plain value, edited by pure functions.

No Django here. A row of the base keeps each state of it (`AllianceRevision`); everything that
follows from it — sums, what breaks, what each party signed — is counted again from the value.
"""

from cordee.agreement.model import (
    Cell,
    CommonTerms,
    Labour,
    Line,
    Party,
    PricedBy,
    Reason,
    Side,
    VatRegime,
)
from cordee.agreement.terms import Terms
from cordee.rules.groups import PartyRole

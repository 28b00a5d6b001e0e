"""The ways to work together on one contract, in euros (RULE-15, 19, 21, 22, 40).

`model`: words and values. `parts`: one party in one place. `compare`: the whole team in each way.
`advice`: which one to take.
"""

from cordee.rules.legal_forms.advice import Advice, LeadFacts, advise
from cordee.rules.legal_forms.compare import compare
from cordee.rules.legal_forms.model import (
    Case,
    CaseParty,
    Feasibility,
    NoticeForm,
    Outcome,
    Payer,
    Position,
    Stance,
    Way,
    WayOutcome,
)

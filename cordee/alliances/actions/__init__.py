"""Every write of the room that means something; each file is one subject."""

from cordee.alliances.actions.compositions import (
    SEED,
    FiguresTakenBack,
    cancel_composition,
    give_up,
    keep_proposal,
    open_to_all,
    request_composition,
    request_study,
    request_wish,
    run_composition,
    run_study,
    stop_composition,
    take_up,
    take_up_study,
    withdraw_proposal,
)

__all__ = [
    "SEED",
    "FiguresTakenBack",
    "cancel_composition",
    "give_up",
    "keep_proposal",
    "open_to_all",
    "request_composition",
    "request_study",
    "request_wish",
    "run_composition",
    "run_study",
    "stop_composition",
    "take_up",
    "take_up_study",
    "withdraw_proposal",
]

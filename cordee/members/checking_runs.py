"""Running the check where an address of the register is set; nothing where it is not."""

from datetime import datetime

from django.conf import settings

from cordee.base import schedule
from cordee.base.web.client import Client, Manners
from cordee.members.actions import checking
from cordee.members.registry import Register

# The service allows seven requests a second to everybody: we ask for fewer.
INTERVAL_SECONDS = 0.25
# What one run of the schedule asks at most; the next goes on from there.
MOST_A_RUN = 2_000


def configured_register() -> Register | None:
    if not settings.SIRENE_URL:
        return None
    return Register(settings.SIRENE_URL, Client(manners=Manners(interval=INTERVAL_SECONDS)))


def run(now: datetime) -> int:
    """What the schedule does each day; how many structures were checked. Raises `NotSetUp`."""
    register = configured_register()
    if register is None:
        raise schedule.NotSetUp(
            "CORDEE_SIRENE_URL n’est pas réglée. Le répertoire n’est jamais interrogé."
        )
    return checking.check_registry(register=register, by=None, now=now, most=MOST_A_RUN).checked

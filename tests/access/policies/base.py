"""Pages of the house: they tell nothing of anybody."""

from tests.access.matrix import EVERYBODY, Policy

POLICIES = {
    name: Policy(open_to=EVERYBODY)
    for name in (
        *("home", "components", "help", "sources", "privacy", "accessibility"),
        *("mailbox", "demo:who_is_who"),
    )
}

"""Pages of the house: they tell nothing of anybody."""

from tests.access.matrix import EVERYBODY, Policy

POLICIES = (
    {
        name: Policy(open_to=EVERYBODY)
        for name in (
            *("home", "components", "help", "notes", "sources", "privacy", "legal_notice"),
            "accessibility",
            # For machines: whether Cordée works, whom to tell of a fault of security.
            *("health", "security_txt"),
            # The mails of the demo world are invented, and shown to all.
            *("mailbox", "demo:who_is_who"),
        )
    }
    | {
        "sources_about": Policy(open_to=EVERYBODY, own=lambda _: {"subject": "tva"}),
        "note": Policy(open_to=EVERYBODY, own=lambda _: {"name": "lire-un-avis"}),
    }
    | {
        name: Policy(open_to=EVERYBODY, own=lambda world: {"key": world.demo_mail_key})
        for name in ("mail", "mail_page")
    }
)

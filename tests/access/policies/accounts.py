"""Signing in, and one's own account: none of these addresses names anybody but oneself."""

from tests.access.matrix import EVERYBODY, NOBODY, SIGNED_IN, Policy

POLICIES = {
    name: Policy(open_to=EVERYBODY)
    for name in (
        *("account_login", "account_logout", "account_signup", "account_inactive"),
        *("account_email_verification_sent", "account_reset_password"),
        *("account_reset_password_done", "account_reset_password_from_key_done"),
    )
}
POLICIES |= {
    name: Policy(open_to=SIGNED_IN)
    for name in (
        *("account_email", "account_reauthenticate"),
        *("account_change_password", "account_set_password"),
    )
}
POLICIES |= {name: Policy(open_to=SIGNED_IN) for name in ("my_mails",)} | {
    name: Policy(open_to=SIGNED_IN, method="post") for name in ("choose_mails", "revive_address")
}
# What was written to them; here to a person whom no role of the matrix is.
POLICIES |= {
    name: Policy(
        open_to={"director"},
        own=lambda world: {"pk": world.mail_to(world.person("director")).pk},
        foreign=lambda world: {"pk": world.mail_to(world.foreign_director).pk},
    )
    for name in ("my_mail", "my_mail_page")
}
# The state of the outbox tells of others: only who keeps the house sees it, without their texts.
POLICIES |= {
    "outbox": Policy(open_to={"network_staff"}),
    "this_cordee": Policy(open_to={"network_staff"}),
    "try_mail_again": Policy(
        open_to={"network_staff"}, method="post", data=lambda world: {"courrier": "tous"}
    ),
}
POLICIES |= {
    # The signature is the right; a mail program comes without account.
    "stop_mail": Policy(
        open_to=EVERYBODY,
        own=lambda world: {"signed": world.signed_stop},
        foreign=lambda world: {"signed": world.signed_stop[:-1] + "_"},
    ),
    # A machine with the shared secret, which none is set here.
    "mail_returns": Policy(open_to=NOBODY, method="post", closed_as={403}),
    # Where the demo is served, mails are shown as they are drawn.
    "mail_previews": Policy(open_to=EVERYBODY),
    "mail_preview": Policy(open_to=EVERYBODY, own=lambda world: world.mail_sample),
    "mail_preview_page": Policy(open_to=EVERYBODY, own=lambda world: world.mail_sample),
}
POLICIES |= {
    # The key, sent by mail, is what opens; without it the page says how to get another.
    "account_confirm_email": Policy(
        open_to=EVERYBODY, own=lambda world: {"key": world.confirmation_key}
    ),
    "account_reset_password_from_key": Policy(
        open_to=EVERYBODY, own=lambda world: {"uidb36": "1", "key": "perimee"}
    ),
}

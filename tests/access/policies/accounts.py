"""Signing in, and one's own account: none of these addresses names anybody but oneself."""

from tests.access.matrix import EVERYBODY, SIGNED_IN, Policy

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
POLICIES |= {
    # The key, sent by mail, is what opens; without it the page says how to get another.
    "account_confirm_email": Policy(
        open_to=EVERYBODY, own=lambda world: {"key": world.confirmation_key}
    ),
    "account_reset_password_from_key": Policy(
        open_to=EVERYBODY, own=lambda world: {"uidb36": "1", "key": "perimee"}
    ),
}

from typing import Any
from uuid import uuid4

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

from cordee.accounts import mailing

# allauth's names → our templates. Those with a way in are forgotten once sent.
MAILS = {
    "account/email/email_confirmation": ("accounts/mail/confirm_address", True),
    "account/email/email_confirmation_signup": ("accounts/mail/confirm_address", True),
    "account/email/password_reset_key": ("accounts/mail/new_password", True),
    "account/email/unknown_account": ("accounts/mail/unknown_account", False),
}


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts are opened by invitation, which comes with people and roles."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": "L’adresse ou le mot de passe ne convient pas.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def save_user(self, request: HttpRequest, user: Any, form: Any, commit: bool = True) -> Any:
        user.email = user.email.lower()
        return super().save_user(request, user, form, commit)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """By the outbox, so that a mail server that is down loses nothing and fails no page."""
        known = MAILS.get(template_prefix)
        if known is None:
            super().send_mail(template_prefix, email, context)
            return
        template, is_secret = known
        mailing.write_to_address(
            email,
            kind="account",
            template=template,
            # What allauth gives besides (request, site, user) is not for mails.
            context={
                name: context[name]
                for name in ("activate_url", "password_reset_url")
                if name in context
            }
            | {"email": email},
            key=f"account:{uuid4()}",
            is_secret=is_secret,
        )

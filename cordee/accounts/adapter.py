"""What we tell allauth: who may open an account, its words, its secrets."""

import base64
import hashlib
import tomllib
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit, urlunsplit
from uuid import uuid4

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.http import HttpRequest

from cordee.accounts import mailing
from cordee.base.ui import navigation
from cordee.base.ui.qr import qr_code

NAME = "Cordée"

# allauth's names → our templates. Those with a way in are forgotten once sent.
MAILS = {
    "account/email/email_confirmation": ("accounts/mail/confirm_address", True),
    "account/email/email_confirmation_signup": ("accounts/mail/confirm_address", True),
    "account/email/password_reset_key": ("accounts/mail/new_password", True),
    "account/email/unknown_account": ("accounts/mail/unknown_account", False),
    # Its link would tell nothing that the page of forgotten passwords does not.
    "account/email/account_already_exists": ("accounts/mail/already_account", False),
}
# What was done to an account is told to its person: somebody else may have done it.
CHANGES = tomllib.loads(Path(__file__).with_name("account_changes.toml").read_text("utf-8"))


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Anybody opens an account; what it opens follows from their seats."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "account_inactive": "Ce compte est fermé.",
        "email_password_mismatch": "L’adresse ou le mot de passe ne convient pas.",
        "incorrect_password": "Ce n’est pas votre mot de passe.",
        "incorrect_code": "Ce code ne convient pas. Attendez le suivant, puis recopiez-le.",
        "enter_current_password": "Ce n’est pas votre mot de passe actuel.",
        "too_many_login_attempts": "Trop d’essais manqués. Réessayez dans cinq minutes.",
        "email_taken": "Cette adresse ne peut pas être ajoutée ici.",
        "duplicate_email": "Cette adresse est déjà dans votre compte.",
        "unverified_primary_email": "Confirmez d’abord cette adresse : suivez le lien du courrier.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return True

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        return navigation.first_page(request)

    def save_user(self, request: HttpRequest, user: Any, form: Any, commit: bool = True) -> Any:
        user.email = user.email.lower()
        user.display_name = form.cleaned_data.get("display_name", "")
        return super().save_user(request, user, form, commit)

    def set_password(self, user: Any, password: str) -> None:
        # What the mail says below: what was changed, or only chosen.
        user.had_password = user.has_usable_password()
        super().set_password(user, password)

    def send_notification_mail(
        self, template_prefix: str, user: Any, *args: Any, **kwargs: Any
    ) -> None:
        is_first = not getattr(user, "had_password", True)
        if template_prefix == "account/email/password_reset" and is_first:
            template_prefix = "account/email/password_set"
        super().send_notification_mail(template_prefix, user, *args, **kwargs)

    def get_email_confirmation_url(self, request: HttpRequest, emailconfirmation: Any) -> str:
        """With the page that the account was opened for: the mail may be read elsewhere."""
        url = str(super().get_email_confirmation_url(request, emailconfirmation))
        following = request.POST.get("next", "") if request else ""
        if following and self.is_safe_url(following):
            return f"{url}?{urlencode({'next': following})}"
        return url

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """By the outbox, so that a mail server that is down loses nothing and fails no page."""
        if template_prefix in CHANGES:
            change = CHANGES[template_prefix]
            template, is_secret = "accounts/mail/safety", False
            content = {"title": change["title"], "said": change["said"].format(**context)}
        else:
            template, is_secret = MAILS[template_prefix]
            # What allauth gives besides (request, site, user) is not for mails.
            names = ("activate_url", "password_reset_url")
            # A link that allauth began with the Host of the request, which anybody may invent.
            content = {
                name: settings.SITE_ADDRESS + urlunsplit(("", "", *urlsplit(context[name])[2:]))
                for name in names
                if name in context
            }
        mailing.write_to_address(
            email,
            kind="account",
            template=template,
            context={**content, "email": email},
            key=f"account:{uuid4()}",
            is_secret=is_secret,
        )


class MFAAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Second factors: secrets kept encrypted, a drawing that our policy allows, French words."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": "Ce code ne convient pas. Attendez le suivant, puis recopiez-le.",
        "unverified_email": "Confirmez d’abord votre adresse : suivez le lien du courrier.",
        "add_email_blocked": "Retirez d’abord la double vérification pour ajouter une adresse.",
    }

    def get_totp_issuer(self) -> str:
        return NAME

    def _get_site_name(self) -> str:
        return NAME

    def build_totp_svg(self, url: str) -> str:
        return qr_code(url, label="Code à lire avec l’appareil photo")

    def encrypt(self, text: str) -> str:
        return _vault().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _vault().decrypt(encrypted_text.encode()).decode()

    def generate_authenticator_name(self, user: Any, type: Any) -> str:
        """What the person sees first; the person gives it a better one."""
        count = Authenticator.objects.filter(user_id=user.pk, type=type).count()
        return "Ma clé" if count == 0 else f"Ma clé n° {count + 1}"


def _vault() -> MultiFernet:
    """Written with the secret key, read with the former ones too (SECRET_KEY_FALLBACKS)."""
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    keys = (hashlib.sha256(b"cordee.second-factor" + s.encode()).digest() for s in secrets)
    return MultiFernet([Fernet(base64.urlsafe_b64encode(key)) for key in keys])

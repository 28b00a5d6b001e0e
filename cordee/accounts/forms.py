"""allauth's forms in our words, without placeholders that repeat a label; and our own."""

from typing import Any

from allauth.account import forms as allauth_forms
from allauth.mfa.base import forms as mfa_forms
from allauth.mfa.totp import forms as totp_forms
from allauth.mfa.webauthn import forms as webauthn_forms
from django import forms
from django.contrib.auth.password_validation import validate_password
from django.http import HttpRequest

from cordee.accounts import mailing
from cordee.accounts.models import ApiKey, MailRefusal, User
from cordee.base.ui.fields import RadioField

PASSWORD_HELP = "Douze caractères au moins. Une phrase courte convient."

LABELS = {
    "login": "Adresse électronique",
    "email": "Adresse électronique",
    "password": "Mot de passe",
    "oldpassword": "Mot de passe actuel",
    "password1": "Nouveau mot de passe",
    "password2": "Le nouveau mot de passe, encore une fois",
    "code": "Code",
    "remember": "Rester connecté sur cet appareil",
    "name": "Son nom",
}


class Plain(forms.BaseForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            field.label = LABELS.get(name, field.label)
            if name == "password1":
                # The page says it in one line; allauth would list every rule.
                field.help_text = ""


def _plain(form: type[forms.BaseForm]) -> type[forms.BaseForm]:
    """A form of allauth that has nothing more of ours than its words."""
    return type(form.__name__, (Plain, form), {})


LoginForm = _plain(allauth_forms.LoginForm)
ResetPasswordForm = _plain(allauth_forms.ResetPasswordForm)
ChangePasswordForm = _plain(allauth_forms.ChangePasswordForm)
AddEmailForm = _plain(allauth_forms.AddEmailForm)
ConfirmPasswordForm = _plain(allauth_forms.ReauthenticateForm)
AuthenticateForm = _plain(mfa_forms.AuthenticateForm)
ConfirmCodeForm = _plain(mfa_forms.ReauthenticateForm)
ActivateTotpForm = _plain(totp_forms.ActivateTOTPForm)
RenameKeyForm = _plain(webauthn_forms.EditWebAuthnForm)


def _name_first_password(form: forms.BaseForm) -> None:
    """Nothing is new to whoever has no password yet."""
    form.fields["password1"].label = "Mot de passe"
    form.fields["password2"].label = "Le mot de passe, encore une fois"


class NewPasswordForm(Plain, allauth_forms.ResetPasswordKeyForm):  # type: ignore[misc]
    """By the link of a mail: another password, or the first one of whoever was invited."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Without a user, the link is worth nothing and the page says that alone.
        self.is_first = self.user is not None and not self.user.has_usable_password()
        if self.is_first:
            _name_first_password(self)


class SetPasswordForm(Plain, allauth_forms.SetPasswordForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _name_first_password(self)


class SignupForm(Plain, allauth_forms.SignupForm):  # type: ignore[misc]
    """An address, a name, a password. It says the same whether the address is known or not."""

    display_name = forms.CharField(
        label="Votre nom", max_length=120, help_text="Comme vos collègues vous connaissent."
    )
    field_order = ("email", "display_name", "password1", "password2")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["display_name"].widget.attrs["autocomplete"] = "name"
        _name_first_password(self)
        self.fields["password1"].help_text = PASSWORD_HELP

    def try_save(self, request: HttpRequest) -> Any:
        """As allauth's, with a password hashed in both cases: its time would tell who is known."""
        if self.account_already_exists:
            User().set_password(self.cleaned_data["password1"])
        return super().try_save(request)


class NewPersonForm(forms.Form):
    """Who follows an invitation and has no account: their name and a password."""

    display_name = forms.CharField(
        label="Votre nom",
        max_length=120,
        help_text="Comme vos collègues vous connaissent.",
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    password = forms.CharField(
        label="Choisissez un mot de passe",
        help_text=PASSWORD_HELP,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, address: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.address = address

    def clean(self) -> None:
        data = self.cleaned_data
        if password := data.get("password"):
            person = User(email=self.address, display_name=data.get("display_name", ""))
            try:
                validate_password(password, person)
            except forms.ValidationError as wrong:
                self.add_error("password", wrong)


class AddKeyForm(Plain, webauthn_forms.AddWebAuthnForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields[
            "name"
        ].help_text = "Pour la reconnaître : « mon téléphone », « clé du bureau »."
        self.fields["name"].widget.attrs["maxlength"] = 60
        # A passkey that opens the account alone is what most people want of it.
        self.fields["passwordless"].label = "Me connecter avec elle seule, sans mot de passe"
        self.fields["passwordless"].help_text = ""
        self.fields["passwordless"].initial = True


class Choices(forms.MultipleChoiceField):
    """To choose none is an answer; the label does not say "facultatif" of one's own wishes."""

    def validate(self, value: Any) -> None:
        if value:
            super().validate(value)


class MailChoicesForm(forms.Form):
    """The optional sorts of mail, each ticked where it is wanted."""

    sortes = Choices(label="Je veux recevoir", widget=forms.CheckboxSelectMultiple)

    def __init__(self, person: User, *args: Any, **kwargs: Any) -> None:
        optional = [kind for kind in mailing.kinds() if kind.is_optional]
        refused = set(MailRefusal.objects.filter(person=person).values_list("kind", flat=True))
        kwargs["initial"] = {"sortes": [k.slug for k in optional if k.slug not in refused]}
        super().__init__(*args, **kwargs)
        self.fields["sortes"].choices = [(kind.slug, kind.label) for kind in optional]  # type: ignore[attr-defined]
        self.has_choice = bool(optional)


class ApiKeyForm(forms.Form):
    """A name, what the key opens, and until when: never for ever."""

    DAYS = ((30, "30\u202fjours"), (90, "90\u202fjours"), (365, "un an"))

    name = forms.CharField(
        label="Pour quel logiciel\u202f?",
        help_text="Par exemple «\u00a0Tableau de bord du réseau\u00a0».",
        max_length=60,
    )
    scope = RadioField(
        label="Que peut-il faire\u202f?",
        choices=[
            (ApiKey.Scope.READ, "Lire ce que je peux lire"),
            (ApiKey.Scope.COMPOSE, "Lire, et demander classements et équipes"),
            (ApiKey.Scope.ACT, "Tout cela, et agir dans mes alliances à ma place"),
        ],
        initial=ApiKey.Scope.READ,
    )
    days = forms.TypedChoiceField(
        label="Pendant combien de temps\u202f?",
        choices=DAYS,
        coerce=int,
        initial=90,
        widget=forms.RadioSelect,
    )

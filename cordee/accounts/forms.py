"""allauth's forms in our words: one label, no placeholder that repeats it."""

from typing import Any

from allauth.account import forms as allauth_forms
from django import forms

LABELS = {
    "login": "Adresse électronique",
    "email": "Adresse électronique",
    "password": "Mot de passe",
    "oldpassword": "Mot de passe actuel",
    "password1": "Nouveau mot de passe",
    "password2": "Le nouveau mot de passe, encore une fois",
    "remember": "Rester connecté sur cet appareil",
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


class LoginForm(Plain, allauth_forms.LoginForm):  # type: ignore[misc]
    pass


class ResetPasswordForm(Plain, allauth_forms.ResetPasswordForm):  # type: ignore[misc]
    pass


class NewPasswordForm(Plain, allauth_forms.ResetPasswordKeyForm):  # type: ignore[misc]
    pass


class ChangePasswordForm(Plain, allauth_forms.ChangePasswordForm):  # type: ignore[misc]
    pass


class SetPasswordForm(Plain, allauth_forms.SetPasswordForm):  # type: ignore[misc]
    pass


class AddEmailForm(Plain, allauth_forms.AddEmailForm):  # type: ignore[misc]
    pass


class ConfirmPasswordForm(Plain, allauth_forms.ReauthenticateForm):  # type: ignore[misc]
    pass

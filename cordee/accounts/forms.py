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


class LoginForm(Plain, allauth_forms.LoginForm):
    pass


class ResetPasswordForm(Plain, allauth_forms.ResetPasswordForm):
    pass


class NewPasswordForm(Plain, allauth_forms.ResetPasswordKeyForm):
    pass


class ChangePasswordForm(Plain, allauth_forms.ChangePasswordForm):
    pass


class SetPasswordForm(Plain, allauth_forms.SetPasswordForm):
    pass


class AddEmailForm(Plain, allauth_forms.AddEmailForm):
    pass


class ConfirmPasswordForm(Plain, allauth_forms.ReauthenticateForm):
    pass

"""An account: the few pages of django-allauth we support, under French addresses; its mails, its
journal, and the pages of who keeps the house.

No namespace: allauth asks for its own names. Anything else it offers does not exist here.
"""

from allauth.account import views
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as keys
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path, re_path

from cordee.accounts import account_views, journal_views, mail_views, operator_views

account = [
    path("connexion/", views.login, name="account_login"),
    path("deconnexion/", views.logout, name="account_logout"),
    path("inscription/", views.signup, name="account_signup"),
    path("connexion/code/", mfa.authenticate, name="mfa_authenticate"),
    path("connexion/cle/", login_not_required(keys.login_webauthn), name="mfa_login_webauthn"),
    path("inactif/", views.account_inactive, name="account_inactive"),
    path("confirmer-identite/", views.reauthenticate, name="account_reauthenticate"),
    path("confirmer-identite/code/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path(
        "confirmer-identite/cle/",
        keys.reauthenticate_webauthn,
        name="mfa_reauthenticate_webauthn",
    ),
    path("securite/", mfa.index, name="mfa_index"),
    path(
        "securite/a-mettre-en-place/",
        account_views.second_factor_needed,
        name="account_second_factor",
    ),
    path("securite/application/", totp.activate_totp, name="mfa_activate_totp"),
    path("securite/application/retirer/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("securite/cles/", keys.list_webauthn, name="mfa_list_webauthn"),
    path("securite/cles/ajouter/", keys.add_webauthn, name="mfa_add_webauthn"),
    path("securite/cles/<int:pk>/nom/", account_views.rename_key, name="mfa_edit_webauthn"),
    path("securite/cles/<int:pk>/retirer/", account_views.remove_key, name="mfa_remove_webauthn"),
    path("securite/codes/", codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path(
        "securite/codes/nouveaux/",
        codes.generate_recovery_codes,
        name="mfa_generate_recovery_codes",
    ),
    path(
        "securite/codes/fichier/",
        codes.download_recovery_codes,
        name="mfa_download_recovery_codes",
    ),
    path("appareils/", account_views.sessions, name="account_sessions"),
    path(
        "appareils/fermer-les-autres/",
        account_views.close_other_sessions,
        name="account_close_other_sessions",
    ),
    path("appareils/<int:pk>/fermer/", account_views.close_session, name="account_close_session"),
    path("logiciels/", account_views.key_list, name="api_keys"),
    path("logiciels/nouvelle-cle/", account_views.new_key, name="new_api_key"),
    path("logiciels/<int:pk>/retirer/", account_views.revoke, name="revoke_api_key"),
    path("quitter/", account_views.leaving, name="account_leaving"),
    path("quitter/fermer/", account_views.close, name="account_close"),
    path("quitter/effacer/", account_views.erase, name="account_erase"),
    path("adresses/", views.email, name="account_email"),
    path(
        "adresses/a-confirmer/",
        views.email_verification_sent,
        name="account_email_verification_sent",
    ),
    re_path(
        r"^adresses/confirmer/(?P<key>[-:\w]+)/$", views.confirm_email, name="account_confirm_email"
    ),
    path("mot-de-passe/", views.password_change, name="account_change_password"),
    path("mot-de-passe/choisir/", views.password_set, name="account_set_password"),
    path("mot-de-passe/oublie/", views.password_reset, name="account_reset_password"),
    path(
        "mot-de-passe/oublie/envoye/",
        views.password_reset_done,
        name="account_reset_password_done",
    ),
    re_path(
        r"^mot-de-passe/nouveau/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        views.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "mot-de-passe/nouveau/fait/",
        views.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
]
# Of a person, the way to stop one, and what comes back from mail servers.
mails = [
    path("compte/courriers/", mail_views.my_mails, name="my_mails"),
    path("compte/courriers/choix/", mail_views.choose_mails, name="choose_mails"),
    path("compte/courriers/adresse/", mail_views.revive_address, name="revive_address"),
    path("compte/cette-cordee/", operator_views.this_cordee, name="this_cordee"),
    path("compte/courriers/envois/", operator_views.outbox_state, name="outbox"),
    path("compte/courriers/envois/essayer/", operator_views.retry, name="try_mail_again"),
    path("compte/courriers/<int:pk>/", mail_views.my_mail, name="my_mail"),
    path("compte/courriers/<int:pk>/page/", mail_views.my_mail_page, name="my_mail_page"),
    path("courriers/arreter/<str:signed>/", mail_views.stop_mail, name="stop_mail"),
    path("courriers/retours/", mail_views.mail_returns, name="mail_returns"),
]
journal = [
    path("compte/journal/", journal_views.own_journal, name="own_journal"),
    path("compte/journal/export/", journal_views.own_journal_export, name="own_journal_export"),
    path("journal/<slug:slug>/<str:pk>/", journal_views.journal, name="journal"),
    path(
        "journal/<slug:slug>/<str:pk>/export/", journal_views.journal_export, name="journal_export"
    ),
]
urlpatterns = [path("compte/", include(account)), *mails, *journal]

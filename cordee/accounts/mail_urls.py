"""Mails of a person, the way to stop one, and what comes back from mail servers."""

from django.urls import path

from cordee.accounts import mail_views, operator_views

urlpatterns = [
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

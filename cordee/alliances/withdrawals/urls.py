from django.urls import path

from cordee.alliances.withdrawals import views

urlpatterns = [
    path("<uuid:pk>/retraits/", views.withdrawals, name="withdrawals"),
    path("<uuid:pk>/candidature/", views.application, name="note_application"),
    path("<uuid:pk>/structures/<int:party_pk>/quitter/", views.announce, name="leave"),
    path("<uuid:pk>/retraits/<int:withdrawal_pk>/", views.withdrawal, name="withdrawal"),
    path("<uuid:pk>/retraits/<int:withdrawal_pk>/suite/", views.plan, name="plan_withdrawal"),
    path("<uuid:pk>/retraits/<int:withdrawal_pk>/envoi/", views.send, name="send_withdrawal"),
    path("<uuid:pk>/retraits/<int:withdrawal_pk>/reponse/", views.answer, name="answer_withdrawal"),
    path("<uuid:pk>/retraits/<int:withdrawal_pk>/annuler/", views.cancel, name="cancel_withdrawal"),
    path(
        "<uuid:pk>/retraits/<int:withdrawal_pk>/parts/<int:party_pk>/",
        views.takeover,
        name="take_share_over",
    ),
]

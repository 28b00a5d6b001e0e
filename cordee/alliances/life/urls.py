from django.urls import path

from cordee.alliances.life import (
    again_views,
    bid_views,
    report_views,
    signing_views,
    taking_over_views,
    team_views,
    thread_views,
    withdrawal_views,
)

app_name = "life"
LEAVING = "<uuid:pk>/retraits/<int:withdrawal_pk>"
urlpatterns = [
    path("<uuid:pk>/signataires/", signing_views.signatories, name="signatories"),
    path("<uuid:pk>/signataires/<int:party_pk>/", signing_views.signatory, name="signatory"),
    path("<uuid:pk>/approbations/", signing_views.approvals, name="approvals"),
    path("<uuid:pk>/approbations/preuve/", signing_views.proof, name="proof"),
    path("<uuid:pk>/approbations/convention/", signing_views.paper, name="paper"),
    path("<uuid:pk>/approbations/signature/", signing_views.ask_signature, name="ask_signature"),
    path("<uuid:pk>/approbations/suivi/", signing_views.fetch_signature, name="fetch_signature"),
    path("<uuid:pk>/approbations/<int:party_pk>/", signing_views.approve, name="approve"),
    path(
        "<uuid:pk>/approbations/<int:party_pk>/reprendre/",
        signing_views.take_back,
        name="take_back",
    ),
    path("<uuid:pk>/coordination/", team_views.coordinators, name="coordinators"),
    path("<uuid:pk>/coordination/reprendre/", taking_over_views.take_lead, name="take_lead"),
    path(
        "<uuid:pk>/coordination/<int:coordinator_pk>/retirer/",
        team_views.remove_coordinator,
        name="remove_coordinator",
    ),
    path("<uuid:pk>/messages/", thread_views.thread, name="thread"),
    path("<uuid:pk>/messages/courriers/", thread_views.set_pace, name="set_pace"),
    path(
        "<uuid:pk>/messages/<int:message_pk>/retirer/",
        thread_views.take_back,
        name="take_message_back",
    ),
    path("<uuid:pk>/messages/<int:message_pk>/masquer/", thread_views.moderate, name="moderate"),
    path(
        "<uuid:pk>/messages/<int:message_pk>/signaler/",
        report_views.report,
        name="report_message",
    ),
    path("signalements/", report_views.reports, name="reports"),
    path("signalements/<int:report_pk>/", report_views.decide, name="report"),
    path("<uuid:pk>/fichiers/", team_views.listing, name="files"),
    path("<uuid:pk>/fichiers/<int:file_pk>/", team_views.file, name="file"),
    path("<uuid:pk>/fichiers/<int:file_pk>/retirer/", team_views.remove_file, name="remove_file"),
    path("<uuid:pk>/structures/<int:party_pk>/memoire/", team_views.remember, name="remember"),
    path(
        "<uuid:pk>/structures/<int:party_pk>/retravailler/<int:about_pk>/",
        again_views.say,
        name="again",
    ),
    path("<uuid:pk>/depot/", bid_views.filing, name="filing"),
    path("<uuid:pk>/depot/recepisse/", bid_views.receipt, name="receipt"),
    path("<uuid:pk>/resultat/", bid_views.result, name="result"),
    path("<uuid:pk>/resultat/notification/", bid_views.sign, name="sign"),
    path("<uuid:pk>/resultat/transmission/", bid_views.hand_over, name="hand_over"),
    path("<uuid:pk>/retraits/", withdrawal_views.withdrawals, name="withdrawals"),
    path("<uuid:pk>/structures/<int:party_pk>/quitter/", withdrawal_views.tell, name="leave"),
    path(f"{LEAVING}/", withdrawal_views.withdrawal, name="withdrawal"),
    path(f"{LEAVING}/suite/", withdrawal_views.plan, name="plan"),
    path(f"{LEAVING}/envoi/", withdrawal_views.send, name="send"),
    path(f"{LEAVING}/reponse/", withdrawal_views.answer, name="answer"),
    path(f"{LEAVING}/annuler/", withdrawal_views.cancel, name="cancel"),
    path(f"{LEAVING}/parts/<int:party_pk>/", withdrawal_views.takeover, name="takeover"),
]

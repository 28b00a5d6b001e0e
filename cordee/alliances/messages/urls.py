from django.urls import path

from cordee.alliances.messages import report_views, views

urlpatterns = [
    path("<uuid:pk>/messages/", views.thread, name="messages"),
    path("<uuid:pk>/messages/courriers/", views.set_pace, name="message_pace"),
    path("<uuid:pk>/messages/<int:message_pk>/retirer/", views.take_back, name="take_message_back"),
    path("<uuid:pk>/messages/<int:message_pk>/masquer/", views.moderate, name="moderate_message"),
    path(
        "<uuid:pk>/messages/<int:message_pk>/signaler/", report_views.report, name="report_message"
    ),
    path("signalements/", report_views.reports, name="reports"),
    path("signalements/<int:report_pk>/", report_views.decide, name="report"),
]

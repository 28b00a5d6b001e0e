from django.urls import path

from cordee.mobilisation.conversations import views

app_name = "conversations"
urlpatterns = [
    path("", views.thread_list, name="list"),
    path("avis/<int:opportunity_pk>/", views.panel, name="panel"),
    path("avis/<int:opportunity_pk>/poser/", views.ask, name="ask"),
    path("avis/<int:opportunity_pk>/ecrire/", views.choose, name="choose"),
    path(
        "avis/<int:opportunity_pk>/ecrire/<int:structure_pk>/",
        views.write,
        name="write",
    ),
    path("signalements/", views.reports, name="reports"),
    path("signalements/<int:pk>/", views.decide, name="decide"),
    path("messages/<int:pk>/retirer/", views.take_back, name="take_back"),
    path("messages/<int:pk>/signaler/", views.report, name="report"),
    path("<int:pk>/", views.thread, name="thread"),
    path("<int:pk>/clore/", views.close, name="close"),
    path("<int:pk>/export/csv/", views.export_thread, name="export"),
]

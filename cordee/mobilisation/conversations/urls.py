from django.urls import path

from cordee.mobilisation.conversations import first_views, report_views, views

app_name = "conversations"
urlpatterns = [
    path("", views.thread_list, name="list"),
    path("avis/<int:opportunity_pk>/", views.panel, name="panel"),
    path("avis/<int:opportunity_pk>/poser/", views.ask, name="ask"),
    path("avis/<int:opportunity_pk>/ecrire/", first_views.choose, name="choose"),
    path(
        "avis/<int:opportunity_pk>/ecrire/<int:structure_pk>/",
        first_views.write,
        name="write",
    ),
    path("signalements/", report_views.reports, name="reports"),
    path("signalements/<int:pk>/", report_views.decide, name="decide"),
    path("messages/<int:pk>/modifier/", views.edit, name="edit"),
    path("messages/<int:pk>/retirer/", views.take_back, name="take_back"),
    path("messages/<int:pk>/signaler/", report_views.report, name="report"),
    path("<int:pk>/", views.thread, name="thread"),
    path("<int:pk>/clore/", views.close, name="close"),
    path("<int:pk>/export/<slug:kind>/", views.export_thread, name="export"),
]

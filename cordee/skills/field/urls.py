from django.urls import path

from cordee.skills.field import views

app_name = "field"
urlpatterns = [
    path("", views.field, name="field"),
    path("feuille/", views.sheet, name="sheet"),
    path("etat/", views.state, name="state"),
    path("envoi/", views.send, name="send"),
    path("travail.js", views.worker, name="worker"),
    path("application.webmanifest", views.manifest, name="manifest"),
]

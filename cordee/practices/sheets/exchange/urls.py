from django.urls import path

from cordee.practices.sheets.exchange import views

FILES = "reseaux/<slug:slug>/pratiques/fichiers/"

urlpatterns = [
    path("pratiques/flux/", views.feed, name="feed"),
    path(FILES, views.files, name="files"),
    path(f"{FILES}zip/", views.archive, name="archive"),
    path(f"{FILES}json/", views.as_json, name="as_json"),
]

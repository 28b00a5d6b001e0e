from django.urls import path

from cordee.alliances.files import views

urlpatterns = [
    path("<uuid:pk>/fichiers/", views.listing, name="files"),
    path("<uuid:pk>/fichiers/<int:file_pk>/", views.file, name="file"),
    path("<uuid:pk>/fichiers/<int:file_pk>/retirer/", views.remove_file, name="remove_file"),
]

"""The documents of one alliance."""

from django.urls import path

from cordee.alliances.documents import terms_views, views

app_name = "documents"
urlpatterns = [
    path("<uuid:pk>/documents/", views.listing, name="list"),
    path("<uuid:pk>/documents/tout/", views.everything, name="everything"),
    path("<uuid:pk>/documents/tout/preparation/", views.preparing, name="preparing"),
    path("<uuid:pk>/documents/ouvrir/<int:party_pk>/", views.open_file, name="open_file"),
    path("<uuid:pk>/documents/refermer/<int:party_pk>/", views.shut_file, name="shut_file"),
    path("<uuid:pk>/documents/termes/", terms_views.common, name="common"),
    path("<uuid:pk>/documents/tva/<int:party_pk>/", terms_views.vat, name="vat"),
    path("<uuid:pk>/documents/<slug:key>/", views.read, name="read"),
    path("<uuid:pk>/documents/<slug:key>/telecharger/", views.download, name="download"),
]

from django.urls import path

from cordee.alliances.documents import terms_views, views

urlpatterns = [
    path("<uuid:pk>/documents/", views.listing, name="documents"),
    path("<uuid:pk>/documents/tout/", views.everything, name="all_documents"),
    path("<uuid:pk>/documents/tout/preparation/", views.preparing, name="all_documents_preparing"),
    path("<uuid:pk>/documents/ouvrir/<int:party_pk>/", views.open_file, name="open_answer_file"),
    path("<uuid:pk>/documents/refermer/<int:party_pk>/", views.shut_file, name="shut_answer_file"),
    path("<uuid:pk>/documents/termes/", terms_views.common, name="common_terms"),
    path("<uuid:pk>/documents/tva/<int:party_pk>/", terms_views.vat, name="vat"),
    path("<uuid:pk>/documents/<slug:key>/", views.read, name="document"),
    path("<uuid:pk>/documents/<slug:key>/telecharger/", views.download, name="download_document"),
]

from django.urls import path

from cordee.alliances.workspace import ocds_views

urlpatterns = [
    path("<str:name>.json", ocds_views.extension, name="ocds_extension"),
    path("codelists/<str:name>.csv", ocds_views.codelist, name="ocds_codelist"),
]

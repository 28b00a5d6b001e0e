from django.urls import path

from cordee.alliances.ocds import views

urlpatterns = [path("<uuid:pk>/ocds.json", views.download, name="ocds")]
# The documentation of our extension, under its own root (config/urls.py).
extension_urls = [
    path("<str:name>.json", views.extension, name="ocds_extension"),
    path("codelists/<str:name>.csv", views.codelist, name="ocds_codelist"),
]

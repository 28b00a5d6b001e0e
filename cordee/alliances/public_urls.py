from django.urls import path

from cordee.alliances import views
from cordee.alliances.workspace import ocds_views

urlpatterns = [
    path("", views.home, name="home"),
    path("ocds/<str:name>.json", ocds_views.extension, name="ocds_extension"),
    path("ocds/codelists/<str:name>.csv", ocds_views.codelist, name="ocds_codelist"),
]

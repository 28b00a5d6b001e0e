from django.urls import path

from cordee.base import machine_routes
from cordee.base.ui import notes, views

urlpatterns = [
    path("aide/", views.help_page, name="help"),
    path("aide/achats/", views.note, {"name": notes.LIST}, name="notes"),
    path("aide/achats/<slug:name>/", views.note, name="note"),
    path("d-ou-viennent-les-chiffres/", views.sources, name="sources"),
    path("d-ou-viennent-les-chiffres/<slug:subject>/", views.sources_about, name="sources_about"),
    path("vos-donnees/", views.privacy, name="privacy"),
    path("mentions-legales/", views.legal_notice, name="legal_notice"),
    path("accessibilite/", views.accessibility, name="accessibility"),
    path(machine_routes.HEALTH.lstrip("/"), machine_routes.state, name="health"),
    path(".well-known/security.txt", machine_routes.security_txt, name="security_txt"),
]

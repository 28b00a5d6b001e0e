from django.urls import path

from cordee.base.ui import views

urlpatterns = [
    path("composants/", views.components, name="components"),
    path("aide/", views.help_page, name="help"),
    path("d-ou-viennent-les-chiffres/", views.sources, name="sources"),
    path("vos-donnees/", views.privacy, name="privacy"),
    path("accessibilite/", views.accessibility, name="accessibility"),
]

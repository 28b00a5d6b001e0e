from django.urls import path

from cordee.economics.dossiers import views as dossiers
from cordee.economics.radar import views as radar

app_name = "economics"
urlpatterns = [
    path("<int:pk>/plafond/", radar.ceiling, name="ceiling"),
    path("<int:pk>/plafond/mois/", radar.months, name="months"),
    path("<int:pk>/plafond/dossiers/", dossiers.dossiers, name="dossiers"),
    path("<int:pk>/plafond/dossiers/derogation/", dossiers.derogation, name="derogation"),
    path("<int:pk>/plafond/dossiers/dialogue/", dossiers.dialogue, name="dialogue"),
    path("<int:pk>/reseaux/<slug:slug>/plafond/", radar.as_seen, name="as_seen"),
]

from django.urls import path

from cordee.economics.radar import views as radar

app_name = "economics"
urlpatterns = [
    path("<int:pk>/plafond/", radar.ceiling, name="ceiling"),
    path("<int:pk>/plafond/mois/", radar.months, name="months"),
    path("<int:pk>/reseaux/<slug:slug>/plafond/", radar.as_seen, name="as_seen"),
]

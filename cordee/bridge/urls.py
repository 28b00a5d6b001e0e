from django.urls import path

from cordee.bridge.immersions import views as immersions

app_name = "bridge"
HOME = "annuaire/<int:pk>/passerelles/"

urlpatterns = [
    path(HOME, immersions.immersions, name="immersions"),
]

from django.urls import path

from cordee.economics import views

app_name = "economics"
urlpatterns = [
    path("<int:pk>/plafond/", views.ceiling, name="ceiling"),
    path("<int:pk>/reseaux/<slug:slug>/plafond/", views.as_seen, name="as_seen"),
]

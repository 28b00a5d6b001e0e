from django.urls import path

from cordee.mobilisation import views

app_name = "mobilisation"
urlpatterns = [
    path("<int:opportunity_pk>/candidats/", views.ranking, name="ranking"),
    path("<int:opportunity_pk>/candidats/resume/", views.panel, name="panel"),
]

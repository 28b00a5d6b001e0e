from django.urls import path

from cordee.mobilisation import views

app_name = "mobilisation"
urlpatterns = [
    path("<int:opportunity_pk>/candidats/", views.ranking, name="ranking"),
    path("portee/<uuid:draft_pk>/", views.need_reach, name="need_reach"),
]

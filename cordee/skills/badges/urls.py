from django.urls import path

from cordee.skills.badges import views

app_name = "verifier"
urlpatterns = [
    path("", views.verifier, name="page"),
    path("cle.json", views.key, name="key"),
    path("retirees.json", views.withdrawn, name="withdrawn"),
]

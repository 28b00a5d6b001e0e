from django.urls import path

from demo import views

app_name = "demo"
urlpatterns = [
    path("", views.who_is_who, name="who_is_who"),
    path("entrer/", views.sign_in_as, name="sign_in_as"),
]

from django.urls import path

from cordee.skills import views

app_name = "skills"
urlpatterns = [
    path("<int:pk>/apprendre/", views.home, name="home"),
]

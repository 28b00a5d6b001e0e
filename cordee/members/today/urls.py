from django.urls import path

from cordee.members.today import views

app_name = "today"
urlpatterns = [path("", views.today, name="today")]

from django.urls import path

from cordee.alliances import views

urlpatterns = [path("", views.home, name="home")]

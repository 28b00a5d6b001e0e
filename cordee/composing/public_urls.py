from django.urls import path

from cordee.composing import views

urlpatterns = [path("", views.home, name="home")]

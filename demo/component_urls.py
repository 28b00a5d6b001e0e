"""The catalogue of components has an address of its own: pages of tests and docs name it."""

from django.urls import path

from demo import views

urlpatterns = [path("", views.components, name="components")]

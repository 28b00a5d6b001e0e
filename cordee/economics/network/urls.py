from django.urls import path

from cordee.economics.network import views

app_name = "network_economics"
urlpatterns = [path("<slug:slug>/plafonds/", views.headroom, name="headroom")]

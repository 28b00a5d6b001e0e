from django.urls import path

from cordee.skills.training import network

app_name = "network_learning"
urlpatterns = [path("<slug:slug>/apprentissages/", network.network, name="numbers")]

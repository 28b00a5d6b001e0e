from django.urls import path

from cordee.skills.training import views

app_name = "network_learning"
urlpatterns = [path("<slug:slug>/apprentissages/", views.network, name="numbers")]

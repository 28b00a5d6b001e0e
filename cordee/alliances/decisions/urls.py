from django.urls import path

from cordee.alliances.decisions import views

urlpatterns = [
    path("<uuid:pk>/parts/<int:party_pk>/decider/", views.decide, name="decide"),
]

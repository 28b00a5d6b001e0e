from django.urls import path

from cordee.alliances.coordination import views

urlpatterns = [
    path("<uuid:pk>/coordination/", views.coordinators, name="coordinators"),
    path("<uuid:pk>/coordination/reprendre/", views.take_lead, name="take_lead"),
    path(
        "<uuid:pk>/coordination/<int:coordinator_pk>/retirer/",
        views.remove_coordinator,
        name="remove_coordinator",
    ),
]

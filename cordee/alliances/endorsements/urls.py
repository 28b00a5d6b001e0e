from django.urls import path

from cordee.alliances.endorsements import views

urlpatterns = [
    path("<uuid:pk>/structures/<int:party_pk>/memoire/", views.remember, name="remember"),
    path(
        "<uuid:pk>/structures/<int:party_pk>/retravailler/<int:about_pk>/",
        views.endorse,
        name="endorse",
    ),
]

from django.urls import path

from cordee.alliances.overview import views

urlpatterns = [
    path("<uuid:pk>/", views.detail, name="detail"),
    path("<uuid:pk>/equipe/", views.team, name="team"),
    path("<uuid:pk>/dossier/", views.dossier, name="dossier"),
    path("<uuid:pk>/suite/", views.what_next, name="next"),
    path("<uuid:pk>/etape/", views.move, name="move"),
    path("<uuid:pk>/abandonner/", views.abandon, name="abandon"),
]

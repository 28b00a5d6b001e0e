from django.urls import path

from cordee.alliances.ready_teams import views

app_name = "ready_teams"
urlpatterns = [
    path("", views.listing, name="list"),
    path("nouvelle/", views.create, name="create"),
    path("<int:pk>/", views.detail, name="detail"),
    path("<int:pk>/clore/", views.close, name="close"),
    path("<int:pk>/convention-cadre/", views.framework, name="framework"),
    path("<int:pk>/convention-cadre/deposer/", views.set_framework, name="set_framework"),
    path("<int:pk>/membres/<int:member_pk>/repondre/", views.answer, name="answer"),
    path("<int:pk>/membres/<int:member_pk>/retirer/", views.remove, name="remove"),
    path("<int:pk>/membres/<int:member_pk>/pouvoirs/", views.get_ready, name="get_ready"),
]

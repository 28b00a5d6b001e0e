from django.urls import path

from cordee.mobilisation.feeds import views

app_name = "feeds"
urlpatterns = [
    path("mes-flux/", views.feeds, name="feeds"),
    path("mes-flux/resume/", views.panel, name="panel"),
    path("mes-flux/<int:pk>/changer/", views.change, {"is_renewal": True}, name="renew"),
    path("mes-flux/<int:pk>/fermer/", views.change, {"is_renewal": False}, name="revoke"),
    path("flux/<str:token>/", views.feed, name="feed"),
]

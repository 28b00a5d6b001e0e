from django.urls import path

from cordee.mobilisation.campaigns import board_views, views

app_name = "campaigns"
urlpatterns = [
    path("mobilisation/", board_views.home, name="home"),
    path("mobilisation/nouvelle/", views.start, name="start"),
    path("mobilisation/brouillons/<int:pk>/", views.draft, name="draft"),
    path("mobilisation/brouillons/<int:pk>/apercu/", views.preview, name="preview"),
    path("mobilisation/brouillons/<int:pk>/effacer/", views.drop, name="drop"),
    path("mobilisation/campagnes/<int:pk>/", board_views.campaign, name="campaign"),
    path("mobilisation/campagnes/<int:pk>/appels/", board_views.calls, name="calls"),
    path("mobilisation/campagnes/<int:pk>/reponses.csv", board_views.export, name="export"),
    path("mobilisation/campagnes/<int:pk>/arreter/", board_views.stop, name="stop"),
    path(
        "mobilisation/campagnes/<int:pk>/entendu/<int:recipient_pk>/",
        board_views.spoken_answer,
        name="heard",
    ),
    path(
        "mobilisation/campagnes/<int:pk>/entendu/<int:recipient_pk>/au-telephone/",
        board_views.phone,
        name="phone",
    ),
    path(
        "mobilisation/campagnes/<int:pk>/entendu/<int:recipient_pk>/reprendre/",
        board_views.take_back,
        name="take_back",
    ),
    path("mobilisation/appels/", board_views.calls, name="all_calls"),
    path("mobilisation/sans-suite/", board_views.abandoned, name="abandoned"),
    path("mobilisation/demandes/<int:pk>/", views.ask, name="ask"),
    path("opportunites/<int:opportunity_pk>/relais/", views.panel, name="panel"),
    path("repondre/<str:token>/", views.answer, name="answer"),
]

from django.urls import path

from cordee.mobilisation.proposals import network_views, team_views

app_name = "proposals"
urlpatterns = [
    path("programmes/<slug:slug>/propositions/", team_views.proposals, name="team"),
    path("programmes/<slug:slug>/propositions/resume/", team_views.panel, name="team_panel"),
    path("programmes/<slug:slug>/proposer/", team_views.create, name="create"),
    path("mobilisation/propositions/", network_views.received, name="received"),
    path("mobilisation/propositions/resume/", network_views.panel, name="home_panel"),
    path(
        "mobilisation/propositions/<int:pk>/ne-pas-relayer/", network_views.decline, name="decline"
    ),
    path("mobilisation/propositions/<int:pk>/redecider/", network_views.reopen, name="reopen"),
    path(
        "mobilisation/propositions/reseau/<slug:slug>/", network_views.panel, name="network_panel"
    ),
]

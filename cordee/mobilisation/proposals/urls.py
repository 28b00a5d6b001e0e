from django.urls import path

from cordee.mobilisation.proposals import views

app_name = "proposals"
urlpatterns = [
    path("programmes/<slug:slug>/propositions/", views.proposals, name="team"),
    path("programmes/<slug:slug>/propositions/resume/", views.team_panel, name="team_panel"),
    path("programmes/<slug:slug>/proposer/", views.create, name="create"),
    path("mobilisation/propositions/", views.received, name="received"),
    path("mobilisation/propositions/resume/", views.network_panel, name="home_panel"),
    path("mobilisation/propositions/<int:pk>/ne-pas-relayer/", views.decline, name="decline"),
    path("mobilisation/propositions/<int:pk>/redecider/", views.reopen, name="reopen"),
    path(
        "mobilisation/propositions/reseau/<slug:slug>/", views.network_panel, name="network_panel"
    ),
]

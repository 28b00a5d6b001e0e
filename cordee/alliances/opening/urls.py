from django.urls import path

from cordee.alliances.opening import views

urlpatterns = [
    path("ouvrir/<int:opportunity_pk>/", views.start, name="open"),
    path("depuis-equipe/<int:proposal_pk>/", views.from_proposal, name="open_from_proposal"),
]

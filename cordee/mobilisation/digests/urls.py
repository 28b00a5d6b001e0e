from django.urls import path

from cordee.mobilisation.digests import views

app_name = "digests"
urlpatterns = [
    path("annuaire/<int:pk>/selection/", views.page, name="structure"),
    path("annuaire/<int:pk>/selection/arreter/", views.stop, name="stop_structure"),
    path("annuaire/<int:pk>/selection/resume/", views.panel, name="panel"),
    path("ma-selection/", views.page, name="own"),
    path("ma-selection/maintenant/", views.own_now, name="own_now"),
    path("ma-selection/arreter/", views.stop, name="stop_own"),
    path("mes-selections/resume/", views.mine, name="mine"),
    path("selections/<int:pk>/", views.issue, name="issue"),
]

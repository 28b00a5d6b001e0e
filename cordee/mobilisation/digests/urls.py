from django.urls import path

from cordee.mobilisation.digests import views

app_name = "digests"
urlpatterns = [
    path("annuaire/<int:pk>/selection/", views.page, name="structure"),
    path("annuaire/<int:pk>/selection/arreter/", views.stop, name="stop_structure"),
    path("annuaire/<int:pk>/selection/resume/", views.panel, name="panel"),
    path("mes-selections/resume/", views.mine, name="mine"),
    path("selections/<int:pk>/", views.issue, name="issue"),
]

from django.urls import path

from cordee.members import views

app_name = "members"
urlpatterns = [
    path("", views.directory, name="directory"),
    path("export/", views.export, name="export"),
    path("communes/", views.communes, name="communes"),
    path("<int:pk>/", views.structure, name="structure"),
    path("<int:pk>/partage/", views.share, name="share"),
]

from django.urls import path

from cordee.mobilisation.watch import views

app_name = "watch"
urlpatterns = [
    path("<slug:slug>/echeances/", views.deadlines, name="deadlines"),
    path("<slug:slug>/ensemble/", views.together, name="together"),
    path("<slug:slug>/silences/", views.silences, name="silences"),
    path("<slug:slug>/couverture/", views.coverage, name="coverage"),
]

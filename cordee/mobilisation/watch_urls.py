from django.urls import path

from cordee.mobilisation import watch_views

app_name = "watch"
urlpatterns = [
    path("<slug:slug>/echeances/", watch_views.deadlines, name="deadlines"),
    path("<slug:slug>/silences/", watch_views.silences, name="silences"),
    path("<slug:slug>/couverture/", watch_views.coverage, name="coverage"),
    path("<slug:slug>/couverture/export/", watch_views.coverage_export, name="coverage_export"),
]

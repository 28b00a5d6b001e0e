from django.urls import path

from cordee.practices.sheets.finding import views

urlpatterns = [
    path("pratiques/autres/<slug:slot>/<slug:key>/", views.others, name="others"),
]

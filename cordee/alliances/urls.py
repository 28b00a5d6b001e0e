from django.urls import path

from cordee.alliances import views

app_name = "alliances"
urlpatterns = [path("", views.alliance_list, name="list")]

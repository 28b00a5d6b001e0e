from django.urls import URLPattern

app_name = "alliances"
urlpatterns: list[URLPattern] = []

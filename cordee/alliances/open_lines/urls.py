from django.urls import path

from cordee.alliances.open_lines import views

urlpatterns = [
    path("<uuid:pk>/manque/", views.missing, name="open_lines"),
    path("<uuid:pk>/manque/inviter/", views.call, name="call_in"),
    path("<uuid:pk>/manque/besoin/", views.post_need, name="post_need"),
]

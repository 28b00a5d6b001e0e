from django.urls import path

from cordee.alliances.shares import views

urlpatterns = [
    path("<uuid:pk>/parts/<int:party_pk>/", views.share, name="share"),
    path("<uuid:pk>/parts/<int:party_pk>/accepter/", views.accept, name="accept"),
    path("<uuid:pk>/parts/<int:party_pk>/reprendre/", views.take_back, name="take_back_acceptance"),
]

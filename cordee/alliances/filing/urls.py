from django.urls import path

from cordee.alliances.filing import views

urlpatterns = [
    path("<uuid:pk>/depot/", views.filing, name="filing"),
    path("<uuid:pk>/depot/recepisse/", views.receipt, name="receipt"),
    path("<uuid:pk>/resultat/", views.result, name="result"),
    path("<uuid:pk>/resultat/notification/", views.sign, name="note_signature"),
    path("<uuid:pk>/resultat/transmission/", views.hand_over, name="hand_over"),
]

from django.urls import path

from cordee.practices.reuse import views

ONE = "pratiques/<int:pk>/"
REUSES = f"{ONE}reprises/"

urlpatterns = [
    path(REUSES, views.reuses, name="reuses"),
    path(f"{REUSES}dire/", views.say, name="say_reuse"),
    path(f"{REUSES}<int:key>/", views.say, name="edit_reuse"),
    path(f"{REUSES}<int:key>/retirer/", views.keep, {"is_kept": False}, name="remove_reuse"),
    path(f"{REUSES}<int:key>/remettre/", views.keep, {"is_kept": True}, name="restore_reuse"),
    path(f"{ONE}confirmer/", views.confirm, name="confirm"),
]

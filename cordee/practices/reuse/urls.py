from django.urls import path

from cordee.base.found import kept
from cordee.practices.reuse import views

ONE = "pratiques/<int:pk>/"
RECORD = "pratiques/depuis/<slug:kind>/<slug:key>/"
REUSES = f"{ONE}reprises/"

urlpatterns = [
    path(REUSES, views.reuses, name="reuses"),
    path(f"{REUSES}dire/", views.say, name="say_reuse"),
    path(f"{REUSES}<int:key>/", views.say, name="edit_reuse"),
    *kept(f"{REUSES}<int:key>/", views.keep, "reuse"),
    path(f"{ONE}confirmer/", views.confirm, name="confirm"),
    path(RECORD, views.from_record, name="from_record"),
    path(f"{RECORD}panneau/", views.record_panel, name="record_panel"),
]

from django.urls import path

from cordee.skills.learners import own_views

app_name = "card"
urlpatterns = [
    path("<slug:token>/", own_views.page, name="page"),
    path("<slug:token>/pas-d-accord/<int:key>/", own_views.disagree, name="disagree"),
    path("<slug:token>/attestation/<int:key>/", own_views.badge, name="badge"),
    path("<slug:token>/emporter/", own_views.take_away, name="take_away"),
    path("<slug:token>/sons/<int:key>/", own_views.recording, name="recording"),
]

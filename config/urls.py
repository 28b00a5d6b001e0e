from django.conf import settings
from django.urls import include, path

from config.api import api

urlpatterns = [
    # First what has a beginning of its own: the others are each looked through.
    path("marches/", include("cordee.delivery.urls")),
    path("", include("cordee.composing.public_urls")),
    path("", include("cordee.accounts.urls")),
    path("aujourdhui/", include("cordee.members.today.urls")),
    path("", include("cordee.members.urls")),
    path("annuaire/", include("cordee.economics.urls")),
    path("annuaire/", include("cordee.skills.urls")),
    path("carte/", include("cordee.skills.learners.urls")),
    path("verifier/", include("cordee.skills.badges.urls")),
    path("terrain/", include("cordee.skills.field.urls")),
    path("reseaux/", include("cordee.members.network_urls")),
    path("opportunites/", include("cordee.opportunities.urls")),
    path("opportunites/", include("cordee.mobilisation.urls")),
    path("", include("cordee.mobilisation.proposals.urls")),
    path("reseaux/", include("cordee.mobilisation.mutual.urls")),
    path("programmes/", include("cordee.opportunities.programmes.urls")),
    path("", include("cordee.mobilisation.digests.urls")),
    path("", include("cordee.mobilisation.feeds.urls")),
    path("reseaux/", include("cordee.mobilisation.watch.urls")),
    path("reseaux/", include("cordee.economics.network.urls")),
    path("reseaux/", include("cordee.skills.training.urls")),
    path("", include("cordee.mobilisation.campaigns.urls")),
    path("conversations/", include("cordee.mobilisation.conversations.urls")),
    path("alliances/dossiers/", include("cordee.alliances.answer_files.urls")),
    path("alliances/cordees/", include("cordee.alliances.ready_teams.urls")),
    path("alliances/", include("cordee.alliances.urls")),
    path("alliances/", include("cordee.composing.urls")),
    path("", include("cordee.bridge.urls")),
    path("", include("cordee.practices.urls")),
    path("api/v1/", api.urls),
    path("", include("cordee.base.urls")),
]

if settings.DEMO:
    urlpatterns += [
        path("demonstration/", include("demo.urls")),
        path("composants/", include("demo.component_urls")),
        path("courrier/", include("demo.mails.urls")),
    ]

handler404 = "cordee.base.ui.errors.page_not_found"
handler403 = "cordee.base.ui.errors.permission_denied"
handler400 = "cordee.base.ui.errors.bad_request"
handler500 = "cordee.base.ui.errors.server_error"

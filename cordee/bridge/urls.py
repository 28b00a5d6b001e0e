from django.urls import path

from cordee.base.found import kept
from cordee.bridge.basin import views as basin
from cordee.bridge.exits import views as exits
from cordee.bridge.immersions import views as immersions
from cordee.bridge.jobs import views as jobs

app_name = "bridge"
HOME = "annuaire/<int:pk>/passerelles/"
ONE = f"{HOME}immersions/<int:key>/"
HOSTED = "passerelles/accueils/"
EXITS = f"{HOME}sorties/"
EXIT = f"{EXITS}<int:key>/"

urlpatterns = [
    path(HOME, immersions.immersions, name="immersions"),
    path(EXITS, exits.exits, name="exits"),
    path(f"{EXITS}noter/", exits.edit, name="add_exit"),
    path(f"{EXITS}sorties.csv", exits.as_file, name="exits_file"),
    path(f"{EXITS}sorties.xlsx", exits.as_file, {"is_workbook": True}, name="exits_workbook"),
    path(f"{EXIT}corriger/", exits.edit, name="edit_exit"),
    path(f"{EXIT}suivi/", exits.edit, {"what": "follow_up"}, name="follow_up"),
    *kept(EXIT, exits.keep, "exit"),
    path(f"{HOME}bassin/", basin.around, name="basin"),
    path("reseaux/<slug:slug>/sorties/", exits.network, name="network_exits"),
    path("reseaux/<slug:slug>/bassin/", basin.network, name="network_basin"),
    path(f"{HOME}immersions/noter/", immersions.edit, name="add_immersion"),
    path(ONE, immersions.immersion, name="immersion"),
    path(f"{ONE}corriger/", immersions.edit, name="edit_immersion"),
    path(f"{ONE}renouveler/", immersions.edit, {"renews": True}, name="renew_immersion"),
    path(f"{ONE}fin/", immersions.end, name="end_immersion"),
    *kept(ONE, immersions.keep, "immersion"),
    path(f"{HOME}postes/", jobs.jobs, name="jobs"),
    path(HOSTED, immersions.hosted, name="hosted"),
    path(f"{HOSTED}<int:key>/fin/", immersions.hosted_end, name="hosted_end"),
    path("marches/<int:pk>/passerelles/", immersions.contract, name="contract"),
]

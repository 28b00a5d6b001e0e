from django.urls import path

from cordee.bridge.basin import views as basin
from cordee.bridge.exits import views as exits
from cordee.bridge.immersions import views as immersions

app_name = "bridge"
HOME = "annuaire/<int:pk>/passerelles/"
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
    path(f"{EXIT}retirer/", exits.keep, {"is_kept": False}, name="remove_exit"),
    path(f"{EXIT}remettre/", exits.keep, {"is_kept": True}, name="restore_exit"),
    path(f"{HOME}bassin/", basin.around, name="basin"),
    path("reseaux/<slug:slug>/sorties/", exits.network, name="network_exits"),
    path("reseaux/<slug:slug>/bassin/", basin.network, name="network_basin"),
]

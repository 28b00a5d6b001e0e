from cordee.practices.commissions import urls as commissions
from cordee.practices.positioning import urls as positioning
from cordee.practices.reuse import urls as reuse
from cordee.practices.sheets import urls as sheets

app_name = "practices"

urlpatterns = [
    *sheets.urlpatterns,
    *reuse.urlpatterns,
    *commissions.urlpatterns,
    *positioning.urlpatterns,
]

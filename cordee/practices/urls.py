from cordee.practices.commissions import urls as commissions
from cordee.practices.positioning import urls as positioning
from cordee.practices.reuse import urls as reuse
from cordee.practices.sheets import urls as sheets
from cordee.practices.sheets.exchange import urls as exchange
from cordee.practices.sheets.finding import urls as finding

app_name = "practices"

urlpatterns = [
    *sheets.urlpatterns,
    *exchange.urlpatterns,
    *finding.urlpatterns,
    *reuse.urlpatterns,
    *commissions.urlpatterns,
    *positioning.urlpatterns,
]

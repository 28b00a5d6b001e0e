from cordee.practices.commissions import urls as commissions

app_name = "practices"

urlpatterns = [*commissions.urlpatterns]

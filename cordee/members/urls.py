from django.urls import include, path

from cordee.members import import_views, sheet_urls, views

app_name = "members"
directory = [
    path("", views.directory, name="directory"),
    path("export/", views.export, name="export"),
    path("communes/", views.communes, name="communes"),
    path("imports/", import_views.upload, name="imports"),
    path("imports/<int:pk>/", import_views.report, name="import"),
    path("imports/<int:pk>/accord/", import_views.confirm, name="import_confirm"),
    path("imports/<int:pk>/rapport/", import_views.report_csv, name="import_csv"),
    path("<int:pk>/", views.structure, name="structure"),
    path("<int:pk>/partage/", views.share, name="share"),
    *sheet_urls.urlpatterns,
]
urlpatterns = [path("annuaire/", include(directory))]

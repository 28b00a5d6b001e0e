from django.urls import path

from cordee.practices.sheets import reading_views as reading

ONE = "pratiques/<int:pk>/"
VERSION = f"{ONE}versions/<int:number>/"

urlpatterns = [
    path(ONE, reading.sheet, name="sheet"),
    path(VERSION, reading.version, name="version"),
    path(f"{VERSION}<str:extension>/", reading.version_file, name="version_file"),
]

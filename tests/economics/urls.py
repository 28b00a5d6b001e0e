"""The project's addresses and those of the room, for its tests."""

from django.urls import include, path

from config.urls import handler400, handler403, handler404, handler500
from config.urls import urlpatterns as project

urlpatterns = [path("annuaire/", include("cordee.economics.urls")), *project]
__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]

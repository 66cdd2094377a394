"""The addresses of the bare application: signing in, and one list."""

from django.urls import include, path

from .bare_views import people

urlpatterns = [
    path("accounts/", include("allauth.urls")),
    path("", people, name="home"),
]

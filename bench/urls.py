"""The application's own pages, a form of the form pack to measure, and the floors."""

from django.urls import include, path

from . import forms

urlpatterns = [
    path("bench/form/<int:size>/", forms.form_page),
    path("floor/", include("bench.floor.urls")),
    path("", include("ectprogramme.urls")),
]

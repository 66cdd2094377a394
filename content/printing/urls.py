"""Pages to print and PDFs; each has its row in the access table (tests/test_access.py)."""

from django.urls import path

from . import views

app_name = "printing"
urlpatterns = [
    path("<slug:kind>/<slug:slug>/", views.page, name="page"),
    path("<slug:kind>/<slug:slug>/pdf/", views.pdf, name="pdf"),
]

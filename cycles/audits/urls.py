"""Pages about audits; each has its row in the access table (tests/test_access.py)."""

from django.urls import path

from . import views

app_name = "audits"
urlpatterns = [
    path("", views.home, name="home"),
    path("inductions/<int:pk>/", views.audit_list, name="list"),
    path("<int:pk>/", views.audit, name="audit"),
    path("<int:pk>/rate/<slug:moment>/", views.rate, name="rate"),
    path("<int:pk>/pdf/", views.as_pdf, name="pdf"),
]

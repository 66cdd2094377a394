"""Pages of the learning log; each has its row in the access table (tests/test_access.py)."""

from django.urls import path

from . import views

app_name = "learning"
urlpatterns = [
    path("", views.home, name="home"),
    path("inductions/<int:pk>/", views.learning_log, name="log"),
    path("inductions/<int:pk>/log.csv", views.log_as_csv, name="csv"),
    path("inductions/<int:pk>/log.pdf", views.log_as_pdf, name="pdf"),
    path("inductions/<int:pk>/actions/new/", views.new_action, name="new"),
    path("actions/<int:pk>/", views.action, name="action"),
    path("actions/<int:pk>/steps/<slug:name>/", views.step, name="step"),
]

"""Pages about people; each has its row in the access table (tests/test_access.py)."""

from django.urls import path

from . import views

app_name = "people"
urlpatterns = [
    path("inductions/", views.inductions, name="inductions"),
    path("inductions/<int:pk>/", views.induction, name="induction"),
    path("schools/", views.schools, name="schools"),
    path("schools/<int:pk>/", views.school, name="school"),
]

"""Pages of choosing an elective; each has its row in the access table (tests/test_access.py)."""

from django.urls import path

from . import views

app_name = "electives"
urlpatterns = [
    path("inductions/<int:pk>/", views.elective_list, name="list"),
    path("inductions/<int:pk>/<slug:study>/", views.propose, name="propose"),
    path("<int:pk>/close/<slug:step>/", views.close, name="close"),
    path("<int:pk>/change/", views.change, name="change"),
    path("<int:pk>/<slug:step>/", views.step, name="step"),
]

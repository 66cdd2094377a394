"""Pages of a school's own examples; each has its row in the access table (tests/test_access.py)."""

from django.urls import path

from . import views

app_name = "examples"
urlpatterns = [
    path("schools/<int:pk>/", views.example_list, name="list"),
    path("schools/<int:pk>/<slug:study>/<slug:section>/", views.add, name="add"),
    path("<int:pk>/", views.change, name="change"),
    path("<int:pk>/remove/", views.remove, name="remove"),
    path("<int:pk>/file/", views.file, name="file"),
]

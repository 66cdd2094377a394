"""Pages of the app; each has its row in the access table (tests/test_access.py)."""

from django.urls import path

from . import views

app_name = "cycles"
urlpatterns = [
    path("", views.meeting_list, name="list"),
    path("inductions/<int:pk>/plan/", views.plan, name="plan"),
    path("<int:pk>/", views.meeting, name="meeting"),
    path("<int:pk>/move/", views.move, name="move"),
    path("<int:pk>/cancel/", views.cancel, name="cancel"),
    path("<int:pk>/steps/<slug:name>/", views.step, name="step"),
    path("templates/<int:pk>/", views.preview, name="preview"),
]

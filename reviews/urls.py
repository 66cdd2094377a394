"""Pages of the app; each has its row in the access table (tests/test_access.py)."""

from django.urls import path

from . import views

app_name = "reviews"
urlpatterns = [
    path("reviews/", views.review_list, name="list"),
    path("reviews/<int:pk>/", views.read, name="read"),
    path("reviews/<int:pk>/edit/", views.edit, name="edit"),
    path("reviews/<int:pk>/comment/", views.comment, name="comment"),
    path("reviews/<int:pk>/sign/", views.sign, name="sign"),
    path("reviews/<int:pk>/steps/<slug:name>/", views.step, name="step"),
    path("inductions/<int:pk>/dates/", views.dates, name="dates"),
    path("records/<slug:code>/", views.record, name="record"),
]

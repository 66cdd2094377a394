"""Pages on which a school adapts its meeting templates; each has its row in the access table (tests/test_access.py)."""

from django.urls import path

from . import views

app_name = "adapting"
urlpatterns = [
    path("schools/<int:pk>/", views.template_list, name="list"),
    path("<int:pk>/", views.template, name="template"),
    path("<int:pk>/copy/", views.copy, name="copy"),
    path("<int:pk>/<slug:name>/", views.step, name="step"),
]

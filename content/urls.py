"""Pages of the app; each has its row in the access table (tests/test_access.py)."""

from django.urls import path

from . import views

app_name = "content"
urlpatterns = [
    path("", views.content_list, name="list"),
    path("guidance/", views.guidance, name="guidance"),
    path("search/", views.search, name="search"),
    path("upload/", views.upload, name="upload"),
    path("uploads/<int:pk>/", views.uploaded, name="uploaded"),
    path("packs/<slug:slug>.yaml", views.download, name="download"),
    path("cycles/<slug:slug>/", views.cycle, name="cycle"),
    path("reading/", views.reading, name="reading"),
    path("modules/<slug:slug>/", views.module, name="module"),
    path("sessions/<slug:slug>/", views.session, name="session"),
    path("studies/<slug:slug>/", views.study, name="study"),
    path("studies/<slug:slug>/<slug:section>/", views.section, name="section"),
    path("reflections/<int:pk>/", views.reflection, name="reflection"),
    path("reflections/<int:pk>/<slug:step>/", views.reflection_step, name="reflection_step"),
    path("inductions/<int:pk>/programme/", views.following, name="following"),
]

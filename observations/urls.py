"""Pages of the app; each has its row in the access table (tests/test_access.py)."""

from django.urls import path

from . import views

app_name = "observations"
urlpatterns = [
    path("", views.proforma_list, name="list"),
    path("inductions/<int:pk>/new/", views.set_up, name="set_up"),
    path("<int:pk>/", views.proforma, name="proforma"),
    path("<int:pk>/arrangements/", views.arrange, name="arrange"),
    path("<int:pk>/fill-in/", views.fill_in, name="fill_in"),
    path("<int:pk>/reopen/", views.reopen, name="reopen"),
    path("<int:pk>/discuss/", views.discuss, name="discuss"),
    path("<int:pk>/cancel/", views.cancel, name="cancel"),
    path("<int:pk>/paper/", views.paper, name="paper"),
    path("<int:pk>/paper/upload/", views.upload, name="upload"),
]

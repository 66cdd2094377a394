from django.urls import path

from . import views

urlpatterns = [
    path("list/", views.bare_list),
    path("form/<int:size>/", views.form_by_hand),
    path("save/<int:pk>/", views.one_row_update),
]

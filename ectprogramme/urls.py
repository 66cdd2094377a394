"""Every address of the application."""

from django.urls import include, path
from django.views.generic import TemplateView

from reviews.views import check

from . import views

urlpatterns = [
    path("", views.home, name="home"),
    path("", include("people.urls")),
    path("content/", include("content.urls")),
    path("templates/", include("content.adapting.urls")),
    path("electives/", include("content.electives.urls")),
    path("examples/", include("content.examples.urls")),
    path("print/", include("content.printing.urls")),
    path("cycles/", include("cycles.urls")),
    path("learning/audits/", include("cycles.audits.urls")),
    path("learning/", include("cycles.learning.urls")),
    path("experts/", include("observations.urls")),
    path("", include("reviews.urls")),
    path("check/", check, name="check"),
    path("accessibility/", views.accessibility, name="accessibility"),
    path("demonstration/", views.personas, name="personas"),
    path("form-token/", views.form_token, name="form_token"),
    path("jobs/", views.jobs, name="jobs"),
    path("accounts/", TemplateView.as_view(template_name="account/index.html"), name="account"),
    path("accounts/", include("allauth.urls")),
]
handler400 = "ectprogramme.views.bad_request"
handler403 = "ectprogramme.views.forbidden"
handler404 = "ectprogramme.views.not_found"
handler500 = "ectprogramme.views.server_error"

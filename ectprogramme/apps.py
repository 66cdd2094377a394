from django.apps import AppConfig
from django.core.checks import Tags, register

from . import checks


class ProjectConfig(AppConfig):
    name = "ectprogramme"

    def ready(self):
        register(checks.no_demonstration_people_among_real_ones, Tags.database)
        register(checks.var_is_for_its_owner_only, Tags.security)

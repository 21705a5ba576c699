from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "emberwatch.cases"

from django.apps import AppConfig


class CarepointConfig(AppConfig):
    name = "emberwatch.carepoint"

from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    name = "semarang_resilience.exchange"
    label = "exchange"

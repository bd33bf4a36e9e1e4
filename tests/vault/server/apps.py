from django.apps import AppConfig


class ServerConfig(AppConfig):
    name = "tests.vault.server"
    label = "vault_server"
    default_auto_field = "django.db.models.BigAutoField"

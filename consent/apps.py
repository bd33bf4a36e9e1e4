from django.apps import AppConfig


class ConsentConfig(AppConfig):
    name = "consent"

    def ready(self) -> None:
        """The keys of persons take part in a rotation of the vault's keys."""
        from portal.vault import ports

        from .services.keys import rewrap_person_keys

        ports.on_rotate(rewrap_person_keys)

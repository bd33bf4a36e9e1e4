from django.apps import AppConfig


class ConsentConfig(AppConfig):
    name = "consent"

    def ready(self) -> None:
        """Persons' keys take part in a rotation of the vault's keys; a person's first passkey uses up a letter."""
        from portal.accounts import demo as demo_accounts
        from portal.accounts import ports as accounts
        from portal.vault import ports as vault

        from . import ports
        from .demo import door_of
        from .services.keys import rewrap_person_keys
        from .services.letters import use_access_letter
        from .services.papers import erase_papers

        vault.on_rotate(rewrap_person_keys)
        accounts.on_enrolled(use_access_letter)
        demo_accounts.on_person_listed(door_of)
        ports.on_erased(erase_papers)

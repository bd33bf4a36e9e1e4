from typing import Any

from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in


def _a_password_is_no_sign_in(sender: Any, **kwargs: Any) -> None:
    """Stands where Django's receiver would: :func:`portal.accounts.sessions.note_second_factor` notes a sign-in."""


class AccountsConfig(AppConfig):
    name = "portal.accounts"
    label = "accounts"

    def ready(self) -> None:
        from . import checks  # noqa: F401  registers the system checks

        # Of two receivers under one name the first stays: so Django's own is not added when its app is ready later.
        user_logged_in.disconnect(dispatch_uid="update_last_login")
        user_logged_in.connect(_a_password_is_no_sign_in, dispatch_uid="update_last_login")

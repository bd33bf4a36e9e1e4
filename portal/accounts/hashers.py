"""Password hashing for a demo."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class DemoPasswordHasher(Argon2PasswordHasher):
    """Argon2 at little cost. Anybody can derive a demo's passwords, and sixty of them are made at its first start."""

    time_cost = 1
    memory_cost = 1024
    parallelism = 1

"""Django's own admin: off unless the setting ``DJANGO_ADMIN`` is true, read only, and of the region's map alone."""

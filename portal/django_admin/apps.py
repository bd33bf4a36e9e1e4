from django.apps import AppConfig


class DjangoAdminConfig(AppConfig):
    name = "portal.django_admin"
    label = "django_admin"

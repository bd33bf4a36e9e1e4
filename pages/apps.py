from django.apps import AppConfig


class PagesConfig(AppConfig):
    name = "pages"

    def ready(self) -> None:
        from pages import signals, writing_panels

        signals.connect()
        writing_panels.install()

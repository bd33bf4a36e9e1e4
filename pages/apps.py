from django.apps import AppConfig


class PagesConfig(AppConfig):
    name = "pages"

    def ready(self) -> None:
        from pages import narrowing, signals, writing_panels

        signals.connect()
        narrowing.install()
        writing_panels.install()

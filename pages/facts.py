"""Facts are those of the Dutch page: when they change there, they change in every language."""

from django.conf import settings

from pages.models import BasePage


def synchronise(page: BasePage) -> int:
    """Give the other languages the facts of the Dutch page, as it is live; a translation takes them on.

    Args:
        page: published just now, in any language.

    Returns:
        How many pages were looked at; none for a kind without facts.
    """
    kind = type(page)
    if not kind.content_facts:
        return 0
    family = kind.objects.filter(translation_key=page.translation_key)
    source = family.filter(locale__language_code=settings.LANGUAGE_CODE, live=True).first()
    if source is None:
        return 0
    names = [name for name in kind.content_facts if not kind._meta.get_field(name).many_to_many]
    return family.exclude(pk=source.pk).update(**{name: getattr(source, name) for name in names})

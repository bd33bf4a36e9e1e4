"""The ids of blocks. Wagtail gives them at random when it first stores a block; a page from a file has stable ones."""

from typing import Any
from uuid import UUID, uuid5

from wagtail.fields import StreamField

NAMESPACE = UUID("6f1c2b0a-0d3e-5d8f-9a51-5f3c3c1f6b77")


def with_ids(field: StreamField, value: Any) -> list[dict[str, Any]]:
    """What a stream stores, with every block and list item in the form that has an id.

    wagtail-localize sees no text in a list whose items have none.
    """
    for child in value:
        child.value  # noqa: B018  # a block that nobody looked at is stored as it came
    raw: list[dict[str, Any]] = field.stream_block.get_prep_value(value)
    return raw


def with_stable_ids(field: StreamField, value: Any) -> list[dict[str, Any]]:
    """The same, with ids that follow from the place of a block: the same at each loading, and in each language.

    Translators' work hangs on these ids.
    """
    raw: list[dict[str, Any]] = _numbered(with_ids(field, value), field.name)
    return raw


def _numbered(value: Any, place: str) -> Any:
    if isinstance(value, list):
        return [_numbered(item, f"{place}.{index}") for index, item in enumerate(value)]
    if isinstance(value, dict):
        numbered = {key: _numbered(item, f"{place}.{key}") for key, item in value.items()}
        is_block = {"type", "value", "id"} <= value.keys()
        return numbered | {"id": str(uuid5(NAMESPACE, place))} if is_block else numbered
    return value

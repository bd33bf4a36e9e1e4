"""Public ids that follow from a seed."""

import uuid
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db.models import Model
from django.db.models.signals import pre_init

NAMESPACE = uuid.UUID("6f0c5f3a-0d0a-5d3c-9a44-2b7d3c1f9e10")


def demo_id(seed: int, *parts: object) -> uuid.UUID:
    """The id that the thing named by ``parts`` has in the demo made with ``seed``."""
    return uuid.uuid5(NAMESPACE, "/".join(str(part) for part in (seed, *parts)))


@contextmanager
def derived_ids(seed: int, scope: str, *models: type[Model]) -> Iterator[None]:
    """Give every new row of ``models`` made in this block a public id that follows from seed, scope and order.

    The services make their own rows, with random ids, and take none from outside; the ids of the demo are set where
    Django announces that a row is being made. The first row of a model gets
    ``demo_id(seed, scope, <label of the model>, 0)``. Rows read from the database are left alone, because Django fills
    those by position.
    """
    made: Counter[str] = Counter()

    def name(sender: type[Model], args: tuple[Any, ...], kwargs: dict[str, Any], **_: Any) -> None:
        if not args and "public_id" not in kwargs:
            label = sender._meta.label_lower
            kwargs["public_id"] = demo_id(seed, scope, label, made[label])
            made[label] += 1

    for model in models:
        pre_init.connect(name, sender=model, weak=False)
    try:
        yield
    finally:
        for model in models:
            pre_init.disconnect(name, sender=model)

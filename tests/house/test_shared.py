"""What the tests of a module share: made once, seen by those that ask for it, and undone whatever a test does to it."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import connection

from tests.shared import in_order, shared

pytestmark = pytest.mark.django_db
MADE: list[str] = []


@shared
def group() -> Group:
    MADE.append("group")
    return Group.objects.create(name="one")


@shared
def pair(group: Group) -> dict[str, Group]:
    MADE.append("pair")
    return {"one": group, "other": Group.objects.create(name="other")}


def names() -> set[str]:
    return set(Group.objects.filter(name__in=["one", "other", "changed"]).values_list("name", flat=True))


@pytest.mark.parametrize("time", range(2))
def test_who_asks_for_nothing_sees_nothing(time: int) -> None:
    assert names() == set()


@pytest.mark.parametrize("time", range(2))
def test_what_a_test_changes_is_undone(group: Group, time: int) -> None:
    assert (group.name, names()) == ("one", {"one"})
    group.name = "changed"
    group.save()
    Group.objects.create(name="other")


@pytest.mark.parametrize("time", range(2))
def test_one_builds_upon_the_other(pair: dict[str, Group], group: Group, time: int) -> None:
    assert (pair["one"], pair["other"].name, names()) == (group, "other", {"one", "other"})
    assert pair["one"] is not group
    assert MADE == ["group", "pair"]
    pair["other"].delete()
    assert connection.in_atomic_block


def item(module: str, *fixtures: str, **django_db: Any) -> Any:
    marker = SimpleNamespace(kwargs=django_db) if django_db else None
    return SimpleNamespace(
        module=module, name="/".join(fixtures), fixturenames=fixtures, get_closest_marker=lambda name: marker
    )


def test_tests_go_by_what_they_share() -> None:
    items = [item("a", "shared_x", "shared_y"), item("a", "db"), item("a", "shared_x"), item("b", "shared_z")]
    in_order(items)
    assert [(each.module, each.name) for each in items] == [
        ("a", "db"),
        ("a", "shared_x"),
        ("a", "shared_x/shared_y"),
        ("b", "shared_z"),
    ]


@pytest.mark.parametrize(
    "items",
    [
        [item("a", "shared_x"), item("a", "shared_y")],
        [item("a", "shared_x"), item("a", "shared_y", "shared_z")],
        [item("a", "shared_x", transaction=True)],
    ],
)
def test_what_cannot_be_there_together_is_refused(items: list[Any]) -> None:
    with pytest.raises(pytest.UsageError):
        in_order(items)

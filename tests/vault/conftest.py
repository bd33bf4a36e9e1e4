"""Containers and stored files, with nobody listening to the vault."""

from collections.abc import Callable

import pytest

from portal.vault import ports, services
from portal.vault.models import Container, StoredFile

Store = Callable[..., StoredFile]


@pytest.fixture(autouse=True)
def nobody_listens(monkeypatch: pytest.MonkeyPatch) -> None:
    """What other apps hang onto the vault is theirs to test."""
    for name in ["scanned_listeners", "swept_listeners", "rewrappers", "rotated_listeners"]:
        monkeypatch.setattr(ports, name, [])


@pytest.fixture
def container(db: None) -> Container:
    return services.create_container()


@pytest.fixture
def store(container: Container) -> Store:
    """``store(content, filename="brief.pdf", container=…)``: a stored file."""

    def put(content: bytes, filename: str = "brief.pdf", *, into: Container | None = None) -> StoredFile:
        with services.receive(container=into or container, filename=filename) as receiver:
            for start in range(0, len(content), 100_000):
                receiver.write(content[start : start + 100_000])
            return receiver.finish()

    return put

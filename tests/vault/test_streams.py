"""What goes in comes out, byte for byte, or not at all."""

import hashlib
import stat
import uuid
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings, strategies

from portal.vault import services, storage
from portal.vault.enums import FileState, RefusalCode
from portal.vault.errors import FileRefused, NotStored, Unreadable
from portal.vault.models import Container, ContainerKey, FileKey, StoredFile
from tests.vault import samples

SEGMENT = 1024 * 1024
pytestmark = pytest.mark.django_db


def blob_of(file: StoredFile) -> Path:
    store = storage.store()
    assert isinstance(store, storage.FolderStore)
    return Path(store.path(file.storage_name))


def read(file: StoredFile) -> bytes:
    return b"".join(services.open_stream(file=file))


def refusal_of(container: Container, filename: str, chunks: list[bytes]) -> RefusalCode | None:
    try:
        with services.receive(container=container, filename=filename) as receiver:
            for chunk in chunks:
                receiver.write(chunk)
            receiver.finish()
    except FileRefused as refused:
        return refused.code
    return None


def swept() -> int:
    return services.sweep(older_than=timedelta(seconds=-1))


sizes = strategies.one_of(
    strategies.integers(60, 5000),
    strategies.builds(
        lambda segments, off: segments * SEGMENT + off, strategies.integers(1, 2), strategies.integers(-90, 90)
    ),
    strategies.builds(
        lambda writes, off: writes * 256 * 1024 + off, strategies.integers(1, 5), strategies.integers(-3, 3)
    ),
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(size=sizes, chunk=strategies.sampled_from([1000, 65_536, 262_144, 300_001, 3_000_000]))
def test_round_trip(container: Container, size: int, chunk: int) -> None:
    content = samples.pdf(size)
    with services.receive(container=container, filename="dossier.pdf") as receiver:
        for start in range(0, len(content), chunk):
            receiver.write(content[start : start + chunk])
        file = receiver.finish()
    assert (file.size, file.sha256) == (len(content), hashlib.sha256(content).hexdigest())
    pieces = list(services.open_stream(file=file))
    assert b"".join(pieces) == content
    assert max(map(len, pieces)) <= SEGMENT
    assert content[:200] not in blob_of(file).read_bytes()


def test_every_changed_region_is_noticed(store) -> None:
    file = store(samples.pdf(2 * SEGMENT + 500))
    path = blob_of(file)
    whole = path.read_bytes()
    places = [
        0,
        1,
        20,
        39,
        40,
        41,
        1000,
        SEGMENT - 1,
        SEGMENT,
        SEGMENT + 1,
        2 * SEGMENT,
        len(whole) - 17,
        len(whole) - 1,
    ]
    for place in places:
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        with pytest.raises(Unreadable):
            read(file)
    for end in [0, 1, 40, SEGMENT, 2 * SEGMENT, len(whole) - 1]:
        path.write_bytes(whole[:end])
        with pytest.raises(Unreadable):
            read(file)
    for longer in [whole + b"x", whole + whole, whole[:SEGMENT] + whole[SEGMENT * 2 :] + whole[SEGMENT : SEGMENT * 2]]:
        path.write_bytes(longer)
        with pytest.raises(Unreadable):
            read(file)
    path.unlink()
    with pytest.raises(Unreadable):
        read(file)
    path.write_bytes(whole)
    assert len(read(file)) == file.size


def test_tampering_is_seen_before_the_first_byte_is_given(store) -> None:
    file = store(samples.pdf(3 * SEGMENT))
    blob_of(file).write_bytes(b"\0" * 1000)
    with pytest.raises(Unreadable):
        services.open_stream(file=file)


def test_swapped_blobs_keys_and_rows_are_noticed(store) -> None:
    one, other = store(samples.pdf(900)), store(samples.pdf(900))
    paths = blob_of(one), blob_of(other)
    contents = [path.read_bytes() for path in paths]
    for path, content in zip(paths, reversed(contents), strict=True):
        path.write_bytes(content)
    with pytest.raises(Unreadable):
        read(one)
    # Blob and key together of another file: the key is bound to its file.
    FileKey.objects.filter(file=one).update(wrapped=FileKey.objects.get(file=other).wrapped)
    with pytest.raises(Unreadable):
        read(one)


@pytest.mark.parametrize("field", ["public_id", "version", "container"])
def test_a_file_is_bound_to_id_version_and_container(store, field: str) -> None:
    file = store(samples.pdf())
    changed = {"public_id": uuid.uuid4(), "version": 2, "container": services.create_container()}[field]
    StoredFile.objects.filter(pk=file.pk).update(**{field: changed})
    with pytest.raises(Unreadable):
        read(StoredFile.objects.get(pk=file.pk))


def test_files_and_folders_are_for_the_owner_only(store, settings) -> None:
    file = store(samples.pdf())
    path = blob_of(file)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    root = Path(settings.STORAGE_URL.removeprefix("file://"))
    folders = [folder for folder in path.parents if folder.is_relative_to(root)]
    assert {stat.S_IMODE(folder.stat().st_mode) for folder in folders} == {0o700}
    assert str(file.public_id).replace("-", "") not in path.as_posix()


@pytest.mark.parametrize(
    ("content", "filename", "code"),
    [
        (b"", "leeg.pdf", RefusalCode.EMPTY),
        (samples.pdf(), "brief.exe", RefusalCode.NOT_ALLOWED),
        (samples.program(), "foto.jpg", RefusalCode.DISGUISED),
    ],
)
def test_what_is_refused_leaves_nothing(container, settings, content: bytes, filename: str, code: RefusalCode) -> None:
    assert refusal_of(container, filename, [content]) == code
    assert not StoredFile.objects.exists()
    assert not [path for path in Path(settings.STORAGE_URL.removeprefix("file://")).rglob("*") if path.is_file()]


def test_too_large_is_refused_half_way_and_leaves_nothing(container, settings) -> None:
    settings.VAULT_MAX_FILE_BYTES = SEGMENT
    assert refusal_of(container, "groot.pdf", [samples.pdf(100_000)] * 30) == RefusalCode.TOO_LARGE
    file = StoredFile.objects.get()
    assert file.state == FileState.SWEPT
    assert not blob_of(file).exists()
    assert not FileKey.objects.exists()
    with pytest.raises(NotStored):
        services.open_stream(file=file)


def test_given_up_when_the_block_ends_early(container) -> None:
    with services.receive(container=container, filename="half.pdf") as receiver:
        receiver.write(samples.pdf(500_000))
        file = StoredFile.objects.get()
        assert file.state == FileState.RECEIVING
        assert blob_of(file).exists()
    file.refresh_from_db()
    assert file.state == FileState.SWEPT
    assert not blob_of(file).exists()


def test_sweep_removes_what_was_cut_off(container, store) -> None:
    kept = store(samples.pdf())
    receiver = services.receive(container=container, filename="half.pdf")
    receiver.write(samples.pdf(500_000))
    half = StoredFile.objects.get(state=FileState.RECEIVING)
    assert services.sweep(older_than=timedelta(hours=1)) == 0
    StoredFile.objects.filter(pk=half.pk).update(created_at=timezone.now() - timedelta(hours=2))
    assert services.sweep(older_than=timedelta(hours=1)) == 1
    half.refresh_from_db()
    assert half.state == FileState.SWEPT
    assert half.blob_deleted_at is not None
    assert not blob_of(half).exists()
    assert not FileKey.objects.filter(file=half).exists()
    with pytest.raises(FileRefused) as refused:
        receiver.finish()
    assert refused.value.code == RefusalCode.INTERRUPTED
    assert read(kept) == samples.pdf()


def test_stored_files_that_are_nobodys_are_swept_with_a_fact(store, monkeypatch) -> None:
    from portal.vault import ports

    told: list[list[StoredFile]] = []
    monkeypatch.setattr(ports, "swept_listeners", [told.append])
    file = store(samples.pdf())
    assert swept() == 1
    assert [swept_file.pk for [swept_file] in told] == [file.pk]
    assert not blob_of(file).exists()


def test_an_old_container_for_files_that_never_came_goes_with_its_key(store, db) -> None:
    kept, fresh, empty = (services.create_container() for _ in range(3))
    store(samples.pdf(), into=kept)
    Container.objects.exclude(pk=fresh.pk).update(created_at=timezone.now() - timedelta(hours=2))
    assert services.sweep(older_than=timedelta(hours=1)) == 0
    assert set(Container.objects.filter(pk__in=[kept.pk, fresh.pk, empty.pk])) == {kept, fresh}
    assert not ContainerKey.objects.filter(container_id=empty.pk).exists()


def test_a_blob_that_could_not_be_deleted_is_tried_again(container, store, monkeypatch) -> None:
    file = store(samples.pdf())
    with monkeypatch.context() as broken:
        broken.setattr(storage.FolderStore, "delete", lambda self, name: (_ for _ in ()).throw(OSError("read-only")))
        services.shred(container=container)
        assert services.delete_blobs() == 0
    assert blob_of(file).exists()
    assert services.delete_blobs() == 1
    assert not blob_of(file).exists()

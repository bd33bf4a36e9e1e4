"""Keys: wrapped, rotated, shredded."""

import shutil
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command

from portal.vault import keys, ports, services
from portal.vault.crypto import SubjectCipher, blind_index, rewrap_subject_key
from portal.vault.enums import FileState
from portal.vault.errors import NotStored, Shredded, Unreadable
from portal.vault.models import ContainerKey, FileKey, StoredFile
from tests.vault import samples
from tests.vault.test_streams import blob_of, read

pytestmark = pytest.mark.django_db


def test_rotation_wraps_anew_and_touches_no_file(container, store, settings, monkeypatch, capsys) -> None:
    file = store(samples.pdf(3000))
    sealed = services.seal_text(container=container, text="Vaccinatieboekje", context="name")
    subject_key = SubjectCipher.new_subject_key()
    secret = SubjectCipher.seal(subject_key, b"V123", b"person")
    subject_keys = [subject_key]

    def rewrap() -> int:
        wrapped = rewrap_subject_key(subject_keys[-1])
        subject_keys.extend([wrapped] if wrapped else [])
        return int(wrapped is not None)

    counted: list[int] = []
    monkeypatch.setattr(ports, "rewrappers", [rewrap])
    monkeypatch.setattr(ports, "rotated_listeners", [counted.append])
    path = blob_of(file)
    before = (path.read_bytes(), path.stat().st_mtime_ns, bytes(FileKey.objects.get().wrapped))
    old = settings.VAULT_KEYS

    call_command("new_vault_keys", "--add")
    settings.VAULT_KEYS = capsys.readouterr().out.strip()
    assert read(file) == samples.pdf(3000)
    with pytest.raises(CommandError):
        call_command("new_vault_keys", "--drop-old")
    del subject_keys[1:]  # a rewrapper keeps its keys in the database, which rolled back
    counted.clear()
    call_command("rotate_vault_keys")
    assert counted == [2]
    capsys.readouterr()
    call_command("new_vault_keys", "--drop-old")
    settings.VAULT_KEYS = capsys.readouterr().out.strip()

    assert keys.key_encryption(old).primary_key_id not in set(ContainerKey.objects.values_list("key_id", flat=True))
    assert (path.read_bytes(), path.stat().st_mtime_ns, bytes(FileKey.objects.get().wrapped)) == before
    assert read(file) == samples.pdf(3000)
    assert services.open_text(container=container, sealed=sealed, context="name") == "Vaccinatieboekje"
    assert SubjectCipher.open(subject_keys[-1], secret, b"person") == b"V123"
    with pytest.raises(Unreadable):
        SubjectCipher.open(subject_key, secret, b"person")
    monkeypatch.setattr(ports, "rewrappers", [])
    assert services.rotate() == 0


def test_rotation_without_the_old_key_changes_nothing(container, settings) -> None:
    before = ContainerKey.objects.get().wrapped
    settings.VAULT_KEYS = keys.new_key_encryption_keys()
    with pytest.raises(Unreadable):
        services.rotate()
    assert bytes(ContainerKey.objects.get().wrapped) == bytes(before)


def test_sealed_text_is_bound_to_container_and_context(container) -> None:
    sealed = services.seal_text(container=container, text="Ibrahim", context="form")
    assert b"Ibrahim" not in sealed
    with pytest.raises(Unreadable):
        services.open_text(container=container, sealed=sealed, context="name")
    with pytest.raises(Unreadable):
        services.open_text(container=services.create_container(), sealed=sealed, context="form")


def test_a_container_key_opens_no_other_container(container, store) -> None:
    file = store(samples.pdf())
    other = services.create_container()
    ContainerKey.objects.filter(container=container).update(wrapped=ContainerKey.objects.get(container=other).wrapped)
    with pytest.raises(Unreadable):
        read(file)


def test_shredding_makes_even_a_copy_of_the_blobs_unreadable(
    container, store, settings, tmp_path: Path, django_capture_on_commit_callbacks
) -> None:
    file, other = store(samples.pdf(5000)), store(samples.pdf(), into=services.create_container())
    sealed = services.seal_text(container=container, text="Naam", context="name")
    root = Path(settings.STORAGE_URL.removeprefix("file://"))
    shutil.copytree(root, tmp_path / "backup")
    with django_capture_on_commit_callbacks(execute=True):
        services.shred(container=container)
    file.refresh_from_db()
    assert file.state == FileState.SHREDDED
    assert file.sha256
    assert container.shredded_at is not None
    assert not blob_of(file).exists()
    assert not ContainerKey.objects.filter(container=container).exists()
    with pytest.raises(Shredded):
        services.open_stream(file=file)

    # The backup comes back, and somebody turns the row's state: without keys it stays noise.
    shutil.copytree(tmp_path / "backup", root, dirs_exist_ok=True)
    StoredFile.objects.filter(pk=file.pk).update(state=FileState.STORED)
    file.refresh_from_db()
    assert blob_of(file).exists()
    with pytest.raises(Shredded):
        services.open_stream(file=file)
    with pytest.raises(Shredded):
        services.open_text(container=container, sealed=sealed, context="name")
    assert read(other) == samples.pdf()
    services.shred(container=container)


def test_discarding_removes_one_file(container, store, django_capture_on_commit_callbacks) -> None:
    one, other = store(samples.pdf()), store(samples.pdf(700))
    with django_capture_on_commit_callbacks(execute=True):
        services.discard(file=one)
    assert not blob_of(one).exists()
    assert read(other) == samples.pdf(700)
    with pytest.raises(NotStored):
        services.discard(file=one)


def test_a_persons_key_seals_for_one_context() -> None:
    key, other = SubjectCipher.new_subject_key(), SubjectCipher.new_subject_key()
    sealed = SubjectCipher.seal(key, b"Maryam", b"person:1:name")
    assert SubjectCipher.open(key, sealed, b"person:1:name") == b"Maryam"
    for wrong_key, context in [(other, b"person:1:name"), (key, b"person:2:name"), (b"\0" * 64, b"person:1:name")]:
        with pytest.raises(Unreadable):
            SubjectCipher.open(wrong_key, sealed, context)
    assert rewrap_subject_key(key) is None


def test_blind_index_is_stable_and_apart_per_purpose(settings) -> None:
    index = blind_index("1234567890", "v_number")
    assert index == blind_index("1234567890", "v_number")
    assert len({index, blind_index("1234567891", "v_number"), blind_index("1234567890", "lookup")}) == 3
    assert blind_index("ba", "c") != blind_index("a", "cb")
    settings.BLIND_INDEX_KEY = "A" * 43 + "="
    assert blind_index("1234567890", "v_number") != index


@pytest.mark.parametrize("key", ["", "c2hvcnQ=", "A" * 41])
def test_blind_index_refuses_a_weak_key(settings, key: str) -> None:
    settings.BLIND_INDEX_KEY = key
    with pytest.raises(ImproperlyConfigured):
        blind_index("1234567890", "v_number")

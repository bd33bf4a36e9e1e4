"""After a rotation persons can still be read, and nothing is left under the key that goes."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from consent.identity import Erased
from consent.models import Person, SubjectKey
from portal.vault import keys
from portal.vault.errors import VaultError
from tests.consent_factories import person

pytestmark = pytest.mark.django_db


def printed(*arguments: str) -> str:
    out = StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue().strip()


def test_persons_outlive_the_old_key(settings):
    subject = person(name="Amal Haddad")
    before = bytes(SubjectKey.objects.get().wrapped)
    settings.VAULT_KEYS = printed("new_vault_keys", "--add")
    assert printed("rotate_vault_keys").startswith("1 keys")
    assert bytes(SubjectKey.objects.get().wrapped) != before
    settings.VAULT_KEYS = printed("new_vault_keys", "--drop-old")
    assert Person.objects.get(pk=subject.pk).name == "Amal Haddad"
    assert printed("rotate_vault_keys").startswith("0 keys")


def test_an_old_key_is_not_dropped_before_nothing_needs_it(settings):
    subject = person(name="Amal Haddad")
    settings.VAULT_KEYS = printed("new_vault_keys", "--add")
    with pytest.raises(CommandError, match="1 keys are still"):
        call_command("new_vault_keys", "--drop-old")
    assert printed("rotate_vault_keys").startswith("1 keys")
    assert Person.objects.get(pk=subject.pk).name == "Amal Haddad"


def test_without_the_old_key_a_rotation_refuses(settings):
    subject = person()
    settings.VAULT_KEYS = keys.new_key_encryption_keys()
    with pytest.raises(VaultError):
        call_command("rotate_vault_keys")
    with pytest.raises((VaultError, Erased)):
        _ = Person.objects.get(pk=subject.pk).name

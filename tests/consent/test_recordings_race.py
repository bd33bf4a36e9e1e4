"""Two administrators keep a recording of the same words at the same moment: one stays, whole; the other is told."""

import pytest
from django.db import connection

from consent.errors import NotRecorded
from consent.models import NoticeRecording
from portal.accounts.enums import OrganisationKind, Role
from portal.vault.enums import FileState
from portal.vault.models import StoredFile
from tests.consent_factories import actor_of, notice
from tests.factories import TeamFactory, member
from tests.vault import samples

from .test_race import together
from .test_recordings import PURPOSE, keep, sound

ROUNDS = 10

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


def test_of_two_at_once_one_is_kept(no_clamd) -> None:
    assert connection.vendor == "postgresql"
    team = TeamFactory(organisation__kind=OrganisationKind.REGION)
    actor = actor_of(member(Role.REGION_ADMINISTRATOR, team=team), team)
    text = notice(PURPOSE).texts.select_related("notice").get(language="ar")
    seen = ""
    for number in range(ROUNDS):
        told: list[str] = []

        def send(content: bytes, seen: str = seen, told: list[str] = told) -> None:
            try:
                keep(actor, text, file=sound(content), seen=seen)
            except NotRecorded as refusal:
                told.append(refusal.code)

        together(
            lambda send=send, number=number: send(samples.mp3(10 + 2 * number)),
            lambda send=send, number=number: send(samples.mp3(11 + 2 * number)),
        )
        row = NoticeRecording.objects.select_related("file").get()
        assert told == ["recording_meanwhile"]
        assert row.file.state == FileState.STORED
        assert StoredFile.objects.filter(state=FileState.STORED).count() == 1
        seen = row.file.sha256

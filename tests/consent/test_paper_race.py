"""One form on paper and two professionals at the same moment, on a database with row locks: it counts once."""

import uuid

import pytest
from django.utils import timezone

from consent.enums import PaperKind
from consent.errors import NotRecorded
from consent.models import Conversation, Decision, PaperForm, PaperScan, ScannedFile
from consent.policy import CATEGORIES
from consent.services.papers import record_paper, take_scan
from portal.accounts.actor import Actor
from portal.accounts.enums import Role
from portal.vault.enums import FileState, Scan
from portal.vault.models import Container, StoredFile
from portal.vault.types import PNG
from tests.consent_factories import actor_of, decide, talk
from tests.factories import member

from .conftest import Scene, make_scene
from .test_paper_problems import PURPOSE, issued, paper_of, stored
from .test_race import ROUNDS, on_postgresql, together

__all__ = ["on_postgresql"]

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


def clean_scan(scene: Scene, form: PaperForm) -> PaperScan:
    """The rows that a scan of the form leaves, after the virus scanner; there are no bytes, for nobody reads them."""
    now = timezone.now()
    file = StoredFile.objects.create(
        container=Container.objects.create(),
        state=FileState.STORED,
        size=1,
        sha256="0" * 64,
        media_type=PNG,
        storage_name=uuid.uuid4().hex,
        stored_at=now,
        scan=Scan.CLEAN,
        scanned_at=now,
        inspected_at=now,
    )
    scan = PaperScan.objects.create(
        form=form, container=file.container, taken_by=scene.user, taken_at=now, shred_at=form.expires_at
    )
    ScannedFile.objects.create(scan=scan, file=file, pages=1)
    return scan


def colleagues(scene: Scene) -> tuple[Actor, Actor]:
    return scene.actor, actor_of(member(Role.SENDER, team=scene.team), scene.team)


def test_a_form_that_two_record_at_once_is_recorded_once() -> None:
    scene = make_scene()
    both = colleagues(scene)
    for number in range(1, ROUNDS + 1):
        form = issued(scene)
        # In turn: the same scan on two screens, and two scans of the same paper.
        scans = [clean_scan(scene, form)] * 2 if number % 2 else [clean_scan(scene, form) for _actor in both]
        held: list[Conversation] = []
        refused: list[str] = []

        def record(actor: Actor, scan: PaperScan, held=held, refused=refused, text=form.notice_text) -> None:
            try:
                held.append(
                    record_paper(
                        actor=actor,
                        scan=PaperScan.objects.select_related("form__person__subject_key").get(pk=scan.pk),
                        team=scene.team,
                        talk=talk(text),
                        choices=dict.fromkeys(CATEGORIES[PURPOSE], True),
                        deciders=[scene.mother, scene.father],
                        secrecy_released=True,
                        signed_on=timezone.localdate(),
                    )
                )
            except NotRecorded as refusal:
                refused.append(refusal.code)

        together(*(lambda pair=pair: record(*pair) for pair in zip(both, scans, strict=True)))
        assert Conversation.objects.count() == number
        assert Decision.objects.count() == number * len(CATEGORIES[PURPOSE])
        assert {row.token for row in held} == {form.token}
        assert refused == ([] if number % 2 else ["paper_used"])
        assert PaperScan.objects.filter(form=form, conversation__isnull=False).count() == 1


def test_a_form_to_withdraw_that_two_scan_at_once_withdraws_once() -> None:
    scene = make_scene()
    for _round in range(5):
        deciders = [scene.mother, scene.father]
        decide(actor=scene.actor, team=scene.team, child=scene.child, deciders=deciders, recipient=scene.recipient)
        before = Conversation.objects.count()
        form = issued(scene, PaperKind.WITHDRAWAL)
        content = paper_of(form)
        refused: list[str] = []

        def take(actor: Actor, content=content, refused=refused) -> None:
            [file] = stored(content, name="scan.png")
            try:
                take_scan(actor=actor, person=scene.child, team=scene.team, container=file.container, files=[file])
            except NotRecorded as refusal:
                refused.append(refusal.code)

        together(*(lambda actor=actor: take(actor) for actor in colleagues(scene)))
        assert refused == ["paper_used"]
        assert Conversation.objects.count() == before + 1
        assert PaperScan.objects.filter(form=form).count() == 1

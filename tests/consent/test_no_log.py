"""Every form about consent, sent while the log cannot be written: nothing is done, and the same form works afterwards.

Every route of ``consent:`` and ``my:`` that takes POST is in :data:`FORMS`, or in :data:`NO_ACT` with the reason why it
does nothing that is written down. A new route that is in neither fails.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from consent.enums import Addressee, PaperKind, Purpose, RestrictionGround, Right
from consent.models import AccessLetter, LookUp, NoticeDraft, NoticeRecording, NoticeText, PaperForm
from consent.policy import CATEGORIES
from consent.services import ask_question
from consent.services.printing import print_paper
from portal.access import table
from portal.accounts.enums import OrganisationKind, Role
from portal.audit import services as audit
from portal.audit.models import Entry
from tests.accounts.authenticators import HOST
from tests.accounts.test_foreign_ids import everything
from tests.consent_factories import ask, born, decide, person, person_actor
from tests.factories import TeamFactory, member
from tests.signing_in import sign_in
from tests.vault import samples

from .acting_persons import alone
from .conftest import Scene
from .test_access_letter import issue
from .test_flow import address as step_of
from .test_flow import confirmation, walk
from .test_letter_pages import date_of, letter

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]
JGZ = Purpose.YOUTH_HEALTH
WORDS = "Mijn dossier gaat naar de nieuwe verpleegkundige."
NO_ACT = {
    "my:language": "in which language the session goes on",
    "my:agree": "a choice that waits, sealed, until it is signed: my:agree_confirm",
    "consent:paper_enter": "record_conversation, as in consent:decide: tests/consent/test_papers",
}
# Counted by themselves, before whatever comes of it.
COUNTERS = {LookUp._meta.label}
# What came in is encrypted and attached to nothing: the sweep of abandoned uploads destroys it.
UPLOADS = {"consent:paper_scan", "consent:notice_recording"}
Form = tuple[Client, str, dict[str, Any]]


def _desk(scene: Scene) -> Client:
    return sign_in(Client(), scene.user)


def _region(role: Role) -> Client:
    return sign_in(Client(), member(role, team=TeamFactory(organisation__kind=OrganisationKind.REGION)))


def _of(route: str, scene: Scene, **fields: Any) -> Form:
    return _desk(scene), reverse(f"consent:{route}", args=[scene.child.public_id]), fields


def _about(scene: Scene) -> dict[str, str]:
    return {"purpose": JGZ.value, "recipient": str(scene.recipient.public_id)}


def _given(scene: Scene) -> Scene:
    parents = [scene.mother, scene.father]
    decide(actor=scene.actor, team=scene.team, child=scene.child, deciders=parents, recipient=scene.recipient)
    return scene


def _signed(scene: Scene) -> Form:
    client = _desk(scene)
    return client, step_of(scene, "confirm"), confirmation(walk(client, scene))


def _look_up(scene: Scene) -> Form:
    other = person(name="Iemand Anders", birth_date=born(8))
    sent = {"v_number": other.v_number, "birth_date": other.birth_date.isoformat()}
    return _desk(scene), reverse("consent:find"), sent


def _assist(scene: Scene, *, confirmed: bool) -> Client:
    client = _desk(scene)
    client.post(reverse("consent:assist", args=[scene.mother.public_id]), {"language": "ar"})
    if confirmed:
        client.post(reverse("consent:confirm"), {"birth_date": scene.mother.birth_date.isoformat()})
    return client


def _letter_for_the_mother(scene: Scene) -> Form:
    page = reverse("consent:access_letter", args=[scene.mother.public_id])
    return _desk(scene), page, {"identity_check": "document", "language": "nl"}


def _letter_back(scene: Scene) -> Form:
    issue(scene, scene.mother)
    return _desk(scene), reverse("consent:access_letter_revoke", args=[AccessLetter.objects.get().public_id]), {}


def _letter_used(scene: Scene) -> Form:
    token = issue(scene, scene.mother)
    return Client(headers={"host": HOST}), letter(token), date_of(scene.mother.birth_date)


def _printed(scene: Scene) -> tuple[PaperForm, bytes]:
    return print_paper(
        actor=scene.actor,
        person=scene.child,
        team=scene.team,
        recipient=scene.recipient,
        purpose=JGZ,
        kind=PaperKind.WITHDRAWAL,
        language="nl",
    )


def _scanned(scene: Scene) -> Form:
    _form, content = _printed(_given(scene))
    return _of("paper_scan", scene, scan=SimpleUploadedFile("scan.pdf", content))


def _asked(scene: Scene) -> Form:
    message = ask_question(
        actor=person_actor(_given(scene).mother),
        person=scene.child,
        purpose=JGZ,
        sender=scene.sender,
        recipient=scene.recipient,
        addressee=Addressee.SENDER,
        text=WORDS,
        language="ar",
    )
    return _desk(scene), reverse("consent:question", args=[message.public_id]), {"language": "nl", "text": "Ja."}


def _by_law(scene: Scene, right: Right, **wish: Any) -> Any:
    return ask(actor=person_actor(scene.mother), person=scene.child, right=right, text=WORDS, **wish)


def _decided(scene: Scene) -> Form:
    request = _by_law(scene, Right.OBJECTION)
    sent = {"decision": "granted", "ground": "none", "reason": "U hebt gelijk."}
    return _region(Role.PRIVACY_OFFICER), reverse("consent:right", args=[request.public_id]), sent


def _extended(scene: Scene) -> Form:
    request = _by_law(scene, Right.OBJECTION)
    sent = {"to": str(request.due_on + timedelta(days=20)), "reason": "Wij zoeken nog."}
    return _region(Role.PRIVACY_OFFICER), reverse("consent:right_extend", args=[request.public_id]), sent


def _lifted(scene: Scene) -> Form:
    request = _by_law(scene, Right.RESTRICTION, ground=RestrictionGround.ACCURACY)
    return _region(Role.PRIVACY_OFFICER), reverse("consent:restriction_end", args=[request.public_id]), {}


def _corrected(scene: Scene) -> Form:
    request = _by_law(scene, Right.RECTIFICATION, proposed={"name": "Amal Haddad-Nour"})
    sent = {"name": "Amal Haddad-Nour", "birth_date": born(6).isoformat(), "v_number": scene.child.v_number}
    return _desk(scene), reverse("consent:rectification", args=[request.public_id]), {**sent, "reason": "Paspoort."}


def _written_down(scene: Scene) -> Form:
    page = reverse("consent:right_write", args=[scene.child.public_id, Right.ERASURE])
    sent = {"channel": "telephone", "received_on": str(timezone.localdate()), "known": "on", "text": WORDS}
    return _desk(scene), page, sent


def _administrator(scene: Scene, *, draft: bool = True) -> Client:
    client = _region(Role.REGION_ADMINISTRATOR)
    if draft:
        client.post(reverse("consent:notices"), {"purpose": JGZ.value})
    return client


def _notice_written(scene: Scene) -> Form:
    client, page = _administrator(scene), reverse("consent:notice_write", args=[JGZ.value, "nl"])
    return client, page, {**client.get(page).context["form"].initial, "title": "Een andere titel"}


def _notice_published(scene: Scene) -> Form:
    client, page, sent = _notice_written(scene)
    client.post(page, sent)
    for code in ("en", "ar"):
        page = reverse("consent:notice_write", args=[JGZ.value, code])
        there = client.get(page).context["form"].initial
        client.post(page, {**there, "seen": NoticeDraft.objects.get().row_version})
    publish = reverse("consent:notice_publish", args=[JGZ.value])
    return client, publish, {"seen": NoticeDraft.objects.get().row_version}


def _young(scene: Scene) -> tuple[Scene, list[Any]]:
    scene = replace(scene, child=person(name="Noor Karimi", birth_date=born(17), team=scene.team))
    decide(actor=scene.actor, team=scene.team, child=scene.child, deciders=[scene.child], recipient=scene.recipient)
    return scene, [scene.child.public_id, scene.sender.public_id, scene.recipient.public_id, JGZ.value]


def _agreed(scene: Scene) -> Form:
    young, scope = _young(scene)
    client, page = alone(young.child), reverse("my:agree", args=scope)
    text = NoticeText.objects.get(notice__purpose=JGZ, language="nl")
    choices = {**{category.value: "no" for category in CATEGORIES[JGZ]}, "secrecy": "yes", "no_consequence": "on"}
    assert client.post(page, {**choices, "understanding": WORDS, "text": text.pk}).status_code == 302
    return client, reverse("my:agree_confirm", args=scope), {}


def _recording(scene: Scene) -> Form:
    from consent.recordings import parts_said

    text = NoticeText.objects.get(notice__purpose=JGZ, language="ar")
    words = {said.key: said.sha256 for said in parts_said(text)}
    sent = {"words": words["why"], "seen": "", "spoken_by": "A. Haddad"}
    page = reverse("consent:notice_recording", args=[JGZ.value, "1", "ar", "why"])
    return _administrator(scene, draft=False), page, {**sent, "recording": SimpleUploadedFile("a.mp3", samples.mp3())}


def _recording_removed(scene: Scene) -> Form:
    client, page, sent = _recording(scene)
    assert client.post(page, sent).status_code == 302
    row = NoticeRecording.objects.get()
    return client, reverse("consent:notice_recording_remove", args=[JGZ.value, "1", "ar", row.public_id]), {}


FORMS: dict[str, Callable[[Scene], Form]] = {
    "consent:find": _look_up,
    "consent:decide": _signed,
    "consent:family": lambda scene: _of(
        "family",
        scene,
        relation="guardian",
        custody="no",
        name="Vera de Voogd",
        birth_date=born(44).isoformat(),
        spoken_language="nl",
    ),
    "consent:family_end": lambda scene: _of("family_end", scene, adult=str(scene.father.public_id), reason="court"),
    "consent:withdraw": lambda scene: _of("withdraw", _given(scene), reason="", **_about(scene)),
    "consent:assist": lambda scene: (
        _desk(scene),
        reverse("consent:assist", args=[scene.mother.public_id]),
        {"language": "ar"},
    ),
    "consent:confirm": lambda scene: (
        _assist(scene, confirmed=False),
        reverse("consent:confirm"),
        {"birth_date": scene.mother.birth_date.isoformat()},
    ),
    "consent:assist_close": lambda scene: (_assist(scene, confirmed=True), reverse("consent:assist_close"), {}),
    "consent:access_letter": _letter_for_the_mother,
    "consent:access_letter_revoke": _letter_back,
    "consent:paper": lambda scene: _of("paper", scene, kind="decision", language="nl", **_about(scene)),
    "consent:paper_void": lambda scene: (
        _desk(scene),
        reverse("consent:paper_void", args=[_printed(scene)[0].public_id]),
        {},
    ),
    "consent:paper_scan": _scanned,
    "consent:question": _asked,
    "consent:right": _decided,
    "consent:right_extend": _extended,
    "consent:right_write": _written_down,
    "consent:restriction_end": _lifted,
    "consent:rectification": _corrected,
    "consent:notices": lambda scene: (
        _administrator(scene, draft=False),
        reverse("consent:notices"),
        {"purpose": JGZ.value},
    ),
    "consent:notice_draft": lambda scene: (
        _administrator(scene),
        reverse("consent:notice_draft", args=[JGZ.value]),
        {"seen": 1, "asks_again": "yes"},
    ),
    "consent:notice_write": _notice_written,
    "consent:notice_publish": _notice_published,
    "consent:notice_check": lambda scene: (
        _administrator(scene, draft=False),
        reverse("consent:notice_check", args=[JGZ.value, 1, "ar"]),
        {"checked_by": "A. Haddad, tolk"},
    ),
    "consent:notice_recording": _recording,
    "consent:notice_recording_remove": _recording_removed,
    "consent:proofs": lambda scene: (
        _region(Role.PRIVACY_OFFICER),
        reverse("consent:proofs"),
        {"number": scene.child.v_number},
    ),
    "my:letter": _letter_used,
    "my:withdraw": lambda scene: (
        alone(_given(scene).mother),
        reverse("my:withdraw", args=[scene.child.public_id, scene.recipient.public_id, JGZ.value]),
        {},
    ),
    "my:ask": lambda scene: (
        alone(_given(scene).mother),
        reverse("my:ask", args=[scene.child.public_id, scene.recipient.public_id, JGZ.value]),
        {"to": str(scene.sender.public_id), "text": WORDS},
    ),
    "my:right_ask": lambda scene: (
        alone(scene.mother),
        reverse("my:right_ask", args=[scene.child.public_id, Right.RESTRICTION]),
        {"ground": "accuracy", "text": WORDS},
    ),
    "my:agree_confirm": _agreed,
    "my:paper": lambda scene: (
        alone(_given(scene).mother),
        reverse(
            "my:paper",
            args=[scene.child.public_id, scene.sender.public_id, scene.recipient.public_id, JGZ.value],
        ),
        {},
    ),
}


def test_every_form_is_here() -> None:
    routes = {row.route for row in table() if row.route.split(":")[0] in {"consent", "my"} and "POST" in row.methods}
    assert routes - set(FORMS) - set(NO_ACT) == set(), "send it without a log, or say why it does nothing"
    assert (set(FORMS) | set(NO_ACT)) - routes == set(), "gone"


def stored_rows() -> dict[str, list[Any]]:
    return {label: rows for label, rows in everything().items() if label not in COUNTERS}


def _no_log(entry: Entry) -> None:
    raise OSError("no room for the log")


@pytest.mark.parametrize("route", sorted(FORMS))
def test_what_cannot_be_written_down_is_not_done(route: str, scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    client, page, sent = FORMS[route](scene)
    client.raise_request_exception = False
    before, rows = stored_rows(), Entry.objects.count()
    with monkeypatch.context() as broken:
        broken.setattr(audit, "_append", _no_log)
        answer = client.post(page, sent)
    assert answer.status_code == 500, answer.context and answer.context.get("form") and answer.context["form"].errors
    changed = [label for label, stored in stored_rows().items() if stored != before[label]]
    if route in UPLOADS:
        changed = [label for label in changed if not label.startswith("vault.")]
    assert (changed, Entry.objects.count()) == ([], rows)
    for field in sent.values():
        if isinstance(field, SimpleUploadedFile):
            field.seek(0)
    assert client.post(page, sent).status_code in {200, 302}, "or it was a mistake that stopped it"
    assert Entry.objects.count() > rows

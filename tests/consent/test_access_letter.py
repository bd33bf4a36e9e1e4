"""The access letter as a service: who gives it to whom, what makes it worthless, and that it opens once."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import RequestFactory
from django.utils import timezone

from consent.enums import IdentityCheck, LetterEnd, Relation
from consent.errors import NotRecorded
from consent.letters import LENGTH, hash_of, new_token
from consent.models import AccessLetter, Guardianship, Person, SubjectKey
from consent.policy import ACCESS_LETTER_ATTEMPTS, LETTER_MISSES
from consent.queries import letter_of_token, reads_on_own_account
from consent.services import issue_access_letter, open_access_letter, revoke_access_letter, use_access_letter
from portal.accounts.enums import MessageKind, Role
from portal.accounts.models import EnrolmentTicket, OutgoingMessage, User
from portal.accounts.policy import Denied
from portal.accounts.services import EnrolmentRefusedError, end_person_access, issue_enrolment
from portal.audit.models import Entry
from tests.consent_factories import actor_of, born, person, sender_team
from tests.factories import member

from .conftest import Scene


def issue(scene: Scene, reader: Person, **changes: object) -> str:
    token = new_token()
    fields = {"actor": scene.actor, "team": scene.team, "language": "ar", "identity_check": IdentityCheck.DOCUMENT}
    issue_access_letter(**{**fields, "person": reader, "token": token, **changes})  # type: ignore[arg-type]
    return token


def request_from(address: str = "192.0.2.7"):
    from importlib import import_module

    from django.conf import settings
    from django.contrib.auth.models import AnonymousUser

    request = RequestFactory(REMOTE_ADDR=address).post("/")
    request.session = import_module(settings.SESSION_ENGINE).SessionStore()
    request.user = AnonymousUser()
    return request


def open_with(token: str, birth_date: date, **where: str) -> str | None:
    return open_access_letter(request=request_from(**where), token=token, birth_date=birth_date, language="ar")


def test_a_professional_who_has_nothing_to_do_with_somebody_gives_no_letter(scene):
    team, user = sender_team()
    with pytest.raises(Denied):
        issue(scene, scene.mother, actor=actor_of(user, team), team=team)
    with pytest.raises(Denied):
        issue(scene, scene.mother, team=team)
    administrator = member(Role.ORGANISATION_ADMINISTRATOR, team=scene.team)
    with pytest.raises(Denied):
        issue(scene, scene.mother, actor=actor_of(administrator, scene.team))
    assert not AccessLetter.objects.exists()


def test_a_young_child_gets_none_and_the_parents_their_own(scene):
    with pytest.raises(Denied):
        issue(scene, scene.child)
    issue(scene, scene.mother)
    issue(scene, scene.father)
    assert AccessLetter.objects.count() == 2


@pytest.mark.parametrize(("age", "alone"), [(11, False), (12, True), (15, True), (16, True)])
def test_from_twelve_on_somebody_reads_alone(scene, age, alone):
    young = person(birth_date=born(age), team=scene.team)
    Guardianship.objects.create(child=young, adult=scene.mother, relation=Relation.MOTHER)
    assert reads_on_own_account(young) is alone
    if alone:
        assert open_with(issue(scene, young), born(age))
    else:
        with pytest.raises(Denied):
            issue(scene, young)


def test_whose_affairs_a_mentor_takes_care_of_has_none(scene):
    adult = person(birth_date=born(40), team=scene.team)
    token = issue(scene, adult)
    Guardianship.objects.create(child=adult, adult=scene.mother, relation=Relation.REPRESENTATIVE)
    with pytest.raises(NotRecorded, match="letter_unknown"):
        open_with(token, born(40))
    with pytest.raises(Denied):
        issue(scene, adult)


def test_a_parent_who_lost_custody_opens_nothing(scene):
    parent = person(name="Sami Haddad", v_number="", birth_date=born(15))
    custody = Guardianship.objects.create(child=scene.child, adult=parent, relation=Relation.GUARDIAN)
    Guardianship.objects.filter(child=scene.child).exclude(pk=custody.pk).delete()
    token = issue(scene, parent)
    Guardianship.objects.filter(pk=custody.pk).update(custody=False)
    with pytest.raises(NotRecorded, match="letter_unknown"):
        open_with(token, born(15))


def test_a_letter_has_a_hundred_bits_and_only_its_hash_is_kept(scene):
    token = issue(scene, scene.mother)
    letter = AccessLetter.objects.get()
    assert len(token.replace("-", "")) == LENGTH
    assert letter.token_hash == hash_of(token) != token
    assert hash_of(token.upper().replace("-", " ")) == hash_of(token.replace("0", "O").replace("1", "l"))
    assert not any(token in str(value) for value in Entry.objects.values_list("details", flat=True))


def test_letter_and_birth_date_begin_a_session_that_only_makes_a_key(scene):
    token = issue(scene, scene.mother)
    request = request_from()
    ticket = open_access_letter(request=request, token=token, birth_date=scene.mother.birth_date, language="ar")
    user = User.objects.get(person_id=scene.mother.public_id)
    assert (user.email, user.name, user.language, user.has_usable_password()) == (None, "", "ar", False)
    assert request.actor.roles == frozenset({Role.PERSON})
    assert request.actor.factor_at is None
    assert EnrolmentTicket.objects.get(user=user, used_at=None).issued_by is None
    assert AccessLetter.objects.get().used_at is None, "the letter is used by the key that comes of it, not before"
    use_access_letter(user=user, ticket=EnrolmentTicket.objects.get(user=user))
    assert AccessLetter.objects.get().used_at is not None
    with pytest.raises(NotRecorded, match="letter_unknown"):
        open_with(token, scene.mother.birth_date)
    with pytest.raises(EnrolmentRefusedError):
        use_access_letter(user=user, ticket=EnrolmentTicket.objects.get(user=user))
    assert ticket
    events = list(Entry.objects.filter(subject=str(scene.mother.public_id)).values_list("event", "actor_kind"))
    assert ("consent:access_letter:issue", "user") in events
    assert ("consent:access_letter:use", "person") in events


def test_two_telephones_with_one_letter_the_second_takes_over_until_one_made_a_key(scene):
    token = issue(scene, scene.mother)
    open_with(token, scene.mother.birth_date)
    user = User.objects.get(person_id=scene.mother.public_id)
    first = EnrolmentTicket.objects.get(user=user)
    open_with(token, scene.mother.birth_date)
    second = EnrolmentTicket.objects.get(user=user, used_at=None)
    assert first.token_hash != second.token_hash
    with pytest.raises(EnrolmentRefusedError):
        use_access_letter(user=user, ticket=first)
    use_access_letter(user=user, ticket=second)


def test_a_ticket_without_a_letter_makes_no_key_for_a_person(scene):
    open_with(issue(scene, scene.mother), scene.mother.birth_date)
    user = User.objects.get(person_id=scene.mother.public_id)
    issue_enrolment(granted_by=None, user=user)
    with pytest.raises(EnrolmentRefusedError):
        use_access_letter(user=user, ticket=EnrolmentTicket.objects.get(user=user, used_at=None))


def test_a_letter_revoked_while_the_key_is_made_makes_none(scene):
    open_with(issue(scene, scene.mother), scene.mother.birth_date)
    user = User.objects.get(person_id=scene.mother.public_id)
    revoke_access_letter(actor=scene.actor, letter=AccessLetter.objects.get(), team=scene.team)
    with pytest.raises(EnrolmentRefusedError):
        use_access_letter(user=user, ticket=EnrolmentTicket.objects.get(user=user))


def test_a_new_letter_makes_the_old_one_worthless(scene):
    old, new = issue(scene, scene.mother), issue(scene, scene.mother)
    with pytest.raises(NotRecorded, match="letter_unknown"):
        open_with(old, scene.mother.birth_date)
    assert AccessLetter.objects.get(token_hash=hash_of(old)).revoked_because == LetterEnd.REPLACED
    assert open_with(new, scene.mother.birth_date)


def test_somebody_elses_birth_date_does_not_open_it(scene):
    token = issue(scene, scene.mother)
    assert open_with(token, scene.father.birth_date) is None
    assert open_with(token, scene.child.birth_date) is None
    assert AccessLetter.objects.get().attempts == 2


def test_five_wrong_dates_and_it_is_void_and_the_team_knows(scene):
    token = issue(scene, scene.mother)
    for day in range(1, ACCESS_LETTER_ATTEMPTS + 1):
        assert open_with(token, date(1990, 1, day)) is None
    with pytest.raises(NotRecorded, match="letter_unknown"):
        open_with(token, scene.mother.birth_date)
    letter = AccessLetter.objects.get()
    assert (letter.revoked_because, letter.attempts) == (LetterEnd.GUESSED, ACCESS_LETTER_ATTEMPTS)
    assert OutgoingMessage.objects.get().kind == MessageKind.LETTER_VOID
    assert OutgoingMessage.objects.get().team == scene.team
    assert Entry.objects.filter(event="consent:access_letter:fail", outcome="failed").count() == ACCESS_LETTER_ATTEMPTS
    assert letter.history.count() == 1 + ACCESS_LETTER_ATTEMPTS + 1
    assert not User.objects.filter(person_id=scene.mother.public_id).exists()


def test_an_expired_letter_is_unknown(scene):
    token = issue(scene, scene.mother)
    now = timezone.now()
    AccessLetter.objects.update(issued_at=now - timedelta(days=20), expires_at=now - timedelta(days=6))
    assert letter_of_token(token) is None
    with pytest.raises(NotRecorded, match="letter_unknown"):
        open_with(token, scene.mother.birth_date)


def test_a_letter_of_somebody_who_was_erased_is_unknown(scene):
    token = issue(scene, scene.mother)
    born_on = scene.mother.birth_date
    SubjectKey.objects.filter(person=scene.mother).delete()
    with pytest.raises(NotRecorded, match="letter_unknown"):
        open_with(token, born_on)


def test_an_ended_account_is_not_opened_again_by_a_letter(scene):
    open_with(issue(scene, scene.mother), scene.mother.birth_date)
    assert end_person_access(person_id=scene.mother.public_id)
    assert not end_person_access(person_id=scene.mother.public_id)
    with pytest.raises(Denied):
        open_with(issue(scene, scene.mother), scene.mother.birth_date)


def test_who_tries_letters_from_one_address_is_stopped_for_a_while(scene):
    for _ in range(LETTER_MISSES):
        with pytest.raises(NotRecorded, match="letter_unknown"):
            open_with(new_token(), scene.mother.birth_date)
    token = issue(scene, scene.mother)
    with pytest.raises(NotRecorded, match="too_many_letters"):
        open_with(token, scene.mother.birth_date)
    assert open_with(token, scene.mother.birth_date, address="192.0.2.8")


def test_one_who_has_a_whole_ipv6_network_is_one(scene):
    for number in range(LETTER_MISSES):
        with pytest.raises(NotRecorded, match="letter_unknown"):
            open_with(new_token(), scene.mother.birth_date, address=f"2001:db8:1:{number:x}::{number:x}")
    token = issue(scene, scene.mother)
    with pytest.raises(NotRecorded, match="too_many_letters"):
        open_with(token, scene.mother.birth_date, address="2001:db8:1:ff::1")
    assert open_with(token, scene.mother.birth_date, address="2001:db8:2::1")


def test_the_database_itself_refuses_a_second_open_letter_and_a_sixth_attempt(scene):
    issue(scene, scene.mother)
    letter = AccessLetter.objects.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        AccessLetter.objects.create(
            person=scene.mother,
            token_hash="x",
            issued_by=scene.user,
            team=scene.team,
            identity_check=IdentityCheck.KNOWN,
            language="ar",
            expires_at=timezone.now() + timedelta(days=1),
        )
    for wrong in (
        {"attempts": 6},
        {"expires_at": letter.issued_at},
        {"identity_check": "guess"},
        {"revoked_at": timezone.now()},
        {"used_at": timezone.now(), "revoked_at": timezone.now(), "revoked_because": LetterEnd.REVOKED},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            AccessLetter.objects.update(**wrong)

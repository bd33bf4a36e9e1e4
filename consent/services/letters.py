"""The access letter: issued face to face, opened with the birth date, used up by the passkey that comes of it."""

from datetime import date

from django.core.cache import cache
from django.db import transaction
from django.db.models import F, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from portal import proxies
from portal.accounts import messages
from portal.accounts.actor import Actor
from portal.accounts.enums import MessageKind
from portal.accounts.factors import hash_token
from portal.accounts.models import EnrolmentTicket, Team, User
from portal.accounts.services import EnrolmentRefusedError, admit_person
from portal.accounts.sessions import nobody
from portal.audit import services as audit
from portal.audit.actor import Who
from portal.audit.enums import Action, Event, Outcome

from ..enums import IdentityCheck, LetterEnd
from ..errors import NotRecorded
from ..letters import hash_of
from ..models import AccessLetter, Person
from ..policy import ACCESS_LETTER_ATTEMPTS, ACCESS_LETTER_LASTS, LETTER_MISSES, LETTER_MISSES_WINDOW, can_act_for_team
from ..queries import get_letter_for, get_reader_for, letter_of_token, open_letters, reads_on_own_account
from .acting import acting_for, lock_person, require, user_of


@transaction.atomic
def issue_access_letter(
    *, actor: Actor, person: Person, team: Team, language: str, identity_check: IdentityCheck, token: str
) -> AccessLetter:
    """Hand a letter to somebody whose identity was checked face to face; earlier letters stop counting.

    Args:
        person: who reads alone: the own dossier, or as an adult with custody that of somebody the team has to do with.
        token: from :func:`consent.letters.new_token`; only its hash is kept.

    Raises:
        Denied: if the actor may not act for the team, or the person is no such reader.
    """
    require(can_act_for_team(actor, team.pk), event=Event.ACCESS_LETTER_ISSUED, person=person)
    get_reader_for(actor, person.public_id)
    person = lock_person(person)
    now = timezone.now()
    who = acting_for(actor, team)
    for earlier in AccessLetter.objects.filter(person=person, used_at=None, revoked_at=None):
        _revoke(earlier, because=LetterEnd.REPLACED, who=who)
    letter = AccessLetter.objects.create(
        person=person,
        token_hash=hash_of(token),
        issued_by_id=user_of(actor),
        team=team,
        identity_check=identity_check,
        language=language,
        issued_at=now,
        expires_at=now + ACCESS_LETTER_LASTS,
    )
    audit.record(
        event=Event.ACCESS_LETTER_ISSUED,
        action=Action.CREATE,
        who=who,
        subject=str(person.public_id),
        object_type="access_letter",
        object_id=str(letter.public_id),
        details={"identity": IdentityCheck(identity_check).value, "language": language},
    )
    return letter


@transaction.atomic
def revoke_access_letter(*, actor: Actor, letter: AccessLetter, team: Team) -> None:
    """Make an open letter worthless, because it was lost. One that does not count any more stays as it is.

    Raises:
        Denied: if the person is not the actor's to see.
    """
    require(can_act_for_team(actor, team.pk), event=Event.ACCESS_LETTER_REVOKED, person=letter.person)
    get_letter_for(actor, letter.public_id)
    _revoke(letter, because=LetterEnd.REVOKED, who=acting_for(actor, team))


def open_access_letter(*, request: HttpRequest, token: str, birth_date: date, language: str) -> str | None:
    """Letter and birth date together begin a session in which a passkey can be made, and nothing else.

    A wrong date is counted; after five the letter is void and the team is told. A letter that is unknown, expired,
    used or void, and one of a person who was erased or does not decide any more, are one answer.

    Returns:
        The token of the enrolment ticket, or ``None`` for a wrong date.

    Raises:
        NotRecorded: ``letter_unknown``, or ``too_many_letters`` for an address with too many misses.
    """
    who = nobody(request).who
    if is_guessing(who.address):
        raise NotRecorded("too_many_letters")
    letter = letter_of_token(token)
    if letter is None:
        count_miss(who.address)
        raise NotRecorded("letter_unknown")
    with transaction.atomic():
        ticket = _open(request=request, letter=letter, birth_date=birth_date, language=language, who=who)
    if ticket is None:
        count_miss(who.address)
    return ticket


def use_access_letter(*, user: User, ticket: EnrolmentTicket) -> None:
    """The passkey is there: its letter is used up, in the same transaction. Of two telephones one comes through.

    A ticket of a person that no open letter stands behind makes no key.

    Raises:
        EnrolmentRefusedError: ``gone``.
    """
    if user.person_id is None:
        return
    now = timezone.now()
    letter = open_letters(now).filter(enrolment_hash=ticket.token_hash, person__public_id=user.person_id).first()
    if letter is None or open_letters(now).filter(pk=letter.pk).update(used_at=now) != 1:
        raise EnrolmentRefusedError("gone")
    _keep_history(letter)
    audit.record(
        event=Event.ACCESS_LETTER_USED,
        action=Action.EXECUTE,
        who=Who(kind="person", user_id=str(user.public_id), role="person", on_behalf_of=str(user.person_id)),
        subject=str(user.person_id),
        object_type="access_letter",
        object_id=str(letter.public_id),
    )


def is_guessing(address: str) -> bool:
    """Whether this address met too many letters that do not count, or wrong dates. A centre shares one address, so the
    bound is wide: what keeps a letter safe are its hundred bits and its five attempts."""
    return bool((cache.get(_misses_of(address)) or 0) >= LETTER_MISSES)


def count_miss(address: str) -> None:
    """One more letter that does not count, or wrong date, from this address."""
    cache.add(_misses_of(address), 0, timeout=int(LETTER_MISSES_WINDOW.total_seconds()))
    try:
        cache.incr(_misses_of(address))
    except ValueError:  # it expired just now
        cache.add(_misses_of(address), 1, timeout=int(LETTER_MISSES_WINDOW.total_seconds()))


def _misses_of(address: str) -> str:
    return f"consent:letter_misses:{hash_token(proxies.subscriber(address))}"


def _open(*, request: HttpRequest, letter: AccessLetter, birth_date: date, language: str, who: Who) -> str | None:
    now = timezone.now()
    mine = open_letters(now).filter(pk=letter.pk, attempts__lt=ACCESS_LETTER_ATTEMPTS)
    if letter.person.birth_date != birth_date:
        if not mine.update(attempts=F("attempts") + 1):
            raise NotRecorded("letter_unknown")
        _failed(letter, who=who)
        return None
    if not reads_on_own_account(letter.person):
        raise NotRecorded("letter_unknown")
    ticket = admit_person(request=request, person_id=letter.person.public_id, language=language)
    if not mine.update(enrolment_hash=hash_token(ticket)):
        raise NotRecorded("letter_unknown")
    return ticket


def _failed(letter: AccessLetter, *, who: Who) -> None:
    _keep_history(letter)
    audit.record(
        event=Event.ACCESS_LETTER_FAILED,
        action=Action.EXECUTE,
        who=who,
        subject=str(letter.person.public_id),
        object_type="access_letter",
        object_id=str(letter.public_id),
        outcome=Outcome.FAILED,
        reason="wrong_date",
        details={"wrong": letter.attempts},
    )
    if letter.attempts >= ACCESS_LETTER_ATTEMPTS:
        _revoke(letter, because=LetterEnd.GUESSED, who=who)
        messages.notify_team(team=letter.team, kind=MessageKind.LETTER_VOID, path=reverse("dossiers:start"))


def _revoke(letter: AccessLetter, *, because: LetterEnd, who: Who) -> None:
    unused: QuerySet[AccessLetter] = AccessLetter.objects.filter(pk=letter.pk, used_at=None, revoked_at=None)
    if not unused.update(revoked_at=timezone.now(), revoked_because=because, enrolment_hash=""):
        return
    _keep_history(letter)
    audit.record(
        event=Event.ACCESS_LETTER_REVOKED,
        action=Action.UPDATE,
        who=who,
        subject=str(letter.person.public_id),
        object_type="access_letter",
        object_id=str(letter.public_id),
        reason=because.value,
    )


def _keep_history(letter: AccessLetter) -> None:
    letter.refresh_from_db()
    AccessLetter.history.bulk_history_create([letter], update=True)

"""Consent on paper: taking the scan of a form back, recording what stands on it, withdrawing by it."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from portal.accounts.actor import Actor
from portal.accounts.models import Team
from portal.audit.actor import SYSTEM, Who
from portal.audit.enums import Action, Event
from portal.vault import services as vault
from portal.vault.errors import VaultError
from portal.vault.models import Container, StoredFile
from portal.vault.reading import NotReadable, read_codes

from ..enums import DataCategory, Method, PaperKind, Purpose, SignatureKind
from ..errors import NotRecorded
from ..models import Conversation, PaperForm, PaperScan, Person, ScannedFile
from ..paper_codes import PageCode, read_code
from ..policy import PAPER_PROVES, PAPER_WAITS, VALID_FOR, home_date
from ..queries import current_texts, get_paper_for, requirement_for
from ..signatures import Sign
from .acting import acting_for, lock_person, require_team_and_person, user_of
from .decisions import Talk, record_conversation
from .printing import record_about
from .withdrawals import withdraw


@transaction.atomic
def void_paper(*, actor: Actor, form: PaperForm, team: Team) -> None:
    """A lost or wrong form does not count any more. One that was used, or is void already, stays as it is.

    Raises:
        Denied: if the form is not the actor's to see.
    """
    require_team_and_person(actor=actor, team=team, person=form.person, event=Event.PAPER_VOIDED)
    get_paper_for(actor, form.public_id)
    if PaperForm.objects.filter(pk=form.pk, used_at=None, void_at=None).update(void_at=timezone.now()):
        _keep_history(form)
        record_about(Event.PAPER_VOIDED, Action.UPDATE, acting_for(actor, team), form, {})


def take_scan(
    *, actor: Actor, person: Person, team: Team, container: Container, files: Sequence[StoredFile], typed: str = ""
) -> PaperScan:
    """Find the form that was scanned, by the codes on its pages, and keep the scan with it.

    A form to withdraw acts at once, whatever the virus scanner will say about the bytes: they wait, the withdrawal does
    not. What is refused is destroyed.

    Args:
        files: stored in ``container`` by this request; pages in any order, turned any way.
        typed: the code of one page, typed by hand, for a scan on which no code can be read.

    Raises:
        Denied: if the actor may not act for the team or see the person.
        NotRecorded: with what is wrong; nothing is kept.
    """
    require_team_and_person(actor=actor, team=team, person=person, event=Event.PAPER_SCANNED)
    try:
        read = [read_codes(file) for file in files]
        genuine = [code for codes in read for code in map(read_code, codes.texts) if code is not None]
        with transaction.atomic():
            lock_person(person)
            if not genuine and not typed.strip() and any(codes.texts for codes in read):
                raise NotRecorded("paper_code_foreign")
            form = _match(genuine, typed=typed, pages=sum(codes.pages for codes in read), person=person, team=team)
            return _keep(
                actor=actor,
                team=team,
                form=form,
                container=container,
                files=[(file, codes.pages) for file, codes in zip(files, read, strict=True)],
            )
    except NotReadable as problem:
        vault.shred(container=container)
        raise NotRecorded("paper_too_many_pages" if problem.too_many_pages else "paper_unreadable") from problem
    except VaultError as problem:
        vault.shred(container=container)
        raise NotRecorded("paper_unreadable") from problem
    except NotRecorded:
        vault.shred(container=container)
        raise


def _match(genuine: Sequence[PageCode], *, typed: str, pages: int, person: Person, team: Team) -> PaperForm:
    by_hand = read_code(typed) if typed.strip() else None
    if typed.strip() and by_hand is None:
        raise NotRecorded("paper_code_wrong")
    found = {code.form for code in genuine} | ({by_hand.form} if by_hand else set())
    if not found:
        raise NotRecorded("paper_no_code")
    if len(found) > 1:
        raise NotRecorded("paper_mixed")
    form = (
        PaperForm.objects.select_related("person__subject_key", "team", "sender", "recipient", "notice_text__notice")
        .filter(public_id=found.pop(), person=person, sender=team.organisation_id)
        .first()
    )
    if form is None:
        raise NotRecorded("paper_other_person")
    check_usable(form)
    wanted = set(range(1, form.pages + 1))
    complete = pages >= form.pages if by_hand else wanted <= {code.page for code in genuine}
    if form.kind == PaperKind.DECISION and not complete:
        raise NotRecorded("paper_pages_missing")
    return form


def check_usable(form: PaperForm) -> None:
    """Whether a form still counts. One that asks consent was made for who decided when it was printed.

    Who decides changes on the twelfth and sixteenth birthday, and with custody: then others have to be asked, on a form
    with a line for each of them (Civil Code book 7 articles 450 and 465). A form to withdraw always counts once.

    Raises:
        NotRecorded: with what is the matter.
        consent.identity.Erased: if the person was erased.
    """
    now = timezone.now()
    if form.used_at is not None:
        raise NotRecorded("paper_used")
    if form.void_at is not None:
        raise NotRecorded("paper_void")
    if form.expires_at is not None and form.expires_at <= now:
        raise NotRecorded("paper_expired")
    if form.kind == PaperKind.DECISION:
        current = current_texts(purpose=Purpose(form.purpose))
        if form.notice_text_id not in {text.pk for text in current.values()}:
            raise NotRecorded("paper_notice_outdated")
        if requirement_for(form.person, at=form.printed_at) != requirement_for(form.person, at=now):
            raise NotRecorded("paper_deciders_changed")


def _keep(
    *, actor: Actor, team: Team, form: PaperForm, container: Container, files: Iterable[tuple[StoredFile, int]]
) -> PaperScan:
    now = timezone.now()
    withdrawn: tuple[Conversation, ...] = ()
    if form.kind == PaperKind.WITHDRAWAL:
        _use(form)
        withdrawn = withdraw(
            actor=actor,
            person=form.person,
            purpose=Purpose(form.purpose),
            recipient=form.recipient,
            sender=form.sender,
            reason="",
            team=team,
            language=form.language,
            method=Method.PAPER_SCAN,
        )
    scan = PaperScan.objects.create(
        form=form,
        container=container,
        taken_by_id=user_of(actor),
        taken_at=now,
        conversation=withdrawn[0] if withdrawn else None,
        shred_at=now + (PAPER_PROVES if form.kind == PaperKind.WITHDRAWAL else PAPER_WAITS),
    )
    for file, pages in files:
        ScannedFile.objects.create(scan=scan, file=file, pages=pages)
    details: dict[str, str | int] = {"kind": form.kind, "files": scan.files.count(), "withdrawn": len(withdrawn)}
    record_about(Event.PAPER_SCANNED, Action.CREATE, acting_for(actor, team), form, details)
    return scan


@transaction.atomic
def record_paper(
    *,
    actor: Actor,
    scan: PaperScan,
    team: Team,
    talk: Talk,
    choices: Mapping[DataCategory, bool],
    deciders: Collection[Person],
    secrecy_released: bool | None,
    signed_on: date,
) -> Conversation:
    """Record what a professional read from a clean scan, as a conversation on paper; the form is used up with it.

    Args:
        talk: as heard and as written; explanation and method are those of the form. A witness who signed the paper too
            stands in it by name and function.
        signed_on: the date on the paper, between the printing and today.

    Raises:
        Denied: if the actor may not act for the team or see the person.
        NotRecorded: with the rule that was not met; nothing is stored, and the form can still be used.
    """
    form = scan.form
    require_team_and_person(actor=actor, team=team, person=form.person, event=Event.CONSENT_RECORDED)
    person = lock_person(form.person)
    scan = PaperScan.objects.select_related("form__notice_text__notice", "conversation", "form__recipient").get(
        pk=scan.pk
    )
    form = scan.form
    if scan.conversation is not None:
        return scan.conversation
    if form.kind != PaperKind.DECISION or form.notice_text is None or form.sender_id != team.organisation_id:
        raise NotRecorded("paper_other_person")
    check_usable(form)
    if not scan.is_clean:
        raise NotRecorded("paper_not_clean")
    now = timezone.now()
    if not home_date(form.printed_at) <= signed_on <= home_date(now):
        raise NotRecorded("paper_date_wrong")
    _use(form)
    content = {
        "form": str(form.public_id),
        "file": " ".join(str(row.file.public_id) for row in scan.files.all()),
        "sha256": " ".join(row.file.sha256 for row in scan.files.all()),
        "signed_on": signed_on.isoformat(),
    }
    if talk.witness.strip():
        content |= {"witness": talk.witness, "function": talk.witness_function}
    try:
        conversation = record_conversation(
            actor=actor,
            person=person,
            team=team,
            recipient=form.recipient,
            purpose=Purpose(form.purpose),
            talk=replace(talk, notice_text=form.notice_text, method=Method.PAPER_SCAN),
            choices=choices,
            deciders=deciders,
            secrecy_released=secrecy_released,
            signatures={someone.public_id: Sign(kind=SignatureKind.PAPER, content=content) for someone in deciders},
            token=form.token,
            begun_at=form.printed_at,
        )
    except NotRecorded as refusal:
        # Paper is older than what was said since: a yes on it must not undo a later no.
        raise NotRecorded("paper_overtaken") if refusal.code == "decided_meanwhile" else refusal from None
    keep_until = now + VALID_FOR[Purpose(form.purpose)] + PAPER_PROVES
    scan.conversation, scan.shred_at = conversation, keep_until
    scan.save(update_fields=["conversation", "shred_at"])
    return conversation


def record_scan_read(*, actor: Actor, scan: PaperScan) -> None:
    """A page of a scan was on the screen. Call it inside the transaction of the reading."""
    record_about(Event.PAPER_READ, Action.READ, actor.who, scan.form, {"scan": str(scan.public_id)})


def erase_papers(*, person: Person, who: Who) -> None:
    """Destroy every scan about an erased person; the rows with ids stay. Idempotent."""
    PaperForm.objects.filter(person=person, used_at=None, void_at=None).update(void_at=timezone.now())
    _shred(PaperScan.objects.filter(form__person=person), who=who)


def shred_due_papers() -> int:
    """Destroy the scans whose time as proof is over. Returns how many."""
    with transaction.atomic():
        return _shred(PaperScan.objects.filter(shred_at__lte=timezone.now()), who=SYSTEM)


def _shred(scans: QuerySet[PaperScan], *, who: Who) -> int:
    due = list(scans.filter(container__shredded_at=None).select_related("container", "form__person"))
    for scan in due:
        vault.shred(container=scan.container)
        record_about(Event.PAPERS_SHREDDED, Action.DELETE, who, scan.form, {"scan": str(scan.public_id)})
    return len(due)


def _use(form: PaperForm) -> None:
    """Use a form up; of two at a time one comes through."""
    if PaperForm.objects.filter(pk=form.pk, used_at=None, void_at=None).update(used_at=timezone.now()) != 1:
        raise NotRecorded("paper_used")
    _keep_history(form)


def _keep_history(form: PaperForm) -> None:
    form.refresh_from_db(fields=["used_at", "void_at"])
    PaperForm.history.bulk_history_create([form], update=True)

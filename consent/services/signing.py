"""Keeping the signatures of those who decided."""

import secrets
import uuid
from collections.abc import Collection, Mapping

from ..enums import Method, SignatureKind
from ..errors import NotRecorded
from ..identity import seal_of_two
from ..models import Conversation, Person, Signature
from ..policy import signs_for
from ..signatures import NoSignature, Sign, read_strokes


def check_signatures(*, deciders: Collection[Person], signatures: Mapping[uuid.UUID, Sign], method: Method) -> None:
    """Everybody who decides has signed, nobody else has, and each in a way that goes with the method.

    Raises:
        NotRecorded: ``signature_missing`` or ``signature_unfit``.
    """
    if {decider.public_id for decider in deciders} != set(signatures):
        raise NotRecorded("signature_missing")
    for sign in signatures.values():
        if not signs_for(method, sign.kind):
            raise NotRecorded("signature_unfit")
        if not sign.content or not all(value.strip() for value in sign.content.values()):
            raise NotRecorded("signature_missing")
        if sign.kind == SignatureKind.DRAWN:
            try:
                read_strokes(sign.content.get("strokes", ""))
            except NoSignature:
                raise NotRecorded("signature_unfit") from None


def keep_signatures(
    *, conversation: Conversation, deciders: Collection[Person], signatures: Mapping[uuid.UUID, Sign]
) -> None:
    """Seal each signature with the keys of who signed and of the conversation's person, in the caller's transaction.

    The hash stays readable when a key is gone, and stands on receipts. So random salt is sealed with the content:
    without it, whoever guesses a typed name could try it against the hash.
    """
    rows = []
    for decider in deciders:
        given = signatures[decider.public_id]
        sign = Sign(kind=given.kind, content={**given.content, "salt": secrets.token_hex(16)})
        row = Signature(
            conversation=conversation,
            decider=decider,
            kind=sign.kind,
            sha256=sign.sha256,
            signed_at=conversation.at,
        )
        row.sealed = seal_of_two(conversation.person, decider, dict(sign.content), context=row.public_id)
        rows.append(row)
    Signature.objects.bulk_create(rows)

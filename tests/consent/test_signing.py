"""Signatures: what is refused, what is kept, and how it is shown."""

import json
import uuid

import pytest

from consent.enums import Method, SignatureKind
from consent.errors import NotRecorded
from consent.models import Conversation, Signature, SubjectKey
from consent.queries import current_texts, signatures_of
from consent.signatures import MOST_BYTES, MOST_POINTS, MOST_STROKES, NoSignature, Sign, path_of, read_strokes, written
from consent.understanding import is_own_words
from tests.consent_factories import decide, signed, talk

from .test_decisions import JGZ, give

LINE = [[100, 100], [150, 60], [200, 140], [250, 60], [300, 140], [350, 100]]
DRAWN = Sign(kind=SignatureKind.DRAWN, content={"strokes": json.dumps([LINE])})


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty"),
        ("  ", "empty"),
        ("[]", "empty"),
        ("[[]]", "empty"),
        ("{", "broken"),
        ("7", "broken"),
        ("[7]", "broken"),
        ("[[7]]", "broken"),
        ('[[["a", 1]]]', "broken"),
        ("[[[true, 1]]]", "broken"),
        ("[[[NaN, 1]]]", "broken"),
        ("[[[Infinity, 1]]]", "broken"),
        ("[[[1, 2, 3]]]", "broken"),
        ("[[[-1, 2]]]", "broken"),
        ("[[[1001, 2]]]", "broken"),
        ("[[[1, 301]]]", "broken"),
        ("[" * 60_000, "broken"),
        ("[[[5, 5]]]", "small"),
        (json.dumps([[[5 + step, 5] for step in range(20)]]), "small"),
        (json.dumps([LINE] * (MOST_STROKES + 1)), "large"),
        (json.dumps([[[1, 2]] * (MOST_POINTS + 1)]), "large"),
        ("[" + " " * MOST_BYTES + "]", "large"),
    ],
)
def test_what_is_no_drawn_signature(text, code):
    with pytest.raises(NoSignature) as refusal:
        read_strokes(text)
    assert refusal.value.code == code
    assert refusal.value.message


def test_a_line_is_kept_in_whole_units_and_drawn_again():
    strokes = read_strokes(json.dumps([[[x + 0.4, y] for x, y in LINE], [[10, 10]]]))
    assert strokes == [[tuple(point) for point in LINE], [(10, 10)]]
    assert read_strokes(written(strokes)) == strokes
    assert path_of(strokes) == "M100 100L150 60L200 140L250 60L300 140L350 100 M10 10L10 10"


def test_everybody_signs_and_it_is_sealed(scene):
    signs = {
        scene.mother.public_id: DRAWN,
        scene.father.public_id: Sign(kind=SignatureKind.CONFIRMED, content={"name": "عمر حداد"}),
    }
    conversation = give(scene, signatures=signs)
    rows = list(Signature.objects.order_by("pk"))
    assert [(row.decider, row.kind) for row in rows] == [
        (scene.mother, SignatureKind.DRAWN),
        (scene.father, SignatureKind.CONFIRMED),
    ]
    for row in rows:
        kept = dict(row.content)
        assert row.sha256 == Sign(kind=SignatureKind(row.kind), content=kept).sha256
        assert len(kept.pop("salt")) == 32
        assert kept == dict(signs[row.decider.public_id].content)
        assert b"150" not in bytes(row.sealed)
    drawn, typed = signatures_of(conversation)
    assert (drawn.name, drawn.words) == ("Rima Haddad", "")
    assert drawn.path.startswith("M100 100L150 60")
    assert (typed.words, typed.path) == ("عمر حداد", "")


def test_the_hash_is_of_the_content_alone():
    given = {"name": "Rima", "b": "2"}
    same = Sign(kind=SignatureKind.CONFIRMED, content=dict(reversed(given.items())))
    assert Sign(kind=SignatureKind.CONFIRMED, content=given).plain == same.plain == b'{"b":"2","name":"Rima"}'


def test_a_guessed_name_cannot_be_tried_against_the_hash(scene):
    first, second = give(scene), give(scene)
    typed = Sign(kind=SignatureKind.CONFIRMED, content={"name": scene.mother.name})
    hashes = [row.sha256 for talked in (first, second) for row in talked.signatures.filter(decider=scene.mother)]
    assert len({typed.sha256, *hashes}) == 3


def test_after_erasure_the_hash_is_left(scene):
    conversation = give(scene)
    SubjectKey.objects.filter(person=scene.child).delete()
    fresh = Conversation.objects.get(pk=conversation.pk)
    assert [(one.words, one.path, bool(one.signature.sha256)) for one in signatures_of(fresh)] == [("", "", True)] * 2


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda scene: {scene.father.public_id: None}, "signature_missing"),
        (lambda scene: {uuid.uuid4(): DRAWN}, "signature_missing"),
        (lambda scene: {scene.child.public_id: DRAWN}, "signature_missing"),
        (lambda scene: {scene.father.public_id: _sign("confirmed")}, "signature_missing"),
        (lambda scene: {scene.father.public_id: _sign("confirmed", name=" ")}, "signature_missing"),
        (lambda scene: {scene.father.public_id: _sign("drawn", strokes="[]")}, "signature_unfit"),
        (lambda scene: {scene.father.public_id: _sign("paper", sha256="0")}, "signature_unfit"),
        (lambda scene: {scene.father.public_id: _sign("witnessed", witness="X")}, "signature_unfit"),
    ],
)
def test_without_the_right_signatures_nothing_is_recorded(scene, change, code):
    changed = {**signed([scene.mother, scene.father]), **change(scene)}
    signs = {whose: sign for whose, sign in changed.items() if sign is not None}
    with pytest.raises(NotRecorded, match=code):
        give(scene, signatures=signs)
    assert not Conversation.objects.exists()


def _sign(kind: str, **content: str) -> Sign:
    return Sign(kind=SignatureKind(kind), content=content)


@pytest.mark.parametrize("name", ["Rima Haddad", "  rima   HADDAD ", "Ｒima Haddad", "the recorder"])
def test_a_witness_is_somebody_else(scene, name):
    witness = scene.actor.name if name == "the recorder" else name
    words = {"method": Method.WITNESSED_ORALLY, "witness": witness, "witness_function": "Tolk"}
    with pytest.raises(NotRecorded, match="witness_not_apart"):
        give(scene, talk=talk(current_texts(purpose=JGZ)["ar"], **words))


def test_said_before_a_witness(scene):
    words = {"method": Method.WITNESSED_ORALLY, "witness": "Noor Smit", "witness_function": "Begeleider"}
    sign = Sign(kind=SignatureKind.WITNESSED, content={"witness": "Noor Smit", "function": "Begeleider"})
    signs = {person.public_id: sign for person in (scene.mother, scene.father)}
    conversation = give(scene, talk=talk(current_texts(purpose=JGZ)["ar"], **words), signatures=signs)
    assert conversation.words["witness_function"] == "Begeleider"
    assert {one.words for one in signatures_of(conversation)} == {"Noor Smit, Begeleider"}


def test_who_needs_an_interpreter_has_one_or_a_reason(scene):
    scene.child.needs_interpreter = True
    scene.child.save()
    text = current_texts(purpose=JGZ)["ar"]
    alone = {"interpreter_kind": "not_needed", "interpreter_id": ""}
    with pytest.raises(NotRecorded, match="interpreter_reason_missing"):
        give(scene, talk=talk(text, **alone))
    conversation = give(scene, talk=talk(text, **alone, without_interpreter="Moeder spreekt goed Nederlands"))
    assert conversation.words["without_interpreter"]
    assert not conversation.interpreter_present


@pytest.mark.parametrize(
    ("text", "own"),
    [
        ("ja", False),
        ("Ja ja ja ja", False),
        ("yes", False),
        ("👍👍👍👍👍👍👍👍👍👍👍👍👍", False),
        ("... ... ...", False),
        ("1 2 3 4 5", False),
        ("نعم", False),
        ("የ", False),
        ("De zuster krijgt het", True),
        ("الملف يذهب إلى الطبيب", True),
        ("ናይ ቆልዓይ ክታበት ይልእኹ", True),
        ("医生会收到我孩子的疫苗记录和体重", True),
    ],
)
def test_own_words(text, own):
    assert is_own_words(text) is own


def test_a_thin_answer_is_not_recorded(scene):
    with pytest.raises(NotRecorded, match="understanding_thin"):
        decide(
            actor=scene.actor,
            team=scene.team,
            child=scene.child,
            deciders=[scene.mother, scene.father],
            talk=talk(current_texts(purpose=JGZ)["ar"], understanding="Ja ja"),
        )

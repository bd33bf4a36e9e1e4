"""The seven conditions, one by one and in random company, against an oracle of its own."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dossiers.enums import LawfulBasis, Status
from dossiers.policy import ReleaseFacts, can_release_bytes, may_travel
from portal.access import Proof
from portal.accounts.enums import Role

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
ALL_HOLD = ReleaseFacts(
    consent_covers=True,
    consent_code="covered",
    lawful_basis=LawfulBasis.CONSENT,
    has_written_ground=False,
    other_bases=frozenset(),
    roles_in_recipient_team=frozenset({Role.RECEIVER}),
    team_serves_coupling=True,
    status=Status.ACCEPTED,
    frozen=False,
    collection_until=NOON + timedelta(days=1),
    now=NOON,
    unclean_files=0,
    proof=Proof.RECENT_SECOND_FACTOR,
    audit_sequence=1,
)
OTHER_BASIS = {
    "lawful_basis": LawfulBasis.VITAL_INTEREST,
    "other_bases": frozenset({LawfulBasis.VITAL_INTEREST}),
    "has_written_ground": True,
    "consent_covers": False,
    "consent_code": "not_asked",
}
# What is broken, and the rule that says so.
BROKEN: list[tuple[dict[str, Any], str]] = [
    ({"consent_covers": False, "consent_code": "not_asked"}, "not_asked"),
    ({"consent_covers": False, "consent_code": "refused"}, "refused"),
    ({"consent_covers": False, "consent_code": "withdrawn"}, "withdrawn"),
    ({"consent_covers": False, "consent_code": "expired"}, "expired"),
    ({"consent_covers": False, "consent_code": "capacity_changed"}, "capacity_changed"),
    ({**OTHER_BASIS, "consent_code": "refused"}, "refused"),
    ({**OTHER_BASIS, "consent_code": "withdrawn"}, "withdrawn"),
    ({**OTHER_BASIS, "consent_code": "secrecy_not_released"}, "secrecy_not_released"),
    ({**OTHER_BASIS, "has_written_ground": False}, "basis_not_allowed"),
    ({**OTHER_BASIS, "other_bases": frozenset()}, "basis_not_allowed"),
    ({**OTHER_BASIS, "lawful_basis": LawfulBasis.LEGAL_DUTY}, "basis_not_allowed"),
    ({"lawful_basis": "", "consent_covers": True}, "basis_not_allowed"),
    ({"roles_in_recipient_team": frozenset()}, "not_in_recipient_team"),
    ({"roles_in_recipient_team": frozenset(set(Role) - {Role.RECEIVER})}, "not_in_recipient_team"),
    ({"team_serves_coupling": False}, "coupling_changed"),
    ({"frozen": True}, "coupling_changed"),
    *(({"status": status}, "wrong_state") for status in Status if status not in {Status.ACCEPTED, Status.COLLECTED}),
    ({"collection_until": NOON}, "collection_period_over"),
    ({"collection_until": None}, "collection_period_over"),
    ({"unclean_files": 1}, "file_not_clean"),
    ({"proof": Proof.SECOND_FACTOR}, "second_factor_too_old"),
    ({"proof": Proof.PASSWORD}, "second_factor_too_old"),
    ({"proof": Proof.NOTHING}, "second_factor_too_old"),
    ({"audit_sequence": None}, "not_audited"),
]


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"status": Status.COLLECTED},
        {"roles_in_recipient_team": frozenset(Role)},
        OTHER_BASIS,
        {**OTHER_BASIS, "consent_code": "expired"},
        {"collection_until": NOON + timedelta(microseconds=1)},
    ],
)
def test_if_all_hold_the_bytes_may_leave(changes: dict[str, Any]) -> None:
    assert can_release_bytes(replace(ALL_HOLD, **changes)).allowed


@pytest.mark.parametrize(("changes", "code"), BROKEN, ids=str)
def test_each_condition_alone_keeps_them(changes: dict[str, Any], code: str) -> None:
    decision = can_release_bytes(replace(ALL_HOLD, **changes))
    assert not decision.allowed
    assert decision.code == code


def test_each_of_the_seven_has_a_name_of_its_own() -> None:
    assert {code for _changes, code in BROKEN} >= {
        "not_asked",
        "not_in_recipient_team",
        "coupling_changed",
        "wrong_state",
        "collection_period_over",
        "file_not_clean",
        "second_factor_too_old",
        "not_audited",
    }


HOURS = st.integers(-800, 800).map(lambda hours: timedelta(hours=hours))
MOMENTS = HOURS.map(lambda away: NOON + away)
BASES = st.sampled_from(LawfulBasis)
FACTS = st.builds(
    ReleaseFacts,
    consent_covers=st.booleans(),
    consent_code=st.sampled_from(["covered", "refused", "withdrawn", "not_asked", "expired", "secrecy_not_released"]),
    lawful_basis=st.one_of(BASES, st.sampled_from(["", "other"])),
    has_written_ground=st.booleans(),
    other_bases=st.frozensets(BASES),
    roles_in_recipient_team=st.frozensets(st.sampled_from(Role), max_size=3),
    team_serves_coupling=st.booleans(),
    status=st.sampled_from(Status),
    frozen=st.booleans(),
    collection_until=st.none() | MOMENTS,
    now=MOMENTS,
    unclean_files=st.integers(0, 2),
    proof=st.sampled_from(Proof),
    audit_sequence=st.none() | st.integers(1, 9),
)


@st.composite
def nearly_all(draw: st.DrawFn) -> ReleaseFacts:
    """All hold, but for a few facts taken from anywhere: random facts alone would hardly ever make a yes."""
    anywhere = draw(FACTS)
    names = draw(st.sets(st.sampled_from(sorted(ALL_HOLD.__dataclass_fields__)), max_size=4))
    return replace(ALL_HOLD, **{name: getattr(anywhere, name) for name in names})


def oracle(facts: ReleaseFacts) -> bool:
    """The seven conditions of the design, written down again."""
    said_no = facts.consent_code in ("refused", "withdrawn", "secrecy_not_released")
    by_consent = facts.lawful_basis == "consent" and facts.consent_covers
    by_law = (
        facts.lawful_basis != "consent"
        and facts.lawful_basis in {basis.value for basis in facts.other_bases}
        and facts.has_written_ground
        and not said_no
    )
    return all(
        [
            by_consent or by_law,
            "receiver" in {role.value for role in facts.roles_in_recipient_team},
            facts.team_serves_coupling and not facts.frozen,
            facts.status in ("accepted", "collected"),
            facts.collection_until is not None and facts.collection_until > facts.now,
            facts.unclean_files == 0,
            facts.proof == 3,
            facts.audit_sequence is not None,
        ]
    )


@given(st.one_of(FACTS, nearly_all()))
def test_yes_only_if_all_seven_hold(facts: ReleaseFacts) -> None:
    assert can_release_bytes(facts).allowed is oracle(facts)


@given(
    code=st.sampled_from(["refused", "withdrawn", "secrecy_not_released", "restricted", "objected"]),
    basis=st.sampled_from([LawfulBasis.VITAL_INTEREST, LawfulBasis.LEGAL_DUTY]),
    bases=st.frozensets(BASES),
    ground=st.booleans(),
)
def test_no_other_basis_overrides_a_no(code: str, basis: LawfulBasis, bases: frozenset, ground: bool) -> None:
    decision = may_travel(
        lawful_basis=basis, consent_covers=False, consent_code=code, other_bases=bases, has_written_ground=ground
    )
    assert (decision.allowed, decision.code) == (False, code)

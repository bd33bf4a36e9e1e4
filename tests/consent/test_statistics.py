"""Counts of consent: no small number stands there, and none can be found by subtraction."""

import random
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from consent.enums import Purpose
from consent.queries import statistics
from consent.queries.statistics import count_consents
from consent.suppression import SMALLEST, protected, protected_line, with_totals
from portal.accounts.enums import OrganisationKind, Role
from portal.audit.models import Entry
from tests.consent_factories import actor_of, decide, family, sender_team
from tests.factories import TeamFactory, member
from tests.signing_in import sign_in


def determined(shown, table):
    """The hidden cells that the totals pin down: those whose unit vector lies in the span of the line equations."""
    hidden = [(r, c) for r, row in enumerate(shown) for c, value in enumerate(row) if value is None]
    number = {cell: at for at, cell in enumerate(hidden)}
    lines = [[(r, c) for c in range(len(table[0]))] for r in range(len(table))]
    lines += [[(r, c) for r in range(len(table))] for c in range(len(table[0]))]
    equations = []
    for line in lines:
        row = [0.0] * len(hidden)
        for cell in line:
            if cell in number:
                row[number[cell]] = -1.0 if cell == line[-1] else 1.0
        equations.append(row)
    return [cell for cell in hidden if _rank(equations) == _rank([*equations, _unit(number[cell], len(hidden))])]


def _unit(at, length):
    return [1.0 if place == at else 0.0 for place in range(length)]


def _rank(rows):
    rows, rank = [list(row) for row in rows], 0
    for column in range(len(rows[0]) if rows else 0):
        pivot = next((r for r in range(rank, len(rows)) if abs(rows[r][column]) > 1e-9), None)
        if pivot is None:
            continue
        rows[rank], rows[pivot] = rows[pivot], rows[rank]
        for r in range(len(rows)):
            if r != rank and abs(rows[r][column]) > 1e-9:
                factor = rows[r][column] / rows[rank][column]
                rows[r] = [a - factor * b for a, b in zip(rows[r], rows[rank], strict=True)]
        rank += 1
    return rank


@pytest.mark.parametrize("seed", range(40))
def test_no_small_count_can_be_computed(seed):
    chance = random.Random(seed)
    counts = [[chance.choice([0, 0, 1, 2, 4, 6, 9, 20, 60]) for _ in range(4)] for _ in range(chance.choice([3, 6]))]
    table, shown = with_totals(counts), protected(counts)
    for row, told in zip(table, shown, strict=True):
        assert all(there is None or there == count for count, there in zip(row, told, strict=True))
        assert not [there for there in told if there is not None and 0 < there < SMALLEST]
    found = [cell for cell in determined(shown, table) if 0 < table[cell[0]][cell[1]] < SMALLEST]
    assert not found, (counts, shown)


def test_a_table_without_small_counts_stays_whole():
    assert protected([[5, 0], [7, 12]]) == [[5, 0, 5], [7, 12, 19], [12, 12, 24]]
    assert protected([]) == []


def test_a_line_hides_a_second_count():
    assert protected_line([3, 8, 20]) == [None, None, 20]
    assert protected_line([1, 1, 30, 9]) == [None, None, 30, None], "two that add up to two are both one"
    assert protected_line([9, 20]) == [9, 20]


@pytest.fixture
def conversations(db):
    """Six in Arabic that say yes, one in Dutch that says no, all of last month; and one of this month."""
    team, user = sender_team()
    actor = actor_of(user, team)
    held = []
    for yes, code in [(None, "ar")] * 6 + [([], "nl")]:
        child, *parents = family(team=team)
        held.append(decide(actor=actor, team=team, child=child, deciders=parents, yes=yes, language=code))
    return held


def next_month():
    first = timezone.localdate().replace(day=1) + timedelta(days=32)
    return datetime(first.year, first.month, 2, 12, tzinfo=UTC)


def test_whole_months_are_counted(conversations):
    assert count_consents().total.counts == (0, 0, 0), "this month is not over"
    found = count_consents(now=next_month())
    lines = {line.key: line for line in found.by_language}
    assert lines["ar"].counts == (5, 0, 0), "six, rounded"
    assert lines["ar"].refusal == 0
    assert lines["nl"].counts == (0, None, 0)
    assert lines["nl"].refusal is None
    assert found.total.counts[1] is None
    purposes = {line.key: line.counts for line in found.by_purpose}
    assert purposes[Purpose.YOUTH_HEALTH] == (5, None, 0)
    assert [line.counts for line in found.by_month] == [(5, None, 0)]


def test_two_months_subtracted_tell_nothing_about_one_person():
    def shown(refused):
        cells = Counter({(Purpose.GUIDANCE, "ti", "given"): 41, (Purpose.GUIDANCE, "ti", "refused"): refused})
        return statistics._arranged(next_month(), ("ti",), cells, Counter({("2026-01", "refused"): refused}))

    for refused in range(5, 40):
        before, after = shown(refused), shown(refused + 1)
        for one, other in ((before.total, after.total), (before.by_month[0], after.by_month[0])):
            assert (other.counts[1] - one.counts[1]) in (0, 5)
        assert before.cells[Purpose.GUIDANCE, "ti", "refused"] % 5 == 0
    assert shown(10).total.refusal == 20, "of the rounded counts"


def test_a_language_that_differs_much_is_marked():
    cells = Counter(
        {
            (Purpose.GUIDANCE, "nl", "given"): 200,
            (Purpose.GUIDANCE, "nl", "refused"): 20,
            (Purpose.GUIDANCE, "ti", "given"): 20,
            (Purpose.GUIDANCE, "ti", "refused"): 20,
            (Purpose.GUIDANCE, "so", "given"): 8,
            (Purpose.GUIDANCE, "so", "refused"): 8,
        }
    )
    found = statistics._arranged(next_month(), ("nl", "so", "ti"), cells, Counter())
    assert {line.key: line.marked for line in found.by_language} == {"nl": False, "so": False, "ti": True}


def test_who_reads_the_counts(client, conversations):
    sign_in(client, member(Role.SENDER))
    assert client.get(reverse("consent:statistics")).status_code == 404
    assert client.get(reverse("consent:statistics_csv")).status_code == 404
    region = TeamFactory(organisation__kind=OrganisationKind.REGION)
    for role in (Role.REGION_ADMINISTRATOR, Role.PRIVACY_OFFICER):
        sign_in(client, member(role, team=region))
        assert "Cijfers over toestemming" in client.get(reverse("consent:statistics")).content.decode()
        assert client.get(reverse("consent:statistics_csv")).content.decode("utf-8-sig").startswith("Doel,Taal,Maand")
    assert Entry.objects.filter(event="consent:statistics:read", outcome="success").count() == 4

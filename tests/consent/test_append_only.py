"""What was published or decided cannot be changed, not even by SQL."""

import pytest
from django.db import IntegrityError, connection, transaction

from portal.audit.immutable import missing_triggers
from tests.consent_factories import decide

TABLES = ("consent_notice", "consent_noticetext", "consent_conversation", "consent_decider", "consent_decision")


@pytest.mark.parametrize("table", TABLES)
def test_no_row_is_changed_or_deleted(scene, table):
    decide(actor=scene.actor, team=scene.team, child=scene.child, deciders=[scene.mother, scene.father])
    assert missing_triggers(connection, table) == []
    statements = [f'UPDATE "{table}" SET id = id', f'DELETE FROM "{table}"']
    if connection.vendor == "postgresql":
        statements.append(f'TRUNCATE "{table}" CASCADE')
        connection.check_constraints()  # what is still deferred would stop the TRUNCATE before the trigger does
    for statement in statements:
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)

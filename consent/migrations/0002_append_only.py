from django.db import migrations

from portal.audit.immutable import append_only


class Migration(migrations.Migration):
    dependencies = [("consent", "0001_initial")]

    operations = [
        append_only(table)
        for table in (
            "consent_notice",
            "consent_noticetext",
            "consent_noticecheck",
            "consent_conversation",
            "consent_decider",
            "consent_decision",
            "consent_signature",
            "consent_erasure",
        )
    ]

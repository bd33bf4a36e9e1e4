"""Who reaches the routes of consent: senders and receivers. Whom they see there is decided per person."""

from django.utils.translation import gettext_lazy as _

from portal.access import READ, READ_WRITE, WRITE, AccessRow, Proof
from portal.accounts.enums import Role
from portal.navigation import Entry

PROFESSIONALS = frozenset({Role.SENDER.value, Role.RECEIVER.value})
ADMINISTRATOR = frozenset({Role.REGION_ADMINISTRATOR.value})
COUNTERS = frozenset({Role.REGION_ADMINISTRATOR.value, Role.PRIVACY_OFFICER.value})
OFFICER = frozenset({Role.PRIVACY_OFFICER.value})

ACCESS = (
    AccessRow(
        route="consent:find",
        methods=READ_WRITE,
        proof=Proof.SECOND_FACTOR,
        roles=PROFESSIONALS,
        why="Find one person who told their V-number and birth date; there is no list to look through.",
    ),
    AccessRow(
        route="consent:decide",
        methods=READ_WRITE,
        roles=PROFESSIONALS,
        why="Record a decision together with the person; it opens the way for data.",
        purpose=_("toestemming vastleggen"),
    ),
    AccessRow(
        route="consent:family",
        methods=READ_WRITE,
        roles=PROFESSIONALS,
        why="Write down who has custody; it decides who may choose and who may read.",
        purpose=_("gezag vastleggen"),
    ),
    AccessRow(
        route="consent:family_end",
        methods=WRITE,
        roles=PROFESSIONALS,
        why="Write down that somebody no longer has custody.",
        purpose=_("gezag vastleggen"),
    ),
    AccessRow(
        route="consent:conversation",
        proof=Proof.SECOND_FACTOR,
        roles=PROFESSIONALS,
        why="Sender and recipient of a consent see what was decided.",
    ),
    AccessRow(route="consent:receipt", roles=PROFESSIONALS, why="The proof leaves the portal as a file."),
    AccessRow(route="consent:receipt_json", roles=PROFESSIONALS, why="The proof leaves the portal as a file."),
    AccessRow(route="consent:receipt_fhir", roles=PROFESSIONALS, why="The proof leaves the portal as a file."),
    AccessRow(
        route="consent:proofs",
        methods=READ_WRITE,
        roles=OFFICER,
        why="The privacy officer finds the records of consent of whoever asks; it opens no dossier.",
        purpose=_("bewijs van toestemming zoeken"),
    ),
    AccessRow(
        route="consent:proofs_of",
        roles=OFFICER,
        why="The privacy officer sees which consents were given, refused and taken back.",
        purpose=_("bewijs van toestemming zoeken"),
    ),
    AccessRow(
        route="consent:proof",
        roles=OFFICER,
        why="The privacy officer proves a consent to somebody outside.",
        purpose=_("bewijs van toestemming zoeken"),
    ),
    AccessRow(
        route="consent:rights",
        proof=Proof.SECOND_FACTOR,
        roles=OFFICER,
        why="The privacy officer sees which requests by law wait, and until when; no name and no word of them.",
    ),
    AccessRow(
        route="consent:right",
        methods=READ_WRITE,
        roles=OFFICER,
        why="The privacy officer reads a person's own words and answers; a yes to erasing is carried out at once.",
        purpose=_("een verzoek beantwoorden"),
    ),
    AccessRow(
        route="consent:right_extend",
        methods=WRITE,
        roles=OFFICER,
        why="The privacy officer takes up to two months more, and says why.",
        purpose=_("een verzoek beantwoorden"),
    ),
    AccessRow(
        route="consent:restriction_end",
        methods=WRITE,
        roles=OFFICER,
        why="The privacy officer tells that data that rest will be used again, and a week later ends the rest.",
        purpose=_("een verzoek beantwoorden"),
    ),
    AccessRow(
        route="consent:rights_of",
        proof=Proof.SECOND_FACTOR,
        roles=PROFESSIONALS | OFFICER,
        why="What a person can ask by law; a team sees what its organisation wrote down, the officer sees no name.",
    ),
    AccessRow(
        route="consent:right_write",
        methods=READ_WRITE,
        roles=PROFESSIONALS | OFFICER,
        why="A team that knows the person, or the privacy officer, writes down what came in by telephone or letter.",
        purpose=_("een verzoek opschrijven"),
    ),
    AccessRow(
        route="consent:rectifications",
        proof=Proof.SECOND_FACTOR,
        roles=PROFESSIONALS,
        why="Teams see that somebody whom they know asks to correct something.",
    ),
    AccessRow(
        route="consent:rectification",
        methods=READ_WRITE,
        roles=PROFESSIONALS,
        why="A team that knows the person checks and corrects what names them.",
        purpose=_("gegevens verbeteren"),
    ),
    AccessRow(
        route="consent:notice_text",
        proof=Proof.NOTHING,
        why="A published explanation is no secret; receipts name its address.",
    ),
    AccessRow(
        route="consent:recording",
        proof=Proof.NOTHING,
        why="A voice reads a published explanation; whoever cannot read hears it without an account.",
    ),
    *(
        AccessRow(
            route=f"consent:{route}",
            methods=methods,
            proof=Proof.SECOND_FACTOR,
            roles=ADMINISTRATOR,
            why="The region's administrator writes the explanations; no person is in them.",
        )
        for route, methods in (
            ("notices", READ_WRITE),
            ("notice_draft", READ_WRITE),
            ("notice_write", READ_WRITE),
            ("notice_compare", READ),
            ("notice_check", READ_WRITE),
        )
    ),
    *(
        AccessRow(
            route=f"consent:{route}",
            methods=methods,
            roles=ADMINISTRATOR,
            why="Who cannot read trusts the voice: what it says is published by the region's administrator, at once.",
            purpose=_("de uitleg publiceren"),
        )
        for route, methods in (
            ("notice_recordings", READ),
            ("notice_recording", WRITE),
            ("notice_recording_remove", WRITE),
        )
    ),
    AccessRow(
        route="consent:notice_publish",
        methods=WRITE,
        roles=ADMINISTRATOR,
        why="What is published is fixed, and may make every consent for a purpose stop counting.",
        purpose=_("de uitleg publiceren"),
    ),
    AccessRow(
        route="consent:statistics",
        proof=Proof.SECOND_FACTOR,
        roles=COUNTERS,
        why="Counts without persons; small numbers are left out.",
    ),
    AccessRow(
        route="consent:statistics_csv",
        proof=Proof.SECOND_FACTOR,
        roles=COUNTERS,
        why="The same counts for a spreadsheet.",
    ),
    AccessRow(
        route="consent:withdraw",
        methods=READ_WRITE,
        proof=Proof.SECOND_FACTOR,
        roles=PROFESSIONALS,
        why="Taking back is as easy as giving: a professional does it on request, without a fresh code.",
    ),
    AccessRow(
        route="consent:assist",
        methods=WRITE,
        roles=PROFESSIONALS,
        why="Open a session in which a person reads the own dossier at the desk.",
    ),
    AccessRow(
        route="consent:confirm",
        methods=READ_WRITE,
        proof=Proof.SECOND_FACTOR,
        roles=PROFESSIONALS,
        why="The person at the desk confirms with the own birth date.",
    ),
    AccessRow(
        route="consent:assist_close",
        methods=WRITE,
        proof=Proof.SECOND_FACTOR,
        roles=PROFESSIONALS,
        why="The person leaves the desk.",
    ),
    AccessRow(
        route="consent:questions",
        proof=Proof.SECOND_FACTOR,
        roles=PROFESSIONALS | OFFICER,
        why="What persons ask about their consents waits here, without a name.",
    ),
    AccessRow(
        route="consent:question",
        methods=READ_WRITE,
        proof=Proof.SECOND_FACTOR,
        roles=PROFESSIONALS | OFFICER,
        why="A team of the sender that knows the person answers, or the privacy officer, who sees no name.",
    ),
    AccessRow(
        route="consent:papers",
        proof=Proof.SECOND_FACTOR,
        roles=PROFESSIONALS,
        why="Which forms of the own organisation are out for a person; ask consent on paper or take a scan back.",
    ),
    AccessRow(
        route="consent:paper",
        methods=WRITE,
        roles=PROFESSIONALS,
        why="A form with a name leaves the portal.",
        purpose=_("formulier afdrukken"),
    ),
    AccessRow(
        route="consent:paper_scan",
        methods=WRITE,
        proof=Proof.SECOND_FACTOR,
        roles=PROFESSIONALS,
        why="A scan comes in; one that withdraws never waits for a fresh code.",
    ),
    AccessRow(
        route="consent:paper_void",
        methods=WRITE,
        proof=Proof.SECOND_FACTOR,
        roles=PROFESSIONALS,
        why="A lost form is made worthless at once, without a fresh code.",
    ),
    AccessRow(
        route="consent:paper_enter",
        methods=READ_WRITE,
        roles=PROFESSIONALS,
        why="Record what stands on a form that was signed; it opens the way for data.",
        purpose=_("toestemming vastleggen"),
    ),
    AccessRow(
        route="consent:paper_picture",
        roles=PROFESSIONALS | OFFICER,
        why="The signed form, for the sender's team and for the privacy officer who proves a consent.",
        purpose=_("ondertekend formulier bekijken"),
    ),
    AccessRow(
        route="consent:access_letter",
        methods=READ_WRITE,
        roles=PROFESSIONALS,
        why="A letter opens somebody's own pages: given face to face, with a fresh second factor.",
    ),
    AccessRow(
        route="consent:access_letter_revoke",
        methods=WRITE,
        proof=Proof.SECOND_FACTOR,
        roles=PROFESSIONALS,
        why="A lost letter is made worthless at once, without a fresh code.",
    ),
)

NAVIGATION = (
    Entry(route="consent:questions", label=_("Vragen van inwoners"), order=31),
    Entry(route="consent:find", label=_("Persoon zoeken"), order=20),
    Entry(route="consent:rectifications", label=_("Gegevens verbeteren"), order=25),
    Entry(route="consent:rights", label=_("Verzoeken van inwoners"), order=32),
    Entry(route="consent:notices", label=_("Uitleg over toestemming"), order=83),
    Entry(route="consent:statistics", label=_("Cijfers over toestemming"), order=84),
    Entry(route="consent:proofs", label=_("Bewijs van toestemming"), order=33),
)

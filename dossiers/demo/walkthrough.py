"""The part of the demo that README, tour and browser test all follow. Nothing in here depends on the seed."""

from datetime import date
from typing import Final

CHILD_V_NUMBER: Final = "V9000000001"
CHILD_BIRTH_DATE: Final = date(2020, 5, 14)
CHILD_NAME: Final = "Rima Al-Sabbagh"
CHILD_MUNICIPALITY: Final = "GM0321"
CHILD_LANGUAGE: Final = "ar"
FATHER_NAME: Final = "Nabil Al-Sabbagh"
FATHER_BIRTH_DATE: Final = date(1988, 3, 9)
MOTHER_NAME: Final = "Hala Al-Sabbagh"
MOTHER_BIRTH_DATE: Final = date(1991, 11, 2)

SENDER_EMAIL: Final = "jgz-zeist-azc@demo.example"
RECEIVER_EMAIL: Final = "jgz-houten@demo.example"
OTHER_MUNICIPALITY_EMAIL: Final = "jgz-woerden@demo.example"
EDITOR_EMAIL: Final = "redacteur@demo.example"
PRIVACY_OFFICER_EMAIL: Final = "fg@demo.example"
REGION_ADMINISTRATOR_EMAIL: Final = "regiobeheer@demo.example"
PASSWORD_ONLY_EMAIL: Final = "alleen-wachtwoord@demo.example"  # noqa: S105 -- an address
NEW_COLLEAGUE_EMAIL: Final = "nieuwe-collega@demo.example"
FAMILY_WITH_ACCOUNT: Final = "zeist"

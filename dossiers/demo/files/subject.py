"""What the makers of files know about a person, and what they hand back."""

import hashlib
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from random import Random

from .. import chance


@dataclass(frozen=True, kw_only=True)
class DemoFile:
    """A file as it would be chosen in the browser."""

    name: str
    content: bytes

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


@dataclass(frozen=True, kw_only=True)
class Subject:
    """The fictitious person a file is about. ``native_name`` is the name in the person's own script, if it has one."""

    name: str
    native_name: str
    v_number: str
    birth_date: date
    sex: str
    language: str
    centre: str
    municipality: str

    def dice(self, purpose: str) -> Random:
        """Chance that is the same each time for this person and this purpose."""
        return chance.dice(self.v_number, purpose)

    def at_age(self, *, months: float) -> date:
        """The day on which the person had this age."""
        return self.birth_date + timedelta(days=round(months * 30.44))

    def visits(self) -> list["Visit"]:
        """Measurements so far, as JGZ would have taken them; and none before birth."""
        dice = self.dice("growth")
        tall, heavy = dice.uniform(0.95, 1.05), dice.uniform(0.9, 1.12)
        last = min(max((LAST_VISIT - self.birth_date).days / 30.44, 0), 216)
        return [
            Visit(
                on=self.at_age(months=months),
                months=months,
                height_cm=round(_between(months, 1) * tall, 1),
                weight_kg=round(_between(months, 2) * heavy, 1),
            )
            for months in (0, 1, 2, 3, 6, 11, 14, 24, 36, 45, 60, 72, 96, 120, 132, 156, 180, 204)
            if months <= last
        ]

    def vaccinations(self) -> list["Vaccination"]:
        """The shots given so far, a mix of those of the country of origin and of the Dutch programme."""
        dice = self.dice("vaccinations")
        return [
            Vaccination(
                on=self.at_age(months=months + dice.uniform(0, 0.6)),
                code=code,
                name=name,
                lot=f"DEMO{dice.randrange(1000, 9999)}",
            )
            for months, code, name in SCHEDULE
            if self.at_age(months=months + 1) <= LAST_VISIT
        ]


@dataclass(frozen=True, kw_only=True)
class Visit:
    on: date
    months: int
    height_cm: float
    weight_kg: float


@dataclass(frozen=True, kw_only=True)
class Vaccination:
    on: date
    code: str
    name: str
    lot: str


LAST_VISIT = date(2026, 9, 1)
# (age in months, CVX code, what the card says)
SCHEDULE = (
    (0, "19", "BCG"),
    (2, "146", "DTPa-IPV-Hib-HepB"),
    (3, "133", "PCV"),
    (4, "146", "DTPa-IPV-Hib-HepB"),
    (11, "133", "PCV"),
    (14, "03", "MMR / BMR"),
    (14, "114", "MenACWY"),
    (48, "130", "DTP-IPV"),
    (108, "03", "MMR / BMR"),
    (132, "165", "HPV"),
)
# (age in months, height in cm, weight in kg): a made-up child in the middle of the chart
MIDDLE = (
    (0, 50, 3.4), (1, 54, 4.3), (2, 58, 5.3), (3, 61, 6.1), (6, 67, 7.8), (11, 74, 9.4), (14, 78, 10.3), (24, 88, 12.5),
    (36, 97, 14.8), (45, 103, 16.7), (60, 111, 19.0), (72, 117, 21.5), (96, 130, 27.0), (120, 141, 33.5),
    (132, 147, 37.0), (156, 158, 46.5), (180, 167, 56.0), (204, 171, 61.5), (216, 173, 64.0),
)  # fmt: skip


def _between(months: float, column: int) -> float:
    for low, high in pairwise(MIDDLE):
        if months <= high[0]:
            part = (months - low[0]) / (high[0] - low[0])
            return low[column] + part * (high[column] - low[column])
    return MIDDLE[-1][column]

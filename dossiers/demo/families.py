"""Which families there are: languages, places, ages. Names and birthdays are drawn from the seed."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Final

from . import chance, walkthrough
from .names import NAMES

CAN_MANAGE_WITHOUT_INTERPRETER: Final = frozenset({"en", "fr"})


@dataclass(frozen=True, kw_only=True)
class Child:
    """A child of ``age``; with ``birthday_in``, the child becomes that age in so many days (before today: negative)."""

    age: int
    birthday_in: int | None = None


@dataclass(frozen=True, kw_only=True)
class Household:
    """A family as a pattern. ``adults`` is ``FM`` (mother and father), ``F``, ``M`` or nothing at all."""

    key: str
    language: str
    centre: str
    municipality: str
    adults: str = ""
    children: tuple[Child, ...] = ()
    guardian: str = ""
    cannot_read: str = ""


@dataclass(frozen=True, kw_only=True)
class Member:
    """Somebody to register. ``role`` is ``mother``, ``father``, ``guardian`` or ``child1``, ``child2`` …"""

    role: str
    name: str
    native_name: str
    sex: str
    birth_date: date
    v_number: str
    cannot_read: bool = False

    @property
    def is_child(self) -> bool:
        return self.role.startswith("child")


@dataclass(frozen=True, kw_only=True)
class Family:
    """A household with names and birthdays."""

    key: str
    household: Household
    members: tuple[Member, ...]

    def member(self, role: str) -> Member:
        return next(member for member in self.members if member.role == role)


def _children(*ages: int) -> tuple[Child, ...]:
    return tuple(Child(age=age) for age in ages)


HOUSEHOLDS: Final = (
    Household(key="rima", language="ar", centre="Zeist", municipality="GM0321", adults="FM", children=_children(6, 2)),
    Household(key="houten", language="ar", centre="Zeist", municipality="GM0321", adults="F", children=_children(4, 9)),
    Household(
        key="nieuwegein", language="ti", centre="Zeist", municipality="GM0356", adults="F", children=_children(1, 5)
    ),
    Household(
        key="stichtse-vecht", language="ti", centre="Utrecht", municipality="GM1904", adults="FM",
        children=(Child(age=12, birthday_in=3), Child(age=8)),
    ),
    Household(
        key="zeist", language="fa", centre="Zeist", municipality="GM0355", adults="FM",
        children=(Child(age=16, birthday_in=4),),
    ),
    Household(
        key="heuvelrug", language="prs", centre="Leersum", municipality="GM1581", adults="FM", cannot_read="mother",
        children=(Child(age=16, birthday_in=-2), Child(age=13), Child(age=7)),
    ),
    Household(
        key="utrecht", language="so", centre="Utrecht", municipality="GM0344", adults="F", cannot_read="mother",
        children=(Child(age=12, birthday_in=-5), Child(age=11), Child(age=3)),
    ),
    Household(key="woerden", language="tr", centre="Leersum", municipality="GM0632", adults="FM",
              children=_children(14)),
    Household(key="de-bilt", language="uk", centre="Utrecht", municipality="GM0310", adults="F",
              children=_children(17, 10)),
    Household(key="bunnik", language="fr", centre="Zeist", municipality="GM0312", adults="F", children=_children(0)),
    Household(key="lopik", language="en", centre="Leersum", municipality="GM0331", adults="M"),
    Household(
        key="ijsselstein", language="ti", centre="Leersum", municipality="GM0353", children=_children(15),
        guardian="Marijke Tolbrink (voogd)",
    ),
    Household(
        key="vijfheerenlanden", language="ar", centre="Utrecht", municipality="GM1961", adults="FM",
        children=_children(3, 5),
    ),
    Household(key="montfoort", language="fa", centre="Leersum", municipality="GM0335", adults="M",
              children=_children(8)),
    Household(
        key="wijk-bij-duurstede", language="prs", centre="Utrecht", municipality="GM0352", adults="FM",
        children=_children(2, 6),
    ),
    Household(key="oudewater", language="so", centre="Zeist", municipality="GM0589", adults="FM",
              children=_children(9)),
    Household(key="de-ronde-venen", language="ar", centre="Leersum", municipality="GM0736", adults="FM",
              children=_children(1)),
    Household(key="utrecht-2", language="uk", centre="Zeist", municipality="GM0344", adults="F",
              children=_children(7)),
    Household(key="nieuwegein-2", language="tr", centre="Utrecht", municipality="GM0356", adults="FM",
              children=_children(4)),
    Household(key="houten-2", language="fr", centre="Leersum", municipality="GM0321", adults="M",
              children=_children(17)),
)  # fmt: skip


def families(*, seed: int, scale: int, today: date) -> list[Family]:
    """The families of the demo; ``scale`` repeats the pattern, with other names and birthdays each time."""
    return [
        _family(household, number=number, copy=copy, seed=seed, today=today)
        for copy in range(scale)
        for number, household in enumerate(HOUSEHOLDS, start=1)
    ]


def _family(household: Household, *, number: int, copy: int, seed: int, today: date) -> Family:
    dice = chance.dice(seed, copy, household.key)
    pool = NAMES[household.language]
    women, men = dice.sample(pool.women, len(pool.women)), dice.sample(pool.men, len(pool.men))
    if pool.patronymic:
        father, grandfather = men.pop(), men.pop()
        surname, fathers_surname = _joined(father, grandfather), grandfather
    else:
        father = men.pop()
        surname = fathers_surname = dice.choice(pool.families)
    members: list[Member] = []

    def add(role: str, given: tuple[str, str], family: tuple[str, str], sex: str, born: date) -> None:
        name, native = _joined(given, family)
        v_number = f"V9{copy:05d}{number:03d}{len(members)}"
        members.append(
            Member(
                role=role,
                name=name,
                native_name=native,
                sex=sex,
                birth_date=born,
                v_number=v_number,
                cannot_read=role == household.cannot_read,
            )
        )

    for sex in household.adults:
        born = _born(Child(age=dice.randrange(24, 44)), dice=dice, today=today)
        if sex == "F":
            her_own = _joined(men[0], men[-1]) if pool.patronymic else surname
            add("mother", women.pop(), her_own, "f", born)
        else:
            add("father", father, fathers_surname, "m", born)
    for place, child in enumerate(household.children, start=1):
        sex = dice.choice("fm")
        given = (women if sex == "f" else men).pop()
        add(f"child{place}", given, surname, sex, _born(child, dice=dice, today=today))
    if household.guardian:
        members.append(
            Member(role="guardian", name=household.guardian, native_name="", sex="f", birth_date=date(1979, 3, 2),
                   v_number="")
        )  # fmt: skip
    key = household.key if copy == 0 else f"{household.key}~{copy}"
    family = Family(key=key, household=household, members=tuple(members))
    return _walkthrough(family) if key == "rima" else family


def _walkthrough(family: Family) -> Family:
    """The family that README and browser test know by name."""
    known = {
        "mother": (walkthrough.MOTHER_NAME, "هالة الصباغ", "f"),
        "father": (walkthrough.FATHER_NAME, "نبيل الصباغ", "m"),
        "child1": (walkthrough.CHILD_NAME, "ريما الصباغ", "f"),
        "child2": ("Adam Al-Sabbagh", "آدم الصباغ", "m"),
    }
    born = {
        "mother": walkthrough.MOTHER_BIRTH_DATE,
        "father": walkthrough.FATHER_BIRTH_DATE,
        "child1": walkthrough.CHILD_BIRTH_DATE,
    }
    members = []
    for member in family.members:
        name, native, sex = known[member.role]
        the_child = member.role == "child1"
        members.append(
            Member(
                role=member.role,
                name=name,
                native_name=native,
                sex=sex,
                birth_date=born.get(member.role, member.birth_date),
                v_number=walkthrough.CHILD_V_NUMBER if the_child else member.v_number,
            )
        )
    return Family(key=family.key, household=family.household, members=tuple(members))


def _joined(given: tuple[str, str], family: tuple[str, str]) -> tuple[str, str]:
    return f"{given[0]} {family[0]}", f"{given[1]} {family[1]}".strip()


def _born(child: Child, *, dice: Random, today: date) -> date:
    if child.birthday_in is not None:
        birthday = today + timedelta(days=child.birthday_in)
        return _years_before(birthday, child.age)
    return _years_before(today, child.age) - timedelta(days=dice.randrange(20, 340))


def _years_before(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year - years)
    except ValueError:  # 29 February: nobody is born on a day that does not exist
        return day.replace(year=day.year - years, day=28)

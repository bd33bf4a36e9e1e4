"""Names that could be anybody's, per language: as written on Dutch papers, and in their own script."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Names:
    """Pools of names. With ``patronymic``, people carry the name of their father instead of a family name."""

    women: tuple[tuple[str, str], ...]
    men: tuple[tuple[str, str], ...]
    families: tuple[tuple[str, str], ...] = ()
    patronymic: bool = False


def _same(*names: str) -> tuple[tuple[str, str], ...]:
    return tuple((name, "") for name in names)


NAMES: dict[str, Names] = {
    "ar": Names(
        women=(("Salma", "سلمى"), ("Lubna", "لبنى"), ("Nour", "نور"), ("Dima", "ديما"), ("Rania", "رانيا"),
               ("Hiba", "هبة"), ("Maysa", "ميساء")),
        men=(("Karim", "كريم"), ("Samer", "سامر"), ("Tarek", "طارق"), ("Ziad", "زياد"), ("Yazan", "يزن"),
             ("Bassel", "باسل"), ("Anas", "أنس")),
        families=(("Al-Qasim", "القاسم"), ("Darwish", "درويش"), ("Al-Hallaq", "الحلاق"), ("Kanaan", "كنعان"),
                  ("Al-Najjar", "النجار")),
    ),
    "fa": Names(
        women=(("Shirin", "شیرین"), ("Mahsa", "مهسا"), ("Nasrin", "نسرین"), ("Elaheh", "الهه")),
        men=(("Kaveh", "کاوه"), ("Behnam", "بهنام"), ("Arash", "آرش"), ("Siavash", "سیاوش")),
        families=(("Rostami", "رستمی"), ("Jahanbakhsh", "جهانبخش"), ("Karimzadeh", "کریم‌زاده")),
    ),
    "prs": Names(
        women=(("Zarmina", "زرمینه"), ("Parwana", "پروانه"), ("Laila", "لیلا"), ("Freshta", "فرشته")),
        men=(("Farhad", "فرهاد"), ("Najib", "نجیب"), ("Omid", "امید"), ("Rahim", "رحیم"), ("Jawad", "جواد")),
        families=(("Haidari", "حیدری"), ("Noorzai", "نورزی"), ("Sadat", "سادات")),
    ),
    "ti": Names(
        women=(("Selam", "ሰላም"), ("Helen", "ሄለን"), ("Feven", "ፌቨን"), ("Rahwa", "ራህዋ"), ("Semhar", "ሰምሃር")),
        men=(("Filmon", "ፊልሞን"), ("Yonas", "ዮናስ"), ("Tesfay", "ተስፋይ"), ("Abel", "ኣቤል"), ("Mehari", "መሓሪ"),
             ("Haile", "ሃይለ")),
        patronymic=True,
    ),
    "so": Names(
        women=_same("Hodan", "Ifrah", "Sagal", "Ayaan", "Nimco"),
        men=_same("Abdirahman", "Cabdi", "Guleed", "Liban", "Warsame", "Yusuf"),
        patronymic=True,
    ),
    "tr": Names(
        women=_same("Elif", "Zeynep", "Derya", "Sevgi"),
        men=_same("Emre", "Murat", "Deniz", "Serkan"),
        families=_same("Korkmazer", "Aydoğdu", "Yıldıztepe"),
    ),
    "uk": Names(
        women=(("Olena", "Олена"), ("Daryna", "Дарина"), ("Sofiia", "Софія"), ("Iryna", "Ірина")),
        men=(("Taras", "Тарас"), ("Andrii", "Андрій"), ("Maksym", "Максим"), ("Bohdan", "Богдан")),
        families=(("Kovalchenko", "Ковальченко"), ("Stepaniuk", "Степанюк"), ("Horbenko", "Горбенко")),
    ),
    "fr": Names(
        women=_same("Aïssatou", "Mariama", "Divine", "Chantal"),
        men=_same("Mamadou", "Ibrahima", "Fabrice", "Désiré"),
        families=_same("Baldé-Camara", "Niyonkuru", "Sylla-Keïta"),
    ),
    "en": Names(
        women=_same("Blessing", "Patience", "Mercy"),
        men=_same("Emmanuel", "Godwin", "Festus"),
        families=_same("Okafor-Bello", "Mugisha", "Adeyinka"),
    ),
}  # fmt: skip

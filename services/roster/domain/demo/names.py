"""Names for the demo: common given names with family names that nobody bears.

The family names are composed from words for landscape in each language, so that no name of
the demo can be taken for a real person's.
"""

from __future__ import annotations

from random import Random
from typing import Final

import msgspec


class Culture(msgspec.Struct, frozen=True):
    """A way of naming; share: households out of 100; spanish: how many of them speak it."""

    share: int
    given: tuple[str, ...]
    first: tuple[str, ...]
    second: tuple[str, ...]
    spanish: int = 0

    def family(self, draw: Random) -> str:
        return draw.choice(self.first) + draw.choice(self.second)


ENGLISH: Final = Culture(
    share=46,
    given=(
        "Amelia", "Ben", "Chloe", "Daniel", "Ella", "Finn", "Grace", "Henry", "Isla", "Jack",
        "Kayla", "Leo", "Maya", "Noah", "Olive", "Peter", "Quinn", "Ruby", "Sam", "Tessa",
        "Una", "Victor", "Willa", "Zoë", "Renée", "André", "Siân", "Jürgen", "Søren", "Łucja",
    ),
    first=("Brack", "Cald", "Dunmer", "Ellin", "Farro", "Gland", "Hollim", "Ister", "Kestr"),
    second=("enmoor", "erfell", "ingrove", "iswick", "owbeck", "umdale", "ynhurst", "økvik"),
)  # fmt: skip
SPANISH: Final = Culture(
    share=26,
    given=(
        "Álvaro", "Begoña", "Camila", "Diego", "Elena", "Inés", "Joaquín", "Lucía", "Mateo",
        "Nuria", "Óscar", "Paula", "Rocío", "Sofía", "Tomás", "Úrsula", "Valentín", "Ximena",
    ),
    first=("Arro", "Campo", "Llano", "Monte", "Nieve", "Peña", "Rio", "Sierra", "Valle"),
    second=("brezal", "cañuelo", "fontán", "lindero", "marisma", "olmedal", "robledín"),
    spanish=70,
)  # fmt: skip
ARABIC: Final = Culture(
    share=8,
    given=("أمل", "باسم", "جنى", "خالد", "رنا", "سامي", "ليلى", "مريم", "نور", "يوسف"),
    first=("النهر", "الجبل", "الزهر", "الوادي", "القمر"),
    second=("أفقي", "ريحان", "سهلاوي", "غيمان"),
)
CHINESE: Final = Culture(
    share=8,
    given=("安琪", "博文", "晨曦", "家豪", "美玲", "思远", "婷婷", "小明", "雨桐", "子涵"),
    first=("云", "溪", "松", "岚", "霞"),
    second=("桥", "坡", "湾", "岭"),
)
CYRILLIC: Final = Culture(
    share=6,
    given=("Алёна", "Борис", "Вера", "Глеб", "Дарья", "Егор", "Ирина", "Лев", "Майя", "Юрий"),
    first=("Ветро", "Камне", "Лесо", "Снего", "Тихо"),
    second=("бродин", "горник", "дольский", "полянов"),
)
DEVANAGARI: Final = Culture(
    share=6,
    given=("अनन्या", "आरव", "दिया", "ईशान", "कविता", "नेहा", "प्रिया", "रोहन", "सुनीता", "विवान"),
    first=("पर्वत", "सागर", "मेघ", "उपवन", "झरना"),
    second=("तटकर", "पथवाल", "छायन", "कुंजे"),
)
CULTURES: Final = (ENGLISH, SPANISH, ARABIC, CHINESE, CYRILLIC, DEVANAGARI)


def draw_culture(draw: Random) -> Culture:
    return draw.choices(CULTURES, weights=[culture.share for culture in CULTURES])[0]

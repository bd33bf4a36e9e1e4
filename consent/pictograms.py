"""Which pictogram of ``templates/icons`` stands for what, for somebody who does not read."""

from django.template.loader import render_to_string

from .enums import DataCategory, Purpose

INK = "#073a45"

PURPOSES: dict[Purpose, str] = {
    Purpose.MEDICAL_FILE: "doctor",
    Purpose.YOUTH_HEALTH: "child",
    Purpose.GUIDANCE: "house",
    Purpose.RISK_SIGNAL: "warning",
    Purpose.ASSESSMENT: "work",
    Purpose.QUESTION: "question",
}

CATEGORIES: dict[DataCategory, str] = {
    DataCategory.VACCINATIONS: "vaccination",
    DataCategory.GROWTH: "ruler",
    DataCategory.DEVELOPMENT: "star",
    DataCategory.MEDICAL_HISTORY: "health",
    DataCategory.MEDICATION: "pill",
    DataCategory.MENTAL_HEALTH: "heart",
    DataCategory.TB_SCREENING: "lungs",
    DataCategory.SOCIAL_SITUATION: "house",
    DataCategory.FAMILY: "people",
    DataCategory.EDUCATION: "school",
    DataCategory.LANGUAGE_LEVEL: "talk",
    DataCategory.WORK: "work",
    DataCategory.RISK: "warning",
}


def pictogram(name: str) -> bytes:
    """The drawing as an SVG file of its own, in the ink of our paper."""
    drawing = render_to_string(f"icons/{name}.svg", {"classes": ""})
    look = f'xmlns="http://www.w3.org/2000/svg" fill="none" stroke="{INK}" stroke-width="1.8" stroke-linecap="round" '
    return drawing.replace('class=""', f'{look}stroke-linejoin="round"', 1).encode()

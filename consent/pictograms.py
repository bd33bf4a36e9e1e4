"""Which pictogram of ``templates/icons`` stands for what, for somebody who does not read."""

from .enums import DataCategory, Purpose

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

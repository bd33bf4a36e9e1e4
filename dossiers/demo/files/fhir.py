"""What another system exports: a FHIR R4 collection Bundle."""

import json
import uuid

from .subject import DemoFile, Subject

LANGUAGE_SYSTEM = "urn:ietf:bcp:47"


def fhir_bundle(subject: Subject) -> DemoFile:
    """A Patient with the Immunizations and the last growth Observations."""
    patient = _id(subject, "patient")
    names = [{"use": "official", "text": subject.name}]
    if subject.native_name:
        names.append({"use": "usual", "text": subject.native_name})
    resources: list[dict] = [
        {
            "resourceType": "Patient",
            "id": patient,
            "meta": {"tag": [{"system": "http://terminology.hl7.org/CodeSystem/v3-ActReason", "code": "HTEST"}]},
            "identifier": [{"system": "urn:demo:v-nummer", "value": subject.v_number}],
            "name": names,
            "gender": {"f": "female", "m": "male"}[subject.sex],
            "birthDate": subject.birth_date.isoformat(),
            "communication": [
                {"language": {"coding": [{"system": LANGUAGE_SYSTEM, "code": subject.language}]}, "preferred": True}
            ],
        }
    ]
    for number, shot in enumerate(subject.vaccinations()):
        resources.append(
            {
                "resourceType": "Immunization",
                "id": _id(subject, f"immunization/{number}"),
                "status": "completed",
                "vaccineCode": {
                    "coding": [{"system": "http://hl7.org/fhir/sid/cvx", "code": shot.code}],
                    "text": shot.name,
                },
                "patient": {"reference": f"urn:uuid:{patient}"},
                "occurrenceDateTime": shot.on.isoformat(),
                "lotNumber": shot.lot,
            }
        )
    for visit in subject.visits()[-2:]:
        for code, display, value, unit in (
            ("8302-2", "Body height", visit.height_cm, "cm"),
            ("29463-7", "Body weight", visit.weight_kg, "kg"),
        ):
            resources.append(
                {
                    "resourceType": "Observation",
                    "id": _id(subject, f"observation/{visit.months}/{code}"),
                    "status": "final",
                    "code": {"coding": [{"system": "http://loinc.org", "code": code, "display": display}]},
                    "subject": {"reference": f"urn:uuid:{patient}"},
                    "effectiveDateTime": visit.on.isoformat(),
                    "valueQuantity": {
                        "value": value,
                        "unit": unit,
                        "system": "http://unitsofmeasure.org",
                        "code": unit,
                    },
                }
            )
    bundle = {
        "resourceType": "Bundle",
        "id": _id(subject, "bundle"),
        "type": "collection",
        "timestamp": "2026-09-01T09:30:00+02:00",
        "entry": [{"fullUrl": f"urn:uuid:{resource['id']}", "resource": resource} for resource in resources],
    }
    return DemoFile(
        name="Dossier (FHIR).json", content=json.dumps(bundle, ensure_ascii=False, indent=2).encode("utf-8")
    )


def _id(subject: Subject, part: str) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"urn:demo:{subject.v_number}/{part}"))

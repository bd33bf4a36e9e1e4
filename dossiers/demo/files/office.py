"""A letter from Word and a growth table from Excel, with fixed times inside, so that the bytes stay the same."""

import re
import zipfile
from io import BytesIO
from xml.sax.saxutils import escape

from openpyxl import Workbook
from openpyxl.chart import LineChart, Reference
from openpyxl.styles import Font

from .subject import DemoFile, Subject

MADE_AT = (2026, 9, 1, 9, 30, 0)

CONTENT_TYPES = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">\
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>\
<Default Extension="xml" ContentType="application/xml"/>\
<Override PartName="/word/document.xml" \
ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>"""
RELATIONS = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">\
<Relationship Id="rId1" Target="word/document.xml" \
Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"/></Relationships>"""
DOCUMENT = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>{}\
<w:sectPr><w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1417" w:right="1417" w:bottom="1417" w:left="1417" \
w:header="708" w:footer="708" w:gutter="0"/></w:sectPr></w:body></w:document>"""
RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff]")


def letter(subject: Subject) -> DemoFile:
    """A letter from one nurse to the next, with a greeting in the family's own script."""
    lines = [
        f"Team azc {subject.centre} (demo)",
        f"Aan: team {subject.municipality} (demo)",
        "1 september 2026",
        f"Betreft: {subject.name}, geboren {subject.birth_date:%d-%m-%Y}, V-nummer {subject.v_number}",
        "Beste collega,",
        "Deze persoon verhuist binnenkort naar uw gemeente en stelt een eerste afspraak op prijs.",
        "In het azc ging het de laatste weken beter: meer slaap, meer buiten. De Nederlandse taal komt snel.",
        "Graag aandacht voor het gebit en voor de volgende vaccinatie. De tandarts is nog niet bezocht.",
        subject.native_name,
        "Met vriendelijke groet,",
        "Medewerker azc (fictief)",
    ]
    body = "".join(_paragraph(line) for line in lines if line)
    parts = {
        "[Content_Types].xml": CONTENT_TYPES,
        "_rels/.rels": RELATIONS,
        "word/document.xml": DOCUMENT.format(body),
    }
    return DemoFile(
        name="Brief aan collega.docx", content=_zipped({name: text.encode() for name, text in parts.items()})
    )


def growth_table(subject: Subject) -> DemoFile:
    """Height and weight since birth, with a chart."""
    book = Workbook()
    sheet = book.active
    sheet.title = "Groei"
    sheet.append(["Groeigegevens (fictief)", "", "", ""])
    sheet.append([subject.name, subject.native_name, subject.v_number, subject.birth_date.isoformat()])
    sheet.append(["Leeftijd (maanden)", "Datum", "Lengte (cm)", "Gewicht (kg)"])
    for cell in sheet[3]:
        cell.font = Font(bold=True)
    visits = subject.visits()
    for visit in visits:
        sheet.append([visit.months, visit.on, visit.height_cm, visit.weight_kg])
    for column, width in zip("ABCD", (20, 22, 14, 14), strict=True):
        sheet.column_dimensions[column].width = width
    if visits:
        last = 3 + len(visits)
        chart = LineChart()
        chart.title = "Lengte en gewicht"
        chart.add_data(Reference(sheet, min_col=3, max_col=4, min_row=3, max_row=last), titles_from_data=True)
        chart.set_categories(Reference(sheet, min_col=1, min_row=4, max_row=last))
        sheet.add_chart(chart, "F3")
    saved = BytesIO()
    book.save(saved)
    with zipfile.ZipFile(saved) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    # openpyxl writes the time of saving into the properties.
    core = parts["docProps/core.xml"]
    parts["docProps/core.xml"] = re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", b"2026-09-01T09:30:00Z", core)
    return DemoFile(name="Groeigegevens.xlsx", content=_zipped(parts))


def _paragraph(text: str) -> str:
    if RIGHT_TO_LEFT.search(text):
        return f"<w:p><w:pPr><w:bidi/></w:pPr><w:r><w:rPr><w:rtl/></w:rPr><w:t>{escape(text)}</w:t></w:r></w:p>"
    return f"<w:p><w:r><w:t>{escape(text)}</w:t></w:r></w:p>"


def _zipped(parts: dict[str, bytes]) -> bytes:
    output = BytesIO()
    with zipfile.ZipFile(output, "w") as archive:
        for name, content in parts.items():
            entry = zipfile.ZipInfo(name, date_time=MADE_AT)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)
    return output.getvalue()

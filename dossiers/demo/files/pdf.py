"""The handover form of the JGZ, as a PDF with real text in it."""

from io import BytesIO

import pydyf

from .subject import DemoFile, Subject

PAGE = (595, 842)
MARGIN = 56


def form(subject: Subject) -> DemoFile:
    """Two pages: who it is about, how the child is doing, the shots so far."""
    visit = subject.visits()[-1] if subject.visits() else None
    first = [
        ("title", "Overdrachtsformulier jeugdgezondheidszorg"),
        ("small", "Fictief voorbeeld. De persoon op dit formulier bestaat niet."),
        ("head", "1. Kind"),
        ("line", f"Naam: {subject.name}"),
        ("line", f"V-nummer: {subject.v_number}"),
        ("line", f"Geboortedatum: {subject.birth_date:%d-%m-%Y}"),
        ("line", f"Van: JGZ azc {subject.centre} (demo)     Naar: JGZ {subject.municipality} (demo)"),
        ("head", "2. Groei en ontwikkeling"),
        ("line", f"Laatste meting: {visit.on:%d-%m-%Y}" if visit else "Laatste meting: nog niet gemeten"),
        ("line", f"Lengte: {visit.height_cm} cm     Gewicht: {visit.weight_kg} kg" if visit else "Geboren in het azc."),
        ("line", "Van Wiechen / ontwikkeling: passend bij de leeftijd, taal in opbouw."),
        ("line", "Gehoor en ogen: gescreend, geen bijzonderheden."),
        ("head", "3. Gezin en opvang"),
        ("line", "Het gezin woont sinds dit voorjaar in het azc en verhuist binnenkort."),
        ("line", f"Taal thuis: {subject.language}. Graag een tolk bij het eerste gesprek."),
        ("head", "4. Wat kan niet wachten"),
        ("line", "De volgende vaccinatie binnen acht weken na de verhuizing."),
        ("line", "Een oproep voor het eerste bezoek op het nieuwe adres."),
    ]
    second = [("head", "5. Vaccinaties"), ("table", f"{'Datum':<14}{'Vaccin':<26}Partij")]
    second += [("table", f"{shot.on:%d-%m-%Y}    {shot.name:<26}{shot.lot}") for shot in subject.vaccinations()]
    second += [("head", "6. Ondertekening"), ("line", "Jeugdverpleegkundige JGZ (demo)")]
    content = _document([first, second], title="Overdrachtsformulier")
    return DemoFile(name="Overdrachtsformulier JGZ.pdf", content=content)


# (font, size, leading)
STYLES = {
    "title": ("F2", 18, 30),
    "head": ("F2", 12, 28),
    "line": ("F1", 10.5, 17),
    "small": ("F1", 8, 14),
    "table": ("F3", 10, 17),
}


def _document(pages: list[list[tuple[str, str]]], *, title: str) -> bytes:
    document = pydyf.PDF()
    document.info["Title"] = pydyf.String(title)
    document.info["Producer"] = pydyf.String("Demo")
    fonts = pydyf.Dictionary()
    for key, font in (("F1", "Helvetica"), ("F2", "Helvetica-Bold"), ("F3", "Courier")):
        fonts[key] = pydyf.Dictionary(
            {"Type": "/Font", "Subtype": "/Type1", "BaseFont": f"/{font}", "Encoding": "/WinAnsiEncoding"}
        )
    resources = pydyf.Dictionary({"Font": fonts})
    for number, lines in enumerate(pages, start=1):
        stream = pydyf.Stream(compress=True)
        y = PAGE[1] - MARGIN
        for style, text in [*lines, ("small", ""), ("small", f"Pagina {number} van {len(pages)}")]:
            font, size, leading = STYLES[style]
            y -= leading
            stream.begin_text()
            stream.set_font_size(font, size)
            stream.set_text_matrix(1, 0, 0, 1, MARGIN, y)
            stream.show_text(f"<{text.encode('cp1252', 'replace').hex()}>")
            stream.end_text()
            if style == "head":
                stream.set_line_width(0.5)
                stream.move_to(MARGIN, y - 4)
                stream.line_to(PAGE[0] - MARGIN, y - 4)
                stream.stroke()
        document.add_object(stream)
        document.add_page(
            pydyf.Dictionary(
                {
                    "Type": "/Page",
                    "Parent": document.pages.reference,
                    "MediaBox": pydyf.Array([0, 0, *PAGE]),
                    "Resources": resources,
                    "Contents": stream.reference,
                }
            )
        )
    output = BytesIO()
    document.write(output)
    return output.getvalue()

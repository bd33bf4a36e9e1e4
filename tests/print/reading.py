"""What a test looks for in a PDF."""

from io import BytesIO
from typing import Any

from pypdf import PdfReader


def reader(pdf: bytes) -> PdfReader:
    """The file, read strictly: a fault in its structure is an error."""
    return PdfReader(BytesIO(pdf), strict=True)


def text_of(pdf: bytes) -> str:
    """The text in reading order."""
    return "\n".join(page.extract_text() for page in reader(pdf).pages)


def fonts_of(pdf: bytes) -> dict[str, bool]:
    """Each font's name without its random-looking prefix, and whether its glyphs are in the file."""
    found = {}
    for thing in objects_of(pdf):
        if isinstance(thing, dict) and thing.get("/Type") == "/FontDescriptor":
            name = str(thing["/FontName"]).split("+", 1)[-1]
            found[name] = any(key in thing for key in ("/FontFile", "/FontFile2", "/FontFile3"))
    return found


def tags_of(pdf: bytes) -> list[Any]:
    """All elements of the structure tree, in reading order."""
    found = []

    def walk(element: Any) -> None:
        element = element.get_object()
        if isinstance(element, dict) and "/S" in element:
            found.append(element)
        for kid in element.get("/K", []) if isinstance(element, dict) else []:
            if not isinstance(kid, int):
                walk(kid)

    for kid in reader(pdf).trailer["/Root"]["/StructTreeRoot"]["/K"]:
        walk(kid)
    return found


def objects_of(pdf: bytes) -> list[Any]:
    """Every object of the file."""
    source = reader(pdf)
    numbers = {*source.xref.get(0, {}), *source.xref_objStm}
    return [source.get_object(number) for number in sorted(numbers) if number]

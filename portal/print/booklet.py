"""Lays the pages of a document two by two on sheets twice as wide, in the order of a folded, stitched booklet.

The tags stay: each page becomes a form XObject of its sheet, and the structure tree, still in reading order, points
into it (ISO 32000-1, 14.7.4.2). So a screen reader reads on from page 1 to 2, wherever they lie on the paper.
"""

from typing import Any

BLANK = -1


def order(pages: int, *, right_to_left: bool) -> list[tuple[int, int]]:
    """For each side of each sheet the page on the left and the one on the right, counted from 0, or ``BLANK``.

    A booklet that reads from right to left has its back on the right: left and right change places.
    """
    total = -(-pages // 4) * 4
    sides = []
    for sheet in range(total // 4):
        front = (total - 1 - 2 * sheet, 2 * sheet)
        back = (2 * sheet + 1, total - 2 - 2 * sheet)
        sides += [front, back]
    if right_to_left:
        sides = [(right, left) for left, right in sides]
    return [(_or_blank(left, pages), _or_blank(right, pages)) for left, right in sides]


def _or_blank(page: int, pages: int) -> int:
    return page if page < pages else BLANK


def impose(pdf: Any, *, right_to_left: bool) -> None:
    """Change a ``pydyf.PDF`` of equal pages, tagged and without bookmarks, into sheets. Links go: paper has none."""
    import pydyf

    by_reference = {thing.reference: thing for thing in pdf.objects}
    pages = [by_reference[reference] for reference in pdf.page_references]
    _drop_links(pdf, pages, by_reference)
    _left, _bottom, width, height = pages[0]["MediaBox"]
    forms = {page.reference: _as_form(page, by_reference) for page in pages}
    sheets, sheet_of = [], {}
    for sides in order(len(pages), right_to_left=right_to_left):
        content, shown = [], pydyf.Dictionary()
        present = [(pages[index], place) for place, index in enumerate(sides) if index != BLANK]
        for page, place in present:
            name = f"Page{place}"
            shown[name] = forms[page.reference]
            content.append(f"q 1 0 0 1 {place * width:.3f} 0 cm /{name} Do Q")
        stream = pydyf.Stream(content, compress=True)
        pdf.add_object(stream)
        sheet = pydyf.Dictionary(
            {
                "Type": "/Page",
                "Parent": pdf.pages.reference,
                "MediaBox": pydyf.Array([0, 0, 2 * width, height]),
                "Contents": stream.reference,
                "Resources": pydyf.Dictionary({"XObject": shown}),
                "Tabs": "/S",
            }
        )
        pdf.add_object(sheet)
        sheets.append(sheet.reference)
        sheet_of.update({page.reference: sheet.reference for page, _place in present})
    for thing in pdf.objects:
        if _is_element(thing) and "Pg" in thing:
            _point_at_sheet(thing, sheet_of, forms)
    for page in pages:
        # Empty, not free: pydyf counts free objects wrongly in its cross-reference stream.
        page.clear()
    pdf.pages["Kids"] = pydyf.Array(sheets)
    pdf.pages["Count"] = len(sheets)


def _is_element(thing: Any) -> bool:
    return isinstance(thing, dict) and thing.get("Type") == "/StructElem"


def _drop_links(pdf: Any, pages: list[Any], by_reference: dict[bytes, Any]) -> None:
    # Where fragments of the text lie: nothing points at them any more.
    pdf.catalog.pop("Names", None)
    gone = set()
    for thing in pdf.objects:
        if isinstance(thing, dict) and thing.get("Type") in ("/OBJR", "/Annot"):
            gone.add(thing.reference)  # type: ignore[attr-defined]
            thing.clear()
    for page in pages:
        page.pop("Annots", None)
    for thing in pdf.objects:
        if _is_element(thing):
            thing["K"][:] = [kid for kid in thing["K"] if kid not in gone]
            if thing["S"] == "/Link":
                thing["S"] = "/Span"
    tree = by_reference[by_reference[pdf.catalog["StructTreeRoot"]]["ParentTree"]]
    del tree["Nums"][2 * len(pages) :]


def _as_form(page: Any, by_reference: dict[bytes, Any]) -> bytes:
    stream = by_reference[page["Contents"]]
    stream.extra.update(
        Type="/XObject",
        Subtype="/Form",
        BBox=page["MediaBox"],
        Resources=page["Resources"],
        StructParents=page["StructParents"],
    )
    reference: bytes = stream.reference
    return reference


def _point_at_sheet(element: Any, sheet_of: dict[bytes, bytes], forms: dict[bytes, bytes]) -> None:
    import pydyf

    page = element["Pg"]
    element["Pg"] = sheet_of[page]
    element["K"][:] = [
        pydyf.Dictionary({"Type": "/MCR", "Pg": sheet_of[page], "Stm": forms[page], "MCID": kid})
        if isinstance(kid, int)
        else kid
        for kid in element["K"]
    ]

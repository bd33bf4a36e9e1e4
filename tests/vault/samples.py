"""Files as people send them, and files as nobody should."""

import io
import json
import struct
import zipfile
import zlib

import docx
import openpyxl
import PIL.Image

# In two pieces, so that no scanner takes this file for the test virus that it describes.
EICAR = "X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-" + "STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"

CONTENT_TYPES = b'<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'


def pdf(size: int = 600) -> bytes:
    """As much like a PDF as the vault looks at, ``size`` bytes long."""
    start, end = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", b"\nstartxref\n0\n%%EOF\n"
    return (
        start + bytes(index * 7 % 251 for index in range(251)) * (size // 251 + 1) + end
        if size == 0
        else (start + (b"\x01\x02vaccinatie" * (size // 12 + 1))[: max(0, size - len(start) - len(end))] + end)
    )


def image(form: str, size: tuple[int, int] = (64, 48)) -> bytes:
    target = io.BytesIO()
    PIL.Image.new("RGB", size, "teal").save(target, form)
    return target.getvalue()


def heic() -> bytes:
    ftyp = b"ftypheic\0\0\0\0mif1heic"
    ispe = struct.pack(">I4sIII", 20, b"ispe", 0, 64, 48)
    return struct.pack(">I", len(ftyp) + 4) + ftyp + ispe


def word(text: str = "Beste collega") -> bytes:
    document = docx.Document()
    document.add_paragraph(text)
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def sheet() -> bytes:
    book = openpyxl.Workbook()
    book.active.append(["datum", "lengte", "gewicht"])
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def open_document() -> bytes:
    return zipped({"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": b"<office/>"}, stored=True)


def bundle() -> bytes:
    return json.dumps({"resourceType": "Bundle", "type": "document", "entry": []}).encode()


def zipped(members: dict[str, bytes], *, stored: bool = False) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return target.getvalue()


def office(**members: bytes) -> bytes:
    """A DOCX with these further members; ``__`` in a name stands for a dot."""
    further = {f"word/{name.replace('__', '.')}": content for name, content in members.items()}
    return zipped({"[Content_Types].xml": CONTENT_TYPES, "word/document.xml": b"<w:document/>", **further})


def word_bomb(megabytes: int) -> bytes:
    """A DOCX that unpacks to this many megabytes of zeros, from a thousandth of it."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", CONTENT_TYPES)
        with archive.open("word/document.xml", "w") as member:
            for _ in range(megabytes):
                member.write(bytes(1024 * 1024))
    return target.getvalue()


def encrypted_word() -> bytes:
    """A DOCX whose members say that they are encrypted."""
    content = bytearray(office())
    at = content.find(b"PK\x03\x04")
    while at != -1:
        content[at + 6] |= 1
        at = content.find(b"PK\x03\x04", at + 4)
    return bytes(content)


def two_faced_word() -> bytes:
    """A DOCX with a member that its list at the end does not name."""
    hidden, shown = office(hidden__xml=b"<hidden/>"), office()
    directory = hidden.find(b"PK\x01\x02")
    return hidden[:directory] + shown[shown.find(b"PK\x01\x02") :]


def png_bomb() -> bytes:
    """A PNG header that announces 30 000 by 30 000 points."""
    header = b"IHDR" + struct.pack(">IIBBBBB", 30_000, 30_000, 8, 2, 0, 0, 0)
    end = b"IEND"
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(chunk) - 4) + chunk + struct.pack(">I", zlib.crc32(chunk))
        for chunk in (header, b"IDAT" + zlib.compress(b"\0" * 100), end)
    )


def program() -> bytes:
    return b"MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff" + bytes(200)


def mp3(frames: int = 8, *, tag: int = 0) -> bytes:
    """Silence as MPEG-1 layer III, 128 kbit/s, 44.1 kHz; a tag of so many bytes in front of it."""
    size = bytes([tag >> 21 & 127, tag >> 14 & 127, tag >> 7 & 127, tag & 127])
    header = b"ID3\x03\0\0" + size + bytes(tag) if tag else b""
    return header + (b"\xff\xfb\x90\0" + bytes(413)) * frames


def box(kind: bytes, *content: bytes) -> bytes:
    inside = b"".join(content)
    return struct.pack(">I", len(inside) + 8) + kind + inside


def m4a(track: bytes = b"soun") -> bytes:
    """The boxes of an MP4 with one track, as a telephone orders them."""
    handler = box(b"hdlr", bytes(8), track, bytes(12), b"\0")
    movie = box(b"moov", box(b"trak", box(b"mdia", handler)))
    return box(b"ftyp", b"M4A ", bytes(4), b"M4A mp42isom") + box(b"mdat", bytes(300)) + movie


def ogg(codec: bytes = b"OpusHead\x01\x01\0\0\x80\xbb\0\0\0\0\0", *, pages: int = 3) -> bytes:
    """An Ogg stream whose first page says what it carries."""

    def page(flags: int, number: int, content: bytes) -> bytes:
        header = struct.pack("<4sBBqIII", b"OggS", 0, flags, 0, 1, number, 0)
        return header + bytes([1, len(content)]) + content

    return page(2, 0, codec) + b"".join(page(0, number, bytes(200)) for number in range(1, pages))

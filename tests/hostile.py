"""Builds damaged and hostile PDFs, each from one small drawn page with a ruled table."""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Callable
from pathlib import Path

import pikepdf
from drawing import canvas, draw_grid
from pikepdf import Array, Dictionary, Name, Pdf

ROWS = [["项目", "行次", "金额"], ["一、事业收入", "1", "1,234.56"], ["二、经营收入", "2", "65.44"]]


def plain(path: Path, *, pages: int = 1) -> Path:
    """The page that every hostile file is made from; content compressed, with a checksum."""
    drawing = canvas(path)
    for _ in range(pages):
        drawing.setFont("Helvetica", 9)
        drawing.drawString(60, 720, "page")
        draw_grid(drawing, ROWS)
        drawing.showPage()
    drawing.save()
    # ReportLab also wraps its streams in ASCII; the files that publishers make do not.
    rewrite(path, lambda pdf: None)
    return path


def rewrite(path: Path, change: Callable[[Pdf], None], *, compressed: bool = True) -> None:
    """Change a PDF's objects and write it anew, without object streams."""
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        change(pdf)
        pdf.save(
            path,
            object_stream_mode=pikepdf.ObjectStreamMode.disable,
            compress_streams=compressed,
            stream_decode_level=pikepdf.StreamDecodeLevel.generalized,
        )


def content(pdf: Pdf, page: int = 0) -> bytes:
    return bytes(pdf.pages[page].Contents.read_bytes())


def add_content(path: Path, extra: bytes) -> None:
    """Drawing operations after those of the first page."""

    def change(pdf: Pdf) -> None:
        pdf.pages[0].Contents = pdf.make_stream(content(pdf) + b"\n" + extra)

    rewrite(path, change)


def replace_once(path: Path, old: bytes, new: bytes) -> None:
    """Replace bytes of the file by as many others."""
    data = path.read_bytes()
    assert data.count(old) >= 1 and len(old) == len(new)
    path.write_bytes(data.replace(old, new, 1))


def form(pdf: Pdf, drawing: bytes, forms: dict[str, pikepdf.Object]) -> pikepdf.Object:
    """A form XObject that may draw others."""
    return pdf.make_stream(
        drawing,
        Type=Name.XObject,
        Subtype=Name.Form,
        BBox=Array([0, 0, 600, 800]),
        Resources=Dictionary(XObject=Dictionary(forms)),
    )


# Each of the following makes a hostile file of the plain one.


def cyclic_drawing(path: Path) -> None:
    def change(pdf: Pdf) -> None:
        own = pdf.make_indirect(form(pdf, b"/Fx Do", {}))
        own.Resources = Dictionary(XObject=Dictionary({"/Fx": own}))
        pdf.pages[0].Resources.XObject = Dictionary({"/Fx": own})
        pdf.pages[0].Contents = pdf.make_stream(content(pdf) + b" /Fx Do")

    rewrite(path, change)


def drawing_ladder(path: Path, steps: int = 11, each: int = 8) -> None:
    """A drawing that unfolds to more operations than anyone can wait for."""

    def change(pdf: Pdf) -> None:
        step = form(pdf, b"0 0 1 1 re f", {})
        for _ in range(steps):
            step = form(pdf, b"/Fx Do " * each, {"/Fx": step})
        pdf.pages[0].Resources.XObject = Dictionary({"/Fx": step})
        pdf.pages[0].Contents = pdf.make_stream(content(pdf) + b" /Fx Do")

    rewrite(path, change)


def page_tree_cycle(path: Path) -> None:
    def change(pdf: Pdf) -> None:
        pdf.Root.Pages.Kids.append(pdf.Root.Pages)

    rewrite(path, change)


def huge_page(path: Path) -> None:
    def change(pdf: Pdf) -> None:
        pdf.pages[0].MediaBox = Array([0, 0, 10**9, 10**9])

    rewrite(path, change)


def page_without_size(path: Path) -> None:
    def change(pdf: Pdf) -> None:
        pdf.pages[0].MediaBox = Array([0, 0, 0, 0])

    rewrite(path, change)


def endless_coordinates(path: Path) -> None:
    big = b"1" + b"0" * 200 + b".0"
    add_content(
        path,
        b"q %s 0 0 1 0 0 cm %s 0 0 1 0 0 cm BT /F1 9 Tf 5 5 Td (7) Tj ET Q" % (big, big),
    )


def deep_arrays(path: Path) -> None:
    def change(pdf: Pdf) -> None:
        pdf.pages[0].Contents = pdf.make_stream(b"[" * 300_000 + content(pdf))

    rewrite(path, change)


def deep_objects(path: Path) -> None:
    """A page's resources nested deeper than a program's stack."""
    depth = 20_000
    rewrite(path, lambda pdf: pdf.pages[0].__setitem__("/Deep", Name.HERE))
    data = path.read_bytes().replace(b"/HERE", b"[" * depth + b"]" * depth)
    path.write_bytes(with_index(data))


def damaged_stream(path: Path) -> None:
    """A byte of the page's compressed content changed: the rest of it cannot be unpacked."""
    data = bytearray(path.read_bytes())
    with pikepdf.open(path) as pdf:
        raw = pdf.pages[0].Contents.read_raw_bytes()
    data[bytes(data).index(raw) + len(raw) // 2] ^= 0x55
    path.write_bytes(data)


def damaged_checksum(path: Path) -> None:
    data = bytearray(path.read_bytes())
    with pikepdf.open(path) as pdf:
        raw = pdf.pages[0].Contents.read_raw_bytes()
    data[bytes(data).index(raw) + len(raw) - 1] ^= 1
    path.write_bytes(data)


def half_stream(path: Path) -> None:
    """The page's compressed content breaks off, and the file says so itself."""

    def change(pdf: Pdf) -> None:
        packed = zlib.compress(content(pdf))
        pdf.pages[0].Contents = pdf.make_stream(packed[: len(packed) // 2])
        pdf.pages[0].Contents.Marked = True

    rewrite(path, change, compressed=False)
    # Declared compressed only now, so that nothing repairs it.
    data = path.read_bytes().replace(b"/Marked true", b"/Filter /FlateDecode")
    path.write_bytes(with_index(data))


def lost_operator(path: Path) -> None:
    """In a page that is not compressed, one bit of the operator that shows a figure."""
    rewrite(path, lambda pdf: None, compressed=False)
    data = path.read_bytes()
    at = data.index(b" Tj", data.index(b"BT", len(data) // 8))
    path.write_bytes(data[:at] + b" Tk" + data[at + 3 :])


def operator_made_another(path: Path) -> None:
    """As before, but what remains is an instruction that exists: ``0 j``."""
    rewrite(path, lambda pdf: None, compressed=False)
    data = path.read_bytes()
    at = data.index(b" Tj", data.index(b"BT", len(data) // 8))
    path.write_bytes(data[:at] + b" 0j" + data[at + 3 :])


def lost_content(path: Path) -> None:
    """The page names a content that is not in the file."""

    def change(pdf: Pdf) -> None:
        pdf.pages[0].Missing = pdf.pages[0].Contents
        del pdf.pages[0].Contents
        pdf.pages[0].Contents = Name.HERE

    rewrite(path, change)
    path.write_bytes(with_index(path.read_bytes().replace(b"/HERE", b"9999 0 R")))


def no_content(path: Path) -> None:
    """The page's /Contents is spelt wrong: it looks blank, yet has fonts."""
    replace_once(path, b"/Contents", b"/Contfnts")


def lost_page(path: Path) -> None:
    """One of two pages is no page any more; readers pass over it."""
    plain(path, pages=2)
    replace_once(path, b"/Type /Page ", b"/Type /Pagf ")


def lost_drawing(path: Path) -> None:
    """The page draws a part that its resources do not have."""
    add_content(path, b"/Gone Do")


def lost_font(path: Path) -> None:
    add_content(path, b"BT /Gone 9 Tf 5 5 Td (7) Tj ET")


def cropped_table(path: Path) -> None:
    """The page's edge cuts through the table; its last column lies beyond."""

    def change(pdf: Pdf) -> None:
        pdf.pages[0].CropBox = Array([0, 0, 235, 842])

    rewrite(path, change)


def wrong_index(path: Path) -> None:
    """The cross-reference table points beside its objects."""
    path.write_bytes(with_index(path.read_bytes(), shift=7))


def wide_character(path: Path) -> None:
    """A damaged width in a font carries its character into another cell."""

    def change(pdf: Pdf) -> None:
        pdf.pages[0].Resources.Font["/Fx"] = Dictionary(
            Type=Name.Font,
            Subtype=Name.TrueType,
            BaseFont=Name("/ABCDEF+Own"),
            Encoding=Name.WinAnsiEncoding,
            FirstChar=48,
            LastChar=57,
            Widths=Array([500] * 7 + [65536] + [500] * 2),
        )
        text = b"q BT /Fx 9 Tf 1 0 0 1 65 626 Tm (77) Tj ET Q"
        pdf.pages[0].Contents = pdf.make_stream(content(pdf) + text)

    rewrite(path, change)


def damaged_unicode_map(path: Path) -> None:
    """A letter in a code of a Unicode map that is not compressed; readers pass over the entry."""
    codes = b"1 begincodespacerange <0000> <FFFF> endcodespacerange"
    without_unicode(path, codes + b" 2 beginbfchar <0036> <0036> <0037> <0K37> endbfchar")
    rewrite(path, lambda pdf: None, compressed=False)


def bomb(path: Path, mib: int = 64) -> None:
    """A page's content that unfolds to a thousand times its size."""
    add_content(path, b" " * (mib << 20))


def bomb_in_bomb(path: Path, mib: int = 640) -> None:
    """Compressed twice, so that the size cannot be seen from outside."""
    inner = zlib.compressobj(9)
    packed = b"".join(inner.compress(bytes(1 << 20)) for _ in range(mib)) + inner.flush()

    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        twice = Array([Name.FlateDecode, Name.FlateDecode])
        stream = pdf.make_stream(b"")
        stream.write(zlib.compress(packed, 9), filter=twice)
        pdf.pages[0].Contents = stream
        pdf.save(path, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.none)


def endless_length(path: Path) -> None:
    """The length of the page's content is that content; looking it up never ends."""
    data = path.read_bytes()
    found = re.search(rb"(\d+) 0 obj\s*<<[^>]*?/Length (\d+)", data)
    assert found is not None
    path.write_bytes(with_index(data[: found.start(2)] + found[1] + b" 0 R" + data[found.end(2) :]))


def unbalanced_states(path: Path) -> None:
    """A hundred thousand saved states and no end to them; harmless."""
    add_content(path, b"q " * 100_000)


def zero_size_text(path: Path) -> None:
    add_content(path, b"BT /F1 0 Tf 1 0 0 1 245 668 Tm (999) Tj ET")


def text_outside(path: Path) -> None:
    add_content(path, b"BT /F1 9 Tf 1 0 0 1 5000 668 Tm (999) Tj ET")


def javascript(path: Path) -> None:
    def change(pdf: Pdf) -> None:
        script = Dictionary(S=Name.JavaScript, JS="app.alert('x'); while (true) {}")
        pdf.Root.OpenAction = script
        pdf.pages[0].AA = Dictionary(O=script)

    rewrite(path, change)


def embedded_file(path: Path) -> None:
    def change(pdf: Pdf) -> None:
        pdf.attachments["other.pdf"] = path.read_bytes()
        pdf.attachments["run.exe"] = b"MZ" + bytes(100)

    rewrite(path, change)


def partial_unicode(path: Path) -> None:
    """A font's map leaves out the code of the figure's characters."""
    codes = b"1 begincodespacerange <0000> <FFFF> endcodespacerange"
    without_unicode(path, codes + b" 1 beginbfchar <0036> <0036> endbfchar")


def without_unicode(path: Path, unicode_map: bytes = b"") -> None:
    """The figure is set in a font whose codes mean nothing outside it."""

    def change(pdf: Pdf) -> None:
        pdf.pages[0].Resources.Font["/Fx"] = Dictionary(
            Type=Name.Font,
            Subtype=Name.Type0,
            BaseFont=Name("/ABCDEF+Own"),
            Encoding=Name("/Identity-H"),
            DescendantFonts=Array(
                [
                    Dictionary(
                        Type=Name.Font,
                        Subtype=Name.CIDFontType0,
                        BaseFont=Name("/ABCDEF+Own"),
                        CIDSystemInfo=Dictionary(Registry="Adobe", Ordering="Identity", Supplement=0),
                        FontDescriptor=Dictionary(Type=Name.FontDescriptor, FontName=Name("/ABCDEF+Own")),
                    )
                ]
            ),
        )
        if unicode_map:
            pdf.pages[0].Resources.Font["/Fx"].ToUnicode = pdf.make_stream(unicode_map)
        # Codes that would be the digits 7, 7 if they were taken for Unicode.
        text = b"q BT /Fx 9 Tf 1 0 0 1 270 646 Tm <00370037> Tj ET Q"
        pdf.pages[0].Contents = pdf.make_stream(content(pdf) + text)

    rewrite(path, change)


def type3_without_names(path: Path) -> None:
    """The same with a font of drawings whose names say nothing."""

    def change(pdf: Pdf) -> None:
        drawing = pdf.make_stream(b"500 0 d0 0 0 400 700 re f")
        pdf.pages[0].Resources.Font["/Fx"] = Dictionary(
            Type=Name.Font,
            Subtype=Name.Type3,
            FontBBox=Array([0, 0, 1000, 1000]),
            FontMatrix=Array([0.001, 0, 0, 0.001, 0, 0]),
            CharProcs=Dictionary({"/a1": drawing, "/zero": drawing}),
            Encoding=Dictionary(Type=Name.Encoding, Differences=Array([1, Name("/a1"), 48, Name("/zero")])),
            FirstChar=1,
            LastChar=1,
            Widths=Array([500]),
            Resources=Dictionary(),
        )
        text = b"q BT /Fx 9 Tf 1 0 0 1 270 646 Tm <0101> Tj ET Q"
        pdf.pages[0].Contents = pdf.make_stream(content(pdf) + text)

    rewrite(path, change)


def with_index(data: bytes, shift: int = 0) -> bytes:
    """A file with its cross-reference table made anew, each entry off by so many bytes."""
    body = data[: data.rindex(b"\nxref") + 1]
    trailer = re.search(rb"trailer\s*(<<.*?>>)\s*startxref", data[len(body) :], re.DOTALL)
    assert trailer is not None
    places = {int(m[1]): m.start() for m in re.finditer(rb"(?m)^(\d+) 0 obj", body)}
    size = max(places) + 1
    out = io.BytesIO()
    out.write(body)
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % size)
    for number in range(1, size):
        if number in places:
            out.write(b"%010d 00000 n \n" % (places[number] + shift))
        else:
            out.write(b"0000000000 65535 f \n")
    out.write(b"trailer\n%s\nstartxref\n%d\n%%%%EOF\n" % (trailer[1], len(body)))
    return out.getvalue()


#: Hostile files that are refused when they are read: how each is made, its code and words of its reason.
REFUSED: dict[Callable[[Path], None], tuple[str, str]] = {
    cyclic_drawing: ("damaged", "nested without end"),
    page_tree_cycle: ("damaged", "a page holds itself"),
    huge_page: ("damaged", "1e+09 × 1e+09 points"),
    page_without_size: ("damaged", "0 × 0 points"),
    endless_coordinates: ("damaged", "page 1 cannot be read in full"),
    deep_arrays: ("damaged", "breaks off"),
    damaged_stream: ("damaged", "compressed data are damaged"),
    damaged_checksum: ("damaged", "compressed data are damaged"),
    half_stream: ("damaged", "compressed data are damaged"),
    lost_operator: ("damaged", "unknown drawing instruction"),
    operator_made_another: ("damaged", "a drawing instruction is broken"),
    lost_content: ("damaged", "its content is missing"),
    no_content: ("damaged", "its content is missing"),
    lost_page: ("damaged", "should have 2 pages and has 1"),
    lost_drawing: ("damaged", "a part of the drawing is missing"),
    lost_font: ("damaged", "a font is missing"),
    cropped_table: ("damaged", "beyond the page's edge"),
    wide_character: ("damaged", "the widths of a font are broken"),
    damaged_unicode_map: ("damaged", "the Unicode map of a font is damaged"),
    wrong_index: ("damaged", "not where the file says"),
}
#: Hostile files that read as the plain one, and what is set aside in them.
HARMLESS: dict[Callable[[Path], None], list[tuple[str, str]]] = {
    unbalanced_states: [],
    deep_objects: [],
    zero_size_text: [("invisible", "999")],
    text_outside: [("outside the page", "999")],
    javascript: [],
    embedded_file: [],
}
#: Files with a figure whose characters cannot be known.
UNKNOWN: tuple[Callable[[Path], None], ...] = (without_unicode, partial_unicode, type3_without_names)

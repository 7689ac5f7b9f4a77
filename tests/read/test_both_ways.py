"""The loop over a page's tokens and the PDF library's walk read the same, to the last bit."""

from __future__ import annotations

import random
from pathlib import Path

import pikepdf
import pytest
from at_hand import ROOT, SAMPLE, shared
from both_ways import damaged, hold, outcome, walked_alone
from hostile import content, plain, rewrite
from pikepdf import Array, Dictionary, Name, Pdf

from jcfs_etl.errors import UnreadableDocumentError

#: Contents that the loop draws by itself.
_USUAL = {
    "escapes": rb"BT /F1 9 Tf 50 700 Td (a\(b\)\\ \101\7 \8 \x\
c) Tj ET",
    "hexadecimal": b"BT /F1 9 Tf 50 700 Td <414243> Tj <> Tj ET",
    "steps back": b"BT /F1 9 Tf 50 700 Td [(ab) -250.5 (c) 120 () <44>] TJ (e) Tj ET",
    "steps alone": b"BT /F1 9 Tf 87 Tz 50 700 Td [-1200 33.3] TJ (e) Tj ET",
    "spacing": b"BT /F1 9 Tf 1.3 Tc 2.7 Tw 93 Tz 3 Ts 50 700 Td (a b c) Tj ET",
    "spacing in no size": b"BT /F1 0 Tf 1 Tc 50 700 Td (ab) Tj ET",
    "lines": b"BT /F1 9 Tf 11 TL 50 700 Td (a) Tj T* (b) Tj (c) ' 3 -12 TD (d) Tj T* (e) Tj ET",
    "matrix": b"0.24 0 0 -0.24 0 800 cm BT 37.5 0.1 0 -37.5 208 408 Tm /F1 1 Tf (a b) Tj ET",
    "turned": b"BT /F1 9 Tf 0 1 -1 0 300 300 Tm (up) Tj 0 -1 1 0 320 300 Tm (down) Tj ET",
    "oblique": b"BT /F1 30 Tf 0.7 0.7 -0.7 0.7 300 300 Tm (oblique) Tj ET",
    "mirrored": b"BT /F1 9 Tf -1 0 0 1 300 300 Tm (ab) Tj ET",
    "hidden": b"BT /F1 9 Tf 3 Tr 50 700 Td (a) Tj 0 Tr (b) Tj 0.01 0 0 0.01 0 0 Tm (c) Tj ET",
    "white": b"1 g BT /F1 9 Tf 50 700 Td (a) Tj ET 0 0 0 1 k 40 600 90 30 re f 1 g BT 50 610 Td (b) Tj ET",
    "state": b"q 2 w 0 J 1 j [3 2.5] 0 d /GS gs BT /F1 9 Tf 50 700 Td (a) Tj ET Q BT /F1 8 Tf (b) Tj ET Q",
    "state over lines": b"BT /F1 9 Tf 50 700 Td (a) Tj q 5 5 Td (b) Tj Q (c) Tj ET",
    "colours": b"/CS cs 0.97 scn 0 0 0 1 K 0 0 9 9 re B 0.2 sc 9 9 80 1 re f",
    "colours of lines": b"/DeviceRGB CS 1 1 1 SCN 0 20 m 50 20 l S 0 0 1 RG 0 30 m 50 30 l S",
    "colour of another space": b"1 1 1 rg /DeviceGray cs BT /F1 9 Tf 50 700 Td (a) Tj ET",
    "paths": b"0 0 m 100 0 l 100 50 l h S 9 9 m 9 99 l s 5 5 m 6 6 7 7 60 5 c 8 8 60 60 v 1 2 3 4 y b*",
    "paths left open": b"h f 10 10 l 90 10 l S 20 20 40 1 re 30 30 l f n 1 1 5 5 re W n",
    "marked": b"/P <</MCID 0>> BDC BT /F1 9 Tf 50 700 Td (a) Tj ET EMC EMC /S <</A [1 <</B/C>>]>> BDC EMC",
    "marked in a language": b"/S<</MCID 7/Lang (zh)>>BDC BT /F1 9 Tf 50 700 Td (a) Tj ET EMC",
    "watermark": b"/Artifact <</Type /Pagination /Subtype /Watermark>> BDC BT /F1 9 Tf 9 9 Td (a) Tj ET EMC",
    "named properties": b"/Artifact /Mark BDC BT /F1 9 Tf 50 700 Td (a) Tj ET EMC BT 9 9 Td (b) Tj ET",
    "picture": b"BT /F1 9 Tf 50 700 Td (12) Tj ET /GS gs q 200 10 0 200 20 600 cm /Im Do Q /Clear gs",
    "zeros": b"-0.0 0 m -0 -0.0 l 0 0 -1 0 re f BT /F1 9 Tf -1 0 -0 1 0 0 Tm (a) Tj -0 -0 Td (b) Tj ET",
    "clips": b"q 40 690 30 20 re W n BT /F1 9 Tf 50 700 Td (abcdefghij) Tj ET q 2 0 0 2 0 0 cm 9 9 8 8 re"
    b" 1 1 m 9 1 l W* f Q BT 9 9 Td (a) Tj ET q Q Q q BT /F1 9 Tf (b) Tj ET 5 5 m 6 6 7 7 60 5 c W n"
    b" 1 g 5 5 50 50 re f BT (c) Tj ET",
    "areas": b"BT /F1 9 Tf 50 700 Td (a) Tj ET 0 g 9 9 80 80 re 20 20 30 30 re f 9 9 80 80 re 90 90 30 30 re"
    b" f /GS gs 9 9 80 80 re f 1 g BT 30 30 Td (b) Tj ET",
    "nothing": b"q Q",
}
#: Contents that it leaves to the walk, broken ones and whole ones.
_UNUSUAL = {
    "brackets in a text": b"BT /F1 9 Tf 50 700 Td (a(b)c) Tj ET",
    "an end of a line in a text": b"BT /F1 9 Tf 50 700 Td (a\r\nb) Tj ET",
    "hexadecimal in pieces": b"BT /F1 9 Tf 50 700 Td <41 4> Tj ET",
    "a character beyond a byte": rb"BT /F1 9 Tf 50 700 Td (\777) Tj ET",
    "a text that does not end": b"BT /F1 9 Tf 50 700 Td (ab Tj ET",
    "an array that does not end": b"BT /F1 9 Tf 50 700 Td [(ab) Tj ET",
    "a comment": b"% drawn by hand\nBT /F1 9 Tf 50 700 Td (a) Tj ET",
    "a name of signs": b"BT /F#31 9 Tf 50 700 Td (a) Tj ET",
    "an unknown font": b"BT /F9 9 Tf 50 700 Td (a) Tj ET",
    "no font": b"BT 50 700 Td (a) Tj ET",
    "an unknown operator": b"1 2 foo BT /F1 9 Tf 50 700 Td (a) Tj ET",
    "operators without a space": b"qBT /F1 9 Tf 50 700 Td (a) Tj ET",
    "too few operands": b"50 m 90 10 l S BT /F1 9 Tf 50 700 Td (a) Tj ET",
    "too many operands": b"7 50 10 m 90 10 l S BT /F1 9 Tf 50 700 Td (a) Tj ET",
    "operands of another kind": b"/A 10 m 90 10 l n BT /F1 9 Tf 50 700 Td (a) Tj ET",
    "a style of lines that is no whole number": b"1.0 J BT /F1 9 Tf 50 700 Td (a) Tj ET",
    "a large number": b"99999999999999999999 0 m 9 9 l S BT /F1 9 Tf 50 700 Td (a) Tj ET",
    "a place that is none": b"1"
    + b"0" * 200
    + b". 0 0 1"
    + b"0" * 200
    + b". 0 0 cm 1"
    + b"0" * 200
    + b". 0 m 9 9 l S",
    "a word in an array": b"BT /F1 9 Tf 50 700 Td [(a) /b] TJ ET",
    "spaces set anew": b'BT /F1 9 Tf 9 TL 50 700 Td 1 2 (a b) " (c) Tj ET',
    "a pattern": b"/Pattern cs /P0 scn 9 9 80 1 re f BT /F1 9 Tf 50 700 Td (a) Tj ET",
    "an unknown colour space": b"/No cs 0 scn 9 9 80 1 re f",
    "a picture within": b"BI /W 1 /H 1 /BPC 8 /CS /G ID x EI BT /F1 9 Tf 50 700 Td (a) Tj ET",
    "a drawing within": b"/Fm Do BT /F1 9 Tf 50 700 Td (a) Tj ET",
    "an unknown drawing": b"/Gone Do",
    "an unknown state": b"/Gone gs",
    "unknown properties": b"/P /Gone BDC BT /F1 9 Tf 50 700 Td (a) Tj ET EMC",
    "a number of another kind": b"/P <</MCID (a)>> BDC BT /F1 9 Tf 50 700 Td (a) Tj ET EMC",
    "a bracket": b"BT /F1 9 Tf 50 700 Td (a) Tj ET >> ",
    "a zero byte": b"BT\x00/F1 9 Tf 50 700 Td (a) Tj ET",
}


def with_content(path: Path, data: bytes) -> Path:
    """A small page of this content, with a font, a state, a picture and a drawing to name."""

    def change(pdf: Pdf) -> None:
        page = pdf.pages[0]
        image = pdf.make_stream(b"\x00")
        image.update(
            Dictionary(
                Type=Name.XObject,
                Subtype=Name.Image,
                Width=1,
                Height=1,
                BitsPerComponent=8,
                ColorSpace=Name.DeviceGray,
            )
        )
        form = pdf.make_stream(b"BT /F1 9 Tf 90 90 Td (within) Tj ET")
        form.update(Dictionary(Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 200, 200])))
        page.Resources.update(
            Dictionary(
                ExtGState=Dictionary(
                    GS=Dictionary(ca=0.4, LW=2, BM=Name.Multiply), Clear=Dictionary(ca=1, SMask=Name("/None"))
                ),
                XObject=Dictionary(Im=image, Fm=form),
                ColorSpace=Dictionary(CS=Array([Name.Separation, Name.Black, Name.DeviceGray, Dictionary()])),
                Properties=Dictionary(Mark=Dictionary(Type=Name.Background)),
            )
        )
        page.Contents = pdf.make_stream(data)

    plain(path)
    rewrite(path, change)
    return path


@pytest.mark.parametrize("name", _USUAL)
def test_usual_contents_are_drawn_by_the_loop_as_the_walk_draws_them(name: str, tmp_path: Path) -> None:
    held = hold(with_content(tmp_path / "a.pdf", _USUAL[name]))
    assert (held.looped, held.left) == (1, [])


@pytest.mark.parametrize("name", _UNUSUAL)
def test_unusual_contents_are_left_to_the_walk(name: str, tmp_path: Path) -> None:
    path = with_content(tmp_path / "a.pdf", _UNUSUAL[name])
    try:
        held = hold(path)
        assert held.looped == 0 and held.left
    except UnreadableDocumentError:
        pass
    read = outcome(path)
    with walked_alone():
        assert outcome(path) == read


def test_a_text_does_not_run_over_from_one_stream_to_the_next(tmp_path: Path) -> None:
    def change(pdf: Pdf) -> None:
        pieces = (b"BT /F1 9 Tf 50 700 Td (a", b"b) Tj ET")
        pdf.pages[0].Contents = Array([pdf.make_stream(piece) for piece in pieces])

    path = plain(tmp_path / "a.pdf")
    rewrite(path, change)
    read = outcome(path)
    assert read.startswith("damaged")
    with walked_alone():
        assert outcome(path) == read


def test_every_page_of_the_sample_is_drawn_by_the_loop() -> None:
    assert hold(SAMPLE).left == []


@pytest.mark.parametrize("folder", ["real", "layouts"])
def test_both_ways_agree_on_what_is_kept_elsewhere(folder: str) -> None:
    looped = left = 0
    for path in sorted(shared(folder).glob("*.pdf")):
        if path.name.startswith("enc_"):
            continue
        held = hold(path)
        looped, left = looped + held.looped, left + len(held.left)
    assert left <= 0.02 * looped


def test_both_ways_agree_on_the_fixtures() -> None:
    looped = 0
    for path in sorted((ROOT / "tests" / "fixtures").rglob("*.pdf")):
        try:
            looped += hold(path).looped
        except AssertionError:
            raise
        except Exception:  # hostile files provoke whatever the library raises
            continue
    assert looped


def test_both_ways_agree_on_damaged_contents(tmp_path: Path) -> None:
    chance = random.Random(13)
    pages = [plain(tmp_path / "plain.pdf"), tmp_path / "office.pdf"]
    with pikepdf.open(SAMPLE) as pdf, Pdf.new() as office:
        office.pages.append(pdf.pages[8])
        office.save(pages[1])
    published = 0
    for number in range(400):
        source, path = pages[number % 2], tmp_path / "damaged.pdf"

        def change(pdf: Pdf) -> None:
            pdf.pages[0].Contents = pdf.make_stream(damaged(content(pdf), chance))

        path.write_bytes(source.read_bytes())
        rewrite(path, change)
        read = outcome(path)
        published += not read.startswith("damaged")
        with walked_alone():
            assert outcome(path) == read, number
    assert 50 < published < 400

"""What stands in a layer that is switched off is not seen, so that no document with one is read."""

from __future__ import annotations

from pathlib import Path

import pikepdf
import pytest
from at_hand import SAMPLE
from pikepdf import Array, Dictionary, Name

from jcfs_etl.errors import UnreadableDocumentError
from jcfs_etl.read import read_pdf


def _with_layers(folder: Path, state: str, *, used: str = "marked", member: bool = False) -> Path:
    """The sample's second page with something in a layer, and with another layer that is shown."""
    path = folder / "a.pdf"
    with pikepdf.open(SAMPLE) as pdf:
        layer, shown = (pdf.make_indirect(Dictionary(Type=Name.OCG, Name=n)) for n in ("a", "b"))
        states = {"off": Dictionary(OFF=Array([layer])), "on": Dictionary(ON=Array([layer]))}
        states |= {"all off": Dictionary(BaseState=Name.OFF, ON=Array([shown])), "none": Dictionary()}
        pdf.Root["/OCProperties"] = Dictionary(OCGs=Array([layer, shown]), D=states[state])
        named = pdf.make_indirect(Dictionary(Type=Name.OCMD, OCGs=Array([layer]))) if member else layer
        del pdf.pages[2:], pdf.pages[0]
        [page] = pdf.pages
        if used == "marked":
            page.obj.Resources["/Properties"] = Dictionary(L=named, S=shown)
            page.contents_add(b"/OC /L BDC /S BMC EMC EMC")
        elif used == "drawn":
            drawing = pdf.make_stream(b"", Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 9, 9], OC=named)
            page.obj.Resources["/XObject"] = Dictionary(D=drawing)
        elif used == "broken":
            page.obj.Resources["/Properties"] = Array([named])
            page.obj.Resources["/XObject"] = Dictionary(D=Dictionary(OC=named), N=named)
        pdf.save(path)
    return path


@pytest.mark.parametrize("state", ["off", "all off"])
@pytest.mark.parametrize("used", ["marked", "drawn"])
@pytest.mark.parametrize("member", [False, True])
def test_a_page_with_a_layer_that_is_switched_off_is_refused(
    state: str, used: str, member: bool, tmp_path: Path
) -> None:
    with pytest.raises(UnreadableDocumentError, match=r"page 1.*layer that is switched off"):
        read_pdf(_with_layers(tmp_path, state, used=used, member=member))


@pytest.mark.parametrize(
    ("state", "used"),
    [("on", "marked"), ("none", "drawn"), ("off", "nowhere"), ("all off", "nowhere"), ("off", "broken")],
)
def test_layers_that_are_shown_or_used_nowhere_are_no_reason(state: str, used: str, tmp_path: Path) -> None:
    assert len(read_pdf(_with_layers(tmp_path, state, used=used)).pages) == 1

"""Links on a publication page."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator

import httpx
from lxml import etree
from msgspec import Struct

from jcfs_etl.collect.addresses import parse_address, readable
from jcfs_etl.collect.model import CollectError
from jcfs_etl.contracts.sources import LinkPattern

#: Bytes of a page; publication pages have some hundred thousand.
PAGE_LIMIT = 4 << 20
_LONGEST_TEXT = 300
_MOST_LINKS = 20_000
_META_CHARSET = re.compile(rb"<meta[^<>]{0,200}?charset\s*=\s*[\"']?\s*([\w-]{1,40})", re.IGNORECASE)
#: What holds an address, by element. Frames and objects show a PDF within the page.
_ADDRESS = {"a": "href", "area": "href", "iframe": "src", "embed": "src", "object": "data"}


class Link(Struct, frozen=True):
    """A link of a page: where it leads and what it says."""

    url: httpx.URL
    text: str

    def fits(self, pattern: LinkPattern) -> bool:
        """Whether it is one of those meant."""
        return (not pattern.text or re.search(pattern.text, self.text) is not None) and (
            not pattern.address or re.search(pattern.address, readable(self.url)) is not None
        )


def page_links(body: bytes, headers: httpx.Headers, url: httpx.URL) -> list[Link]:
    """All links of a page to http and https addresses, each address once, in the order of the page.

    Raises:
        CollectError: it is no page.
    """
    if body[:1024].lstrip().startswith(b"%PDF-"):
        raise CollectError("not_a_page", "it is a PDF, not a page", "give it as file in place of page")
    if len(body) > PAGE_LIMIT:
        raise CollectError(
            "too_large", f"the page is larger than {PAGE_LIMIT >> 20} MiB", "give each PDF as file"
        )
    found: dict[str, Link] = {}
    targets: dict[str | None, httpx.URL | None] = {}
    for element in _elements(body.decode(_charset(body, headers), errors="replace")):
        if element.tag == "base":
            base = _address(element.get("href"), url)
            url = base if base is not None else url
            targets.clear()
            continue
        written = element.get(_ADDRESS[element.tag])
        if written not in targets:
            targets[written] = _address(written, url)
            if len(targets) > _MOST_LINKS:
                raise CollectError(
                    "not_a_page", f"it has more than {_MOST_LINKS} links", "give each PDF as file"
                )
        if (target := targets[written]) is None:
            continue
        link = Link(target, _said(element))
        known = found.get(str(target))
        # A picture and a text often lead to the same file; the one that says something names it.
        if known is None or (link.text and not known.text):
            found[str(target)] = link
    return list(found.values())


def _elements(text: str) -> Iterable[etree._Element]:
    """What may lead elsewhere, in the order of the page."""
    parser = etree.HTMLParser(encoding="utf-8", recover=True, no_network=True, huge_tree=False)
    root = etree.fromstring(text.replace("\0", "").encode("utf-8", errors="replace") or b"<p>", parser)
    return root.iter(*_ADDRESS, "base") if root is not None else ()


def _address(text: str | None, base: httpx.URL) -> httpx.URL | None:
    """Where a link leads; None for those that lead to no file: scripts, mail, marks in the page."""
    if not text or text.lstrip().startswith("#"):
        return None
    try:
        return parse_address(re.sub(r"[\t\r\n]", "", text), base)
    except CollectError:
        return None


def _said(element: etree._Element) -> str:
    """A link's text, else its title, without surplus white space."""
    said = " ".join("".join(_first(element.itertext())).split())
    return (said or " ".join((element.get("title") or "").split()))[:_LONGEST_TEXT]


def _first(texts: Iterator[str]) -> Iterator[str]:
    length = 0
    for text in texts:
        yield text
        length += len(text)
        if length > 4 * _LONGEST_TEXT:
            return


def _charset(body: bytes, headers: httpx.Headers) -> str:
    """The encoding that the page says it has; one that does not exist is taken for UTF-8.

    GB 2312 and GBK are read as GB 18030, which holds both: pages often use more than they declare.
    """
    declared = re.search(r"charset=[\"']?([\w-]+)", headers.get("content-type", ""), re.IGNORECASE)
    in_page = _META_CHARSET.search(body[:4096])
    name = "utf-8"
    if body.startswith(codecs.BOM_UTF8):
        name = "utf-8-sig"
    elif declared is not None:
        name = declared[1]
    elif in_page is not None:
        name = in_page[1].decode("ascii", errors="ignore")
    try:
        name = codecs.lookup(name).name
        "".encode(name)  # Codecs that are no encoding of text, such as hex, are found as well.
    except LookupError:
        return "utf-8"
    return "gb18030" if name in ("gb2312", "gbk") else name

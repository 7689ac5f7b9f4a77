"""The contract of the sources: where publications are collected from."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import Field, field_validator, model_validator
from pydantic_core import PydanticCustomError

from jcfs_etl.contracts.base import ContractModel
from jcfs_etl.contracts.files import Located, YamlFile


def _fault(message: str) -> PydanticCustomError:
    # The message may hold braces of a pattern, which are no place to fill in.
    return PydanticCustomError("source", "{message}", {"message": message})


class LinkPattern(ContractModel):
    """Which links of a page are meant; where both patterns are given, both must be found.

    Attributes:
        text: regular expression found in the link's text or title.
        address: regular expression found in the link's whole address, unquoted.
    """

    text: str | None = None
    address: str | None = None

    @field_validator("text", "address")
    @classmethod
    def _compiles(cls, pattern: str | None) -> str | None:
        try:
            re.compile(pattern or "")
        except re.error as error:
            raise _fault(f"{pattern!r} is no regular expression ({error})") from None
        return pattern

    @model_validator(mode="after")
    def _says_something(self) -> LinkPattern:
        if not self.text and not self.address:
            raise _fault("give a pattern for text, address or both")
        return self


class PublicationSource(ContractModel):
    """One place that publications come from: a page that links to them, or one PDF.

    Attributes:
        id: names the source in reports and in the provenance.
        unit: the unit's name, to name the files by.
        year: the fiscal year, to name the files by.
        page: address of a page that links to the PDFs.
        file: address of a PDF.
        links: which links of the page are PDFs to collect.
        through: links of the page that lead to further pages, on which the PDFs are.
        hosts: hosts that it may lead to beside its own; one that begins with a dot stands for all
            hosts below it.
        at_least: matching links that must be there; fewer are a fault of the page or of the patterns.
        at_most: matching links that are followed; more are a fault.
    """

    id: str
    unit: str | None = Field(default=None, min_length=1)
    year: int | None = Field(default=None, ge=1949, le=2200)
    page: str | None = None
    file: str | None = None
    links: LinkPattern | None = None
    through: LinkPattern | None = None
    hosts: tuple[str, ...] = ()
    at_least: int = Field(default=1, ge=0)
    at_most: int = Field(default=200, ge=1)

    @field_validator("id")
    @classmethod
    def _is_name(cls, name: str) -> str:
        # By Python's expressions: pydantic's own takes 40 ms to compile a hundred letters of any script.
        if not re.fullmatch(r"\w[\w.-]{0,99}", name):
            raise _fault(f"{name!r} is no id: up to 100 letters, digits, _, . and -, no . or - first")
        return name

    @field_validator("page", "file")
    @classmethod
    def _is_address(cls, address: str | None) -> str | None:
        if address is None:
            return None
        try:
            parts = urlsplit(address)
            usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
        except ValueError:
            usable = False
        if not usable or re.search(r"[\s\\]", parts.netloc):
            raise _fault(f"{address!r} is no http or https address")
        if "@" in parts.netloc:
            raise _fault("an address here may hold no user name or password")
        return address

    @field_validator("hosts")
    @classmethod
    def _are_hosts(cls, hosts: tuple[str, ...]) -> tuple[str, ...]:
        for host in hosts:
            if not host.strip(".") or re.search(r"[\s/@:\\*]", host):
                raise _fault(
                    f"{host!r} is no host; write files.example.gov.cn, or .example.gov.cn for all below"
                )
        return hosts

    @model_validator(mode="after")
    def _fits_together(self) -> PublicationSource:
        if (self.page is None) == (self.file is None):
            raise _fault("give either page or file")
        if self.page is not None and self.links is None:
            raise _fault("a page needs links: which of its links are PDFs to collect")
        if self.file is not None and (self.links or self.through):
            raise _fault("links and through belong to a page, not to a file")
        return self

    @property
    def address(self) -> str:
        """Where it begins: the address of its page or file."""
        return self.page or self.file or ""


class SourcesContract(ContractModel):
    """All sources to collect from."""

    sources: tuple[PublicationSource, ...]


def sources_of(file: Located) -> SourcesContract:
    """The sources of a contract file, each id and each address once.

    Raises:
        ContractError: naming file and line of the first fault.
    """
    contract = file.as_model(SourcesContract)
    for key in ("id", "address"):
        seen = set()
        for index, source in enumerate(contract.sources):
            value = getattr(source, key)
            if value in seen:
                raise file.error(["sources", index], f"{value} stands twice", f"give each {key} once")
            seen.add(value)
    return contract


def load_sources(path: Path) -> SourcesContract:
    """The sources of a file of one's own, in the notation of ``contracts/sources.yaml``.

    Raises:
        ContractError: naming file and line of the first fault.
    """
    return sources_of(YamlFile(path, str(path)))

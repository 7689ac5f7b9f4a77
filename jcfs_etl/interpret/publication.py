"""Interprets what a publication says beside its tables."""

from __future__ import annotations

from msgspec import Struct, field
from msgspec.structs import replace

from jcfs_etl.contracts.model import Contracts
from jcfs_etl.findings import Finding, finding
from jcfs_etl.interpret.claims import read_section
from jcfs_etl.interpret.grammar import Grammar
from jcfs_etl.interpret.members import Member, read_members
from jcfs_etl.interpret.model import Narrative, Section
from jcfs_etl.interpret.performance import read_performance
from jcfs_etl.interpret.performance_model import Performance
from jcfs_etl.interpret.prose import read_prose
from jcfs_etl.places import Box
from jcfs_etl.read.model import PdfDocument
from jcfs_etl.recognise.model import Publication

#: What recognition says of a grid that it could take for nothing.
_UNTAKEN = {"unknown_table", "unjoined_grid", "stray_grid"}


class Interpretation(Struct, frozen=True):
    """What a publication says beside its tables.

    Attributes:
        narrative: claims and sections of the prose.
        performance: self-evaluation forms.
        members: the units that a department lists.
    """

    narrative: Narrative = field(default_factory=Narrative)
    performance: Performance = field(default_factory=Performance)
    members: tuple[Member, ...] = ()

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What could not be read of the forms, and the figures of the narrative that no pattern takes."""
        return self.performance.findings + tuple(
            finding("claim_unread", "info", u.page, u.box, printed=u.printed, sentence=u.sentence)
            for u in self.narrative.unread
        )

    @property
    def unit_codes(self) -> tuple[str, ...]:
        """Codes that the self-evaluation forms give the unit, in printed order."""
        codes = (form.codes.get("unit") for form in self.performance.forms)
        return tuple(dict.fromkeys(code for code in codes if code))


def interpret(
    document: PdfDocument, publication: Publication, contracts: Contracts
) -> tuple[Publication, Interpretation]:
    """Read the narrative, the self-evaluation forms and the list of units.

    Args:
        document: the PDF, read.
        publication: its tables, recognised; a declined one says nothing.
        contracts: the contracts.

    Returns:
        The publication without the findings on grids that turned out to be forms or lists, and what
        they say.
    """
    if publication.declined is not None:
        return publication, Interpretation()
    narrative = interpret_narrative(document, publication, contracts)
    performance = read_performance(document, publication, contracts)
    members = read_members(document, publication, contracts)
    taken = {*performance.taken, *((m.page, m.box) for m in members)}
    return _without_unknown(publication, taken), Interpretation(narrative, performance, members)


def interpret_narrative(document: PdfDocument, publication: Publication, contracts: Contracts) -> Narrative:
    """Read the prose of a document into claims.

    Args:
        document: the PDF, read.
        publication: the same, recognised: its unit and year, and the rows that its tables print.
        contracts: the contracts.

    Returns:
        Claims and unread figures of the part 情况说明, and the sections of all parts.
    """
    prose = read_prose(document, contracts)
    grammar = Grammar(contracts, publication)
    readings = [read_section(section, grammar) for section in prose if section.part == "narrative"]
    return Narrative(
        claims=tuple(claim for reading in readings for claim in reading.claims),
        unread=tuple(figure for reading in readings for figure in reading.unread),
        figures=sum(reading.figures for reading in readings),
        sections=tuple(Section(s.part, s.heading, s.text, s.page, s.breaks) for s in prose),
    )


def _without_unknown(publication: Publication, taken: set[tuple[int, Box]]) -> Publication:
    return replace(
        publication,
        unknown=tuple(u for u in publication.unknown if (u.page, u.box) not in taken),
        findings=tuple(
            f
            for f in publication.findings
            if f.code not in _UNTAKEN or f.page is None or f.box is None or (f.page, f.box) not in taken
        ),
    )

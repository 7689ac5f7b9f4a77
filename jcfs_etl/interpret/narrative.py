"""Interprets the narrative of a publication."""

from __future__ import annotations

from jcfs_etl.contracts.model import Contracts
from jcfs_etl.interpret.claims import read_section
from jcfs_etl.interpret.grammar import Grammar
from jcfs_etl.interpret.model import Narrative, Section
from jcfs_etl.interpret.prose import read_prose
from jcfs_etl.read.model import PdfDocument
from jcfs_etl.recognise.model import Publication


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

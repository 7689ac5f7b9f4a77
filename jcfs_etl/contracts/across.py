"""The contract of what must hold between publications."""

from __future__ import annotations

import re

from pydantic import Field

from jcfs_etl.contracts.base import ContractModel
from jcfs_etl.contracts.equations import TermPattern
from jcfs_etl.contracts.identity import Identity


class AcrossIdentity(Identity):
    """A figure of this publication, and the one of another, or of several together, that it must be."""

    id: str = Field(pattern=r"^across\.[a-z0-9_]+$")

    @property
    def terms(self) -> tuple[TermPattern, TermPattern]:
        """This publication's term and the other's; each side has one (``validation``)."""
        return self.parsed.left[0], self.parsed.right[0]


class MembersList(ContractModel):
    """How a department lists its units."""

    name: tuple[str, ...]
    note: tuple[str, ...]
    merged: re.Pattern[str]


class AcrossContract(ContractModel):
    """What must hold between the publications of two years, and of a department and its units."""

    years: tuple[AcrossIdentity, ...]
    departments: tuple[AcrossIdentity, ...]
    members: MembersList

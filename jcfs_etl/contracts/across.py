"""The contract of what must hold between publications."""

from __future__ import annotations

import re
from functools import cached_property
from typing import Literal

from pydantic import Field, field_validator

from jcfs_etl.contracts.base import ContractModel
from jcfs_etl.contracts.equations import TermPattern, parse_term


class YearsIdentity(ContractModel):
    """A figure of this year that repeats a figure of the year before."""

    id: str = Field(pattern=r"^across\.[a-z0-9_]+$")
    statement: str
    this: str
    last: str
    each: Literal["row"] | None = None

    @cached_property
    def terms(self) -> tuple[TermPattern, TermPattern]:
        """This year's and last year's term."""
        return parse_term(self.this), parse_term(self.last)


class DepartmentIdentity(ContractModel):
    """A figure of a department that its units' figures add up to."""

    id: str = Field(pattern=r"^across\.[a-z0-9_]+$")
    statement: str
    figure: str

    @cached_property
    def term(self) -> TermPattern:
        """The figure."""
        return parse_term(self.figure)


class MembersList(ContractModel):
    """How a department lists its units."""

    name: tuple[str, ...]
    note: tuple[str, ...]
    merged: str
    own_office: str

    @field_validator("merged", "own_office")
    @classmethod
    def _compiles(cls, pattern: str) -> str:
        try:
            re.compile(pattern)
        except re.error as error:
            raise ValueError(f"not a regular expression: {error}") from error
        return pattern


class AcrossContract(ContractModel):
    """What must hold between the publications of two years, and of a department and its units."""

    years: tuple[YearsIdentity, ...]
    departments: tuple[DepartmentIdentity, ...]
    members: MembersList

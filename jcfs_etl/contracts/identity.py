"""An identity as contracts state it: of tables, of forms, of years and of departments alike."""

from __future__ import annotations

from functools import cached_property
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from jcfs_etl.contracts.base import ContractModel, as_tuple
from jcfs_etl.contracts.equations import Equation

Each = Literal["row", "column", "class", "parent"]


class Identity(ContractModel):
    """An equation that must hold, with the sentence that an accountant would use, in both languages.

    ``each`` says what it ranges over.
    """

    id: str = Field(pattern=r"^[a-z0-9_]+\.[a-z0-9_]+$")
    statement: str
    statement_zh: str = ""
    equation: str
    each: Annotated[tuple[Each, ...], BeforeValidator(as_tuple)] = ()

    @cached_property
    def parsed(self) -> Equation:
        """The equation taken apart."""
        return Equation.parse(self.equation)

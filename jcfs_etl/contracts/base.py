"""What all contract models have in common."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class ContractModel(BaseModel):
    """A frozen part of a contract; a key that it does not know is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class FindingKind(ContractModel):
    """A kind of finding: what it says, and what to do about it."""

    says: str
    remedy: str

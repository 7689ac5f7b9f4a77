"""The contract of the narrative (情况说明): what it speaks of and how it says it."""

from __future__ import annotations

from jcfs_etl.contracts.base import ContractModel


class NarrativeContract(ContractModel):
    """Subjects of the narrative, the phrases that state figures, and what is no claim."""

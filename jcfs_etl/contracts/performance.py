"""The contract of the self-evaluation forms (项目支出绩效自评表)."""

from __future__ import annotations

from jcfs_etl.contracts.base import ContractModel


class PerformanceContract(ContractModel):
    """Titles, heads and labels of the forms, and the identities within them."""

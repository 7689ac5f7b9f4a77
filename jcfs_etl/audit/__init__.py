"""Audit: the identities of the contracts tried on a publication. Knows nothing of files."""

from jcfs_etl.audit.model import Check, Figures
from jcfs_etl.audit.publication import Audit, audit

__all__ = ["Audit", "Check", "Figures", "audit"]

"""Audit: the identities of the contracts tried on a publication. Knows nothing of files."""

from jcfs_etl.audit.model import Check, Figures
from jcfs_etl.audit.publication import Audit, audit
from jcfs_etl.audit.schemas import publication_schema, table_schema

__all__ = ["Audit", "Check", "Figures", "audit", "publication_schema", "table_schema"]

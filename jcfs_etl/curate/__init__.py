"""Curate: facts, checks and findings become Parquet partitions that BI tools can trust."""

from jcfs_etl.curate.publish import (
    ProcessedDocument,
    PublishedDocument,
    publish,
    read_dataset,
    read_documents,
)
from jcfs_etl.curate.records import DocumentRecord

__all__ = [
    "DocumentRecord",
    "ProcessedDocument",
    "PublishedDocument",
    "publish",
    "read_dataset",
    "read_documents",
]

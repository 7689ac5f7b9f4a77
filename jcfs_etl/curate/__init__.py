"""Curate: facts, checks and findings become Parquet partitions that BI tools can trust."""

from jcfs_etl.curate.processed import ProcessedDocument, PublishedDocument
from jcfs_etl.curate.publish import publish, read_dataset
from jcfs_etl.curate.records import DocumentRecord
from jcfs_etl.curate.root import CuratedRoot
from jcfs_etl.curate.stores import open_store

__all__ = [
    "CuratedRoot",
    "DocumentRecord",
    "ProcessedDocument",
    "PublishedDocument",
    "open_store",
    "publish",
    "read_dataset",
]

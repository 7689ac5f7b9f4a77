"""Second stage: pages become published tables, rows and columns named by the contracts."""

from jcfs_etl.places import Key
from jcfs_etl.recognise.model import Fact, Publication, PublishedTable, TableRow
from jcfs_etl.recognise.publication import recognise

__all__ = ["Fact", "Key", "Publication", "PublishedTable", "TableRow", "recognise"]

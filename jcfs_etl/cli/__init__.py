"""The command line: `jcfs --help` lists what it does."""

from jcfs_etl.cli.main import app

__all__ = ["app"]

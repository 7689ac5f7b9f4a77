"""What :mod:`forking` loads into the process that workers of tests are forked off."""

import multiprocessing

# Four readers look at what a disturbed run leaves, and a worker writes Parquet and draws pages.
import curating  # noqa: F401
import forking
import pyarrow.dataset
import pyarrow.parquet  # noqa: F401

import jcfs_etl.report.site.worker  # noqa: F401
from flows.workers import settle
from jcfs_etl.contracts import load_contracts

# Workers of workers, as on a Dask cluster, are forked off the same process.
multiprocessing.get_context = forking.get_context  # type: ignore[assignment]
load_contracts()
settle()

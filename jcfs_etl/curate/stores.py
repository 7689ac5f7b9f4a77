"""Which store a folder or a URL stands for."""

from __future__ import annotations

from pathlib import Path

from jcfs_etl.curate.store import Store
from jcfs_etl.curate.store_local import LocalStore
from jcfs_etl.errors import RunError, with_extra


def open_store(curated: Path | str) -> Store:
    """The store for a folder or a URL such as ``s3://bucket/curated``.

    An S3-compatible store is reached with the variables that its tools use: ``AWS_ENDPOINT_URL``,
    ``AWS_ACCESS_KEY_ID``, ``AWS_SECRET_ACCESS_KEY``, ``AWS_PROFILE``.

    Raises:
        RunError: the URL is of another kind, or the extra ``s3`` is not installed.
    """
    name = str(curated)
    kind, separator, rest = name.partition("://")
    if not separator:
        return LocalStore(Path(curated))
    if kind != "s3" or not rest.strip("/"):
        raise RunError(f"{name}: there is no way to store data there", "give a folder or s3://bucket/path")
    try:
        from jcfs_etl.curate.store_s3 import S3Store
    except ImportError as error:
        raise RunError(f"{name}: needs a library that is missing", with_extra("s3")) from error
    return S3Store(rest.strip("/"))

"""A real S3-compatible server on this machine."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import certifi
import pytest
import s3fs
from botocore.loaders import JSONFileLoader

from jcfs_etl.curate import open_store

_END = "-----END CERTIFICATE-----\n"


@contextmanager
def serving_s3() -> Iterator[dict[str, str]]:
    """Serve buckets; what the environment must say for its users."""
    import logging

    from moto.server import ThreadedMotoServer

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    with _known_services(), tempfile.NamedTemporaryFile("w", suffix=".pem") as authority:
        # Each store loads all authorities that there are, though it speaks in the clear: one will do.
        authority.write(Path(certifi.where()).read_text("utf-8").partition(_END)[0] + _END)
        authority.flush()
        yield {
            "AWS_ENDPOINT_URL": f"http://{host}:{port}",
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_CA_BUNDLE": authority.name,
        }
    server.stop()


@contextmanager
def _known_services() -> Iterator[None]:
    """Read the descriptions of Amazon's services once: each store would anew."""
    load, loader = JSONFileLoader.load_file, JSONFileLoader()
    known = cache(lambda path: load(loader, path))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(JSONFileLoader, "load_file", lambda _, path: known(path))
        yield


def new_bucket(name: str) -> str:
    """Where a curated root may lie in a new bucket of the server that the environment names."""
    s3fs.S3FileSystem(skip_instance_cache=True).call_s3("create_bucket", Bucket=name)
    return f"s3://{name}/curated"


def public(bucket: str) -> dict[str, bytes]:
    """Every file of a root but the program's own."""
    store = open_store(bucket)
    keys = [key for key in store.keys("") if not key.startswith("_jcfs/")]
    return {key: store.read(key) or b"" for key in keys}

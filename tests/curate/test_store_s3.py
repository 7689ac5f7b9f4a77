"""Curated data in a bucket of a real S3-compatible server on this machine."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import s3fs
from curating import contents, put_file, run, statuses, totals
from fsspec.asyn import sync_wrapper
from msgspec.structs import replace
from s3_at_hand import new_bucket, public, serving_s3

from jcfs_etl.contracts import Contracts
from jcfs_etl.curate import CuratedRoot, ProcessedDocument, open_store, read_dataset
from jcfs_etl.curate.commit import Journal
from jcfs_etl.curate.history import FILE as HISTORY
from jcfs_etl.curate.staging import PuttingAside
from jcfs_etl.curate.store_s3 import Lease, S3Store
from jcfs_etl.errors import RunError


@pytest.fixture(scope="module")
def access() -> Iterator[dict[str, str]]:
    with serving_s3() as access:
        yield access


@pytest.fixture
def server(access: dict[str, str]) -> str:
    return access["AWS_ENDPOINT_URL"]


@pytest.fixture
def bucket(access: dict[str, str], monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> str:
    for name, value in access.items():
        monkeypatch.setenv(name, value)
    return new_bucket(f"bucket-{abs(hash(request.node.name))}")


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    put_file(tmp_path / "raw" / "a.pdf", "甲局 2023 1.00")
    put_file(tmp_path / "raw" / "b.pdf", "a/b=c% 2023 2.00")
    put_file(tmp_path / "raw" / "bad.pdf", "丙局 2023 3.00 quarantined")
    return tmp_path / "raw"


def test_the_bucket_holds_what_a_folder_would_hold(raw: Path, bucket: str, tmp_path: Path) -> None:
    for total in ("1.00", "1.50"):
        put_file(raw / "a.pdf", f"甲局 2023 {total}")
        run(raw, tmp_path / "folder")
        run(raw, bucket)
        assert public(bucket) == contents(tmp_path / "folder")
    mine = {k for k in open_store(bucket).keys("_jcfs") if "lock" not in k}
    assert mine == {k for k in open_store(tmp_path / "folder").keys("_jcfs") if "lock" not in k}
    # The history has the times of each run.
    for key in mine - {HISTORY}:
        assert open_store(bucket).read(key) == open_store(tmp_path / "folder").read(key), key


def test_an_unchanged_run_writes_nothing_but_its_lease(raw: Path, bucket: str, monkeypatch: Any) -> None:
    run(raw, bucket)
    written: list[str] = []
    real = S3Store.write

    def noting(self: S3Store, key: str, data: bytes) -> None:
        written.append(key)
        real(self, key, data)

    monkeypatch.setattr(S3Store, "write", noting)
    summary = run(raw, bucket)
    assert {line.event for line in summary.lines} == {"unchanged"}
    assert written == []


def test_readers_find_it(raw: Path, bucket: str, server: str, contracts: Contracts) -> None:
    import polars as pl
    import pyarrow.dataset as ds

    run(raw, bucket)
    rows = read_dataset(bucket, "documents", contracts).to_pylist()
    assert sorted((r["unit"], r["status"]) for r in rows) == [
        ("a/b=c%", "published"),
        ("丙局", "quarantined"),
        ("甲局", "published"),
    ]
    files = s3fs.S3FileSystem(skip_instance_cache=True)
    table = ds.dataset(f"{bucket[5:]}/income", filesystem=files, partitioning="hive").to_table()
    assert set(table["unit"].to_pylist()) == {"甲局", "a/b=c%"}
    options = {
        "aws_endpoint_url": server,
        "aws_access_key_id": "test",
        "aws_secret_access_key": "test",
        "aws_region": "us-east-1",
        "aws_allow_http": "true",
    }
    frame = pl.read_parquet(f"{bucket}/income/**/*.parquet", hive_partitioning=True, storage_options=options)
    assert set(frame["unit"]) == {"甲局", "a/b=c%"}


def test_rollback_moves_and_prune_work_as_in_a_folder(raw: Path, bucket: str, contracts: Contracts) -> None:
    run(raw, bucket)
    put_file(raw / "a.pdf", "甲局 2023 1.50")
    run(raw, bucket)
    with CuratedRoot(open_store(bucket), contracts) as root:
        assert root.rollback("甲局", 2023).restored == 1
    [total] = [
        r["total"] for r in read_dataset(bucket, "income", contracts).to_pylist() if r["unit"] == "甲局"
    ]
    assert total == Decimal("1.00")
    (raw / "b.pdf").rename(raw / "c.pdf")
    (raw / "a.pdf").unlink()
    assert statuses(run(raw, bucket, prune=True)) == {
        "a.pdf": "missing",
        "bad.pdf": "quarantined",
        "c.pdf": "published",
    }
    assert {r["unit"] for r in read_dataset(bucket, "income", contracts).to_pylist()} == {"a/b=c%"}


def test_a_commit_that_was_written_down_is_completed(
    raw: Path, bucket: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, contracts: Contracts
) -> None:
    class Died(BaseException):
        pass

    def die(*_: object) -> None:
        raise Died

    with monkeypatch.context() as patch:
        patch.setattr(Journal, "_complete", die)
        with pytest.raises(Died):
            run(raw / "a.pdf", bucket)
    assert public(bucket) == {}
    with CuratedRoot(open_store(bucket), contracts):
        pass
    run(raw / "a.pdf", tmp_path / "folder")
    assert public(bucket) == contents(tmp_path / "folder")


def test_publishing_asks_once_what_stands_there_and_copies(
    document: ProcessedDocument, bucket: str, contracts: Contracts, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the manifest knows nothing of a unit and year, only its ``documents`` is looked for."""
    records = [replace(document.record, unit=f"单位{n}", sha256=f"{n:064x}", source=str(n)) for n in range(3)]
    asked: Counter[str] = Counter()
    real = s3fs.S3FileSystem._call_s3

    async def counting(self: Any, method: str, *args: Any, **named: Any) -> Any:
        asked[method] += 1
        return await real(self, method, *args, **named)

    with CuratedRoot(open_store(bucket), contracts) as root:
        aside = PuttingAside(root.holder, contracts)
        documents = [aside(replace(document, record=record)) for record in records]
        monkeypatch.setattr(s3fs.S3FileSystem, "_call_s3", counting)
        monkeypatch.setattr(s3fs.S3FileSystem, "call_s3", sync_wrapper(counting))
        list(root.publish_all((document, None) for document in documents))
        files = sum(len(partition.files) for partition in root.manifest.published())
    del asked["put_object"]  # the journal's line, and a lease that may be renewed meanwhile
    assert asked.keys() >= {"get_object", "copy_object", "delete_objects"}
    assert asked["get_object"] <= 3 + 2 and asked["copy_object"] == files  # two reads when the run ends


def test_many_are_removed_where_a_store_removes_only_one_by_one(
    bucket: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = s3fs.S3FileSystem.call_s3

    def knowing_less(self: Any, method: str, *args: Any, **named: Any) -> Any:
        if method == "delete_objects":
            raise OSError("NotImplemented")
        return real(self, method, *args, **named)

    store = open_store(bucket)
    store.stage({"a": b"1", "b": b"2", "c": b"3"})
    monkeypatch.setattr(s3fs.S3FileSystem, "call_s3", knowing_less)
    store.delete(["a", "b", "never"])
    assert store.keys("") == ["c"]


def test_what_a_store_refuses_to_remove_is_said(bucket: str, monkeypatch: pytest.MonkeyPatch) -> None:
    real = s3fs.S3FileSystem.call_s3

    def refusing(self: Any, method: str, *args: Any, **named: Any) -> Any:
        if method == "delete_objects":
            return {"Errors": [{"Key": "b", "Code": "AccessDenied"}]}
        if method == "delete_object" and named["Key"].endswith("b"):
            raise PermissionError("Access Denied")
        return real(self, method, *args, **named)

    store = open_store(bucket)
    store.stage({"a": b"1", "b": b"2"})
    monkeypatch.setattr(s3fs.S3FileSystem, "call_s3", refusing)
    with pytest.raises(RunError, match=r"/b: the store refuses \(Access Denied\)"):
        store.delete(["a", "b"])


def test_the_second_run_leaves_with_a_clear_word(bucket: str) -> None:
    hold = open_store(bucket).hold(0)
    with pytest.raises(RunError, match=r"another run is writing there \(process \d+ of"):
        open_store(bucket).hold(0)
    hold.release()
    open_store(bucket).hold(0).release()


def lease(bucket: str, wait: float, lasts: float) -> Lease:
    name, _, path = bucket[5:].partition("/")
    return Lease(s3fs.S3FileSystem(skip_instance_cache=True), name, f"{path}/lock", bucket, wait, lasts)


def test_a_lease_is_renewed_while_its_run_lives(bucket: str) -> None:
    held = lease(bucket, 0, 2.0)
    time.sleep(4.5)
    held.check()
    with pytest.raises(RunError, match="another run"):
        lease(bucket, 0, 2.0)
    held.release()


def test_a_dead_runs_lease_runs_out_and_the_dead_do_not_come_back(bucket: str) -> None:
    dead = lease(bucket, 0, 2.0)
    dead._ended.set()  # it renews no more, as if its process stood still
    heir = lease(bucket, 20, 2.0)
    with pytest.raises(RunError, match="the right to write there was lost"):
        dead.check()
    dead.release()
    heir.check()
    heir.release()


def test_a_run_that_lost_its_lease_unawares_is_refused_at_its_next_commit(bucket: str) -> None:
    one, other = open_store(bucket), open_store(bucket)
    one.log("_jcfs/journal", 1, b'{"by":"one"}')
    with pytest.raises(RunError, match="another run has written there meanwhile"):
        other.log("_jcfs/journal", 1, b'{"by":"other"}')
    one.log("_jcfs/journal", 1, b'{"by":"one"}')  # a request sent twice


def test_the_numbers_of_the_journal_alone_would_not_keep_two_runs_apart(bucket: str) -> None:
    """They are free again when the journal is worked into the manifest: hence the lease."""
    one, other = open_store(bucket), open_store(bucket)
    one.log("_jcfs/journal", 1, b'{"by":"one"}')
    one.clear_log("_jcfs/journal")
    other.log("_jcfs/journal", 1, b'{"by":"other"}')
    assert other.logged("_jcfs/journal") == [b'{"by":"other"}\n']


def test_a_store_that_does_not_heed_conditions_is_refused(
    bucket: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = s3fs.S3FileSystem.call_s3

    def heedless(self: Any, method: str, *args: Any, **named: Any) -> Any:
        return real(self, method, *args, **{k: v for k, v in named.items() if k != "IfNoneMatch"})

    with monkeypatch.context() as patched:
        patched.setattr(s3fs.S3FileSystem, "call_s3", heedless)
        with pytest.raises(RunError, match=r"If-None-Match.*two runs could write there at once — "):
            open_store(bucket).hold(0)
    open_store(bucket).hold(0).release()


def test_a_bucket_that_is_not_there_is_one_line(bucket: str) -> None:
    with pytest.raises(RunError, match="bucket does not exist"):
        open_store("s3://no-such-bucket-here/curated").hold(0)


def test_a_server_that_is_not_there_is_one_line(bucket: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    with pytest.raises(RunError, match="cannot be reached"):
        open_store(bucket).hold(0)


def test_so_it_is_when_the_server_goes_while_many_are_removed(
    bucket: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    with pytest.raises(RunError, match="cannot be reached"):
        open_store(bucket).delete(["a", "b"])


@pytest.mark.parametrize("url", ["gs://bucket/x", "s3://", "http://x/y"])
def test_other_urls_are_refused(url: str) -> None:
    with pytest.raises(RunError, match=r"there is no way to store data there — give a folder or s3://"):
        open_store(url)


def test_local_paths_are_folders(tmp_path: Path) -> None:
    assert totals(tmp_path) == {}
    assert open_store(str(tmp_path)).name == str(tmp_path)

"""`jcfs ingest --runner dask` on a real cluster of two workers: the same bytes as on one machine."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from at_hand import SAMPLE
from factory.producers import PRODUCERS
from factory.publication import draw_document
from msgspec.structs import asdict
from s3_at_hand import new_bucket, public, serving_s3
from test_flow import make_raw
from typer.testing import CliRunner

from flows.order import Order
from jcfs_etl.cli import app
from jcfs_etl.curate import ProcessedDocument, open_store
from jcfs_etl.curate.aside import Aside
from jcfs_etl.curate.plan import Given
from jcfs_etl.curate.store import STAGING
from jcfs_etl.errors import RunError
from jcfs_etl.report.summary import RunSummary

pytestmark = pytest.mark.prefect


@pytest.fixture(scope="module")
def s3() -> Iterator[None]:
    """A server of buckets, which the environment names."""
    with serving_s3() as access, pytest.MonkeyPatch.context() as patch:
        for name, value in access.items():
            patch.setenv(name, value)
        yield


@pytest.fixture(scope="module")
def cluster(s3: None) -> Iterator[str]:
    """A scheduler and two workers, each a process of its own, on this machine; they may use the buckets."""
    import dask
    import distributed

    with (
        dask.config.set({"distributed.worker.daemon": False}),
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, host="127.0.0.1"
        ) as running,
    ):
        yield running.scheduler_address


@pytest.fixture(scope="module")
def raw(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = make_raw(tmp_path_factory.mktemp("raw"))
    for seed in range(2):
        document = draw_document("before_2019", seed)
        (folder / f"{seed}.pdf").write_bytes(PRODUCERS["reportlab"](document))
    return folder


def order(raw: Path, curated: Path | str) -> Order:
    return Order((str(raw),), str(curated))


def tree(root: Path) -> dict[str, bytes]:
    """Every file, the manifest included, but the lock and what is noted of past runs with their times."""
    apart = ("lock", "runs.jsonl", "history.jsonl")
    files = (p for p in root.rglob("*") if p.is_file() and p.name not in apart)
    return {p.relative_to(root).as_posix(): p.read_bytes() for p in files}


@dataclass(frozen=True)
class Here:
    """What a run on this machine gives."""

    summary: RunSummary
    tree: dict[str, bytes]


@pytest.fixture(scope="module")
def here(server: None, raw: Path, tmp_path_factory: pytest.TempPathFactory) -> Here:
    from flows.ingest import ingest

    folder = tmp_path_factory.mktemp("here")
    return Here(ingest(**asdict(order(raw, folder)), workers=2), tree(folder))


def test_a_cluster_gives_the_same_bytes_as_one_machine(
    here: Here, cluster: str, raw: Path, tmp_path: Path
) -> None:
    from flows.cluster import ingest_on_cluster

    there = ingest_on_cluster(order(raw, tmp_path / "there"), cluster, 3)
    assert [(s.source, s.status, s.reason) for s in there.lines] == [
        (s.source, s.status, s.reason) for s in here.summary.lines
    ]
    assert there.counts["quarantined"] == 5
    assert there.counts["published"] == 3
    assert tree(tmp_path / "there") == here.tree


@pytest.mark.parametrize("is_seen", [True, False])
def test_workers_put_files_aside_where_they_see_the_root_and_send_them_where_not(
    here: Here, cluster: str, raw: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_seen: bool
) -> None:
    from flows.cluster import ingest_on_cluster

    # A path that leads each process elsewhere, as a disk that machines do not share.
    curated = tmp_path / "there" if is_seen else Path("/proc/self/cwd/there")
    if not Path("/proc/self/cwd").exists():
        pytest.skip("needs /proc")
    monkeypatch.chdir(tmp_path)
    aside = put_aside(monkeypatch)
    there = ingest_on_cluster(order(raw, curated), cluster, 3)
    assert aside == [is_seen] * 3
    assert there.counts["published"] == 3
    assert tree(tmp_path / "there") == here.tree


def test_workers_put_files_into_a_bucket_and_the_run_commits_them(
    here: Here, cluster: str, raw: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from flows.cluster import ingest_on_cluster

    bucket, aside = new_bucket("cluster"), put_aside(monkeypatch)
    there = ingest_on_cluster(order(raw, bucket), cluster, 3)
    assert aside == [True] * 3
    assert there.counts["published"] == 3
    assert public(bucket) == {k: v for k, v in here.tree.items() if not k.startswith("_jcfs/")}
    assert not [key for key in open_store(bucket).keys("_jcfs/") if key.startswith(STAGING)]


def put_aside(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Whether the files of each published document come as what its worker put aside, as they come."""
    from flows import dask

    aside: list[bool] = []
    seen = dask._require_seen

    def look(given: Given, document: ProcessedDocument, worker: str) -> None:
        if document.record.status == "published":
            aside.append(all(isinstance(file, Aside) for file in document.files.values()))
        seen(given, document, worker)

    monkeypatch.setattr(dask, "_require_seen", look)
    return aside


def test_the_command_reads_on_a_cluster(server: None, cluster: str, raw: Path, tmp_path: Path) -> None:
    arguments = ["ingest", str(raw / "sample.pdf"), "--curated", str(tmp_path)]
    done = CliRunner().invoke(app, [*arguments, "--runner", "dask", "--address", cluster, "--batch", "1"])
    assert done.exit_code == 0, done.output
    assert list(tmp_path.glob("documents/*/*/*.parquet"))


def test_a_file_that_workers_do_not_see_is_named(
    server: None, cluster: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from flows.cluster import ingest_on_cluster

    shutil.copy(SAMPLE, tmp_path / "only-here.pdf")
    monkeypatch.chdir(tmp_path)
    # A path that leads each process elsewhere, as a disk that machines do not share.
    mine = Path("/proc/self/cwd/only-here.pdf")
    if not mine.exists():
        pytest.skip("needs /proc")
    with pytest.raises(RunError, match=r"only-here\.pdf: the Dask worker tcp://.* cannot read it.*share"):
        ingest_on_cluster(order(mine, tmp_path / "curated"), cluster)
    assert not list((tmp_path / "curated").rglob("*.parquet"))


def test_a_worker_with_other_contracts_is_refused(
    server: None, cluster: str, raw: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from flows.cluster import ingest_on_cluster

    layer = tmp_path / "layer"
    layer.mkdir()
    (layer / "findings.yaml").write_text("codes: {}\n", encoding="utf-8")
    monkeypatch.setenv("JCFS_CONTRACTS_EXTRA", str(layer))
    with pytest.raises(RunError, match="other contracts, another version"):
        ingest_on_cluster(order(raw, tmp_path / "curated"), cluster)


def test_a_cluster_that_is_not_there_is_said_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from flows import cluster

    monkeypatch.setattr(cluster, "_CONNECT", "1s")
    with pytest.raises(RunError, match="no Dask scheduler answers there"):
        cluster.ingest_on_cluster(order(SAMPLE, tmp_path), "tcp://127.0.0.1:1")


def test_runner_and_address_go_together(tmp_path: Path) -> None:
    for arguments in (["--runner", "dask"], ["--address", "tcp://127.0.0.1:8786"]):
        done = CliRunner().invoke(app, ["ingest", str(SAMPLE), "--curated", str(tmp_path), *arguments])
        assert done.exit_code == 1
    assert not list(tmp_path.iterdir())

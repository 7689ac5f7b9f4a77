"""The nightly run from end to end: a real server and a real worker, started as docs/operations.md says."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import psutil
import pytest
import yaml
from at_hand import ROOT, SAMPLE
from collecting import serving
from prefect_at_hand import START, make_home

from jcfs_etl.contracts import Contracts
from jcfs_etl.curate import read_dataset

pytestmark = pytest.mark.prefect

#: Seconds for a run to end, and for a new server to know its deployments.
END, SET_UP = 180, 90
#: Times that a busy server is asked.
_BUSY = 20
#: Runs each of its arguments as a command of Prefect's, and ends with the first that fails.
_COMMANDS = """
import sys
from prefect.cli import app
for command in sys.argv[1:]:
    sys.argv[1:] = command.split()
    try:
        app()
    except SystemExit as end:
        if end.code:
            raise
"""


@dataclass
class Installation:
    """A folder with a server's home, and the environment that the commands are given in."""

    folder: Path
    environment: dict[str, str]
    api: str

    def prefect(self, *commands: str, seconds: float = END) -> str:
        """Commands that end by themselves, one after the other, as typed; Prefect is loaded once for all."""
        done = subprocess.run(
            [sys.executable, "-c", _COMMANDS, *commands],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
        )
        assert done.returncode == 0, f"prefect {commands}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    @contextmanager
    def running(self, name: str, *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
        """A command that runs until it is told to stop."""
        with (self.folder / f"{name}.log").open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "prefect", *arguments],
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
            try:
                yield process
            finally:
                process.terminate()
                try:
                    process.wait(30)
                except subprocess.TimeoutExpired:
                    os.killpg(process.pid, 9)
                    process.wait(10)

    def log(self, name: str) -> str:
        return (self.folder / f"{name}.log").read_text(encoding="utf-8", errors="replace")[-4000:]

    def ask(self, path: str, body: dict[str, Any] | list[Any] | None = None) -> Any:
        """Ask the server's API."""
        with httpx.Client(trust_env=False, timeout=30) as client:
            url = f"{self.api}{path}"
            for _ in range(_BUSY):
                answer = client.get(url) if body is None else client.post(url, json=body)
                if answer.status_code != httpx.codes.SERVICE_UNAVAILABLE:
                    break
                # Its database was locked, and nothing was done; Prefect's own client asks again as well.
                time.sleep(1)
            answer.raise_for_status()
            return answer.json()

    def remove(self, path: str) -> None:
        """Remove something by the server's API."""
        with httpx.Client(trust_env=False, timeout=30) as client:
            client.delete(f"{self.api}{path}").raise_for_status()


def automations() -> list[dict[str, Any]]:
    """The examples of automations."""
    listed = yaml.safe_load((ROOT / "automations" / "jcfs.yaml").read_text("utf-8"))
    automations: list[dict[str, Any]] = listed["automations"]
    return automations


def until(condition: Callable[[], Any], seconds: float, why: Callable[[], str]) -> Any:
    """Wait for something to be there."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            if found := condition():
                return found
        except httpx.HTTPError:
            pass
        time.sleep(0.5)
    raise AssertionError(f"not within {seconds:g} seconds: {why()}")


@contextmanager
def listening() -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """A webhook on loopback, and what it is told; it is out of order the first time."""
    told: list[dict[str, Any]] = []
    asked: list[int] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            asked.append(1)
            if len(asked) > 1:
                told.append(json.loads(body))
            self.send_response(204 if len(asked) > 1 else 503)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/secret-path", told
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory, prefect_database: Path) -> Iterator[Installation]:
    with ExitStack() as until_the_end:

        def begin(seconds: float) -> Installation:
            server = installing(tmp_path_factory.mktemp("server"), prefect_database, seconds)
            return until_the_end.enter_context(server)

        try:
            begun = begin(SET_UP)
        except subprocess.TimeoutExpired:
            # Seen in one of some twenty runs: a new server over SQLite stands still, and says nothing.
            begun = begin(END)
        yield begun


@contextmanager
def installing(folder: Path, prefect_database: Path, seconds: float) -> Iterator[Installation]:
    """A server that knows the deployments and automations of this project, within so many seconds."""
    try:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
    except OSError as error:
        pytest.skip(f"this machine forbids sockets: {error}")
    api = f"http://127.0.0.1:{port}/api"
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("PREFECT_", "JCFS_"))}
    environment |= {
        "PREFECT_HOME": str(make_home(folder / "home", prefect_database)),
        "PREFECT_API_URL": api,
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        # SQLite lets one write at a time: on a busy machine the others wait for longer than ten seconds.
        "PREFECT_SERVER_DATABASE_TIMEOUT": "120",
        "DO_NOT_TRACK": "1",
        "NO_PROXY": "127.0.0.1",
        "PYTHONPATH": str(ROOT),
        "PREFECT_SERVER_SERVICES_LATE_RUNS_AFTER_SECONDS": "1",
        "PREFECT_SERVER_SERVICES_SCHEDULER_LOOP_SECONDS": "5",
        "JCFS_COLLECT_ALLOW_PRIVATE": "true",
        "JCFS_COLLECT_DELAY_SECONDS": "0",
        "JCFS_COLLECT_ATTEMPTS": "1",
        "JCFS_RUN_LOG": "json",
        "JCFS_RUN_LOG_FILE": str(folder / "run.log"),
    }
    # Set to try the same with PostgreSQL; docs/operations.md names its place.
    if database := os.environ.get("PREFECT_TEST_DATABASE_URL"):
        environment["PREFECT_API_DATABASE_CONNECTION_URL"] = database
    environment.pop("PREFECT_TEST_DATABASE_URL", None)
    installed = Installation(folder, environment, api)
    with installed.running("server", "server", "start", "--host", "127.0.0.1", "--port", str(port)):
        until(lambda: installed.ask("/health"), START, lambda: installed.log("server"))
        installed.prefect(
            "work-pool create jcfs --type process",
            "--no-prompt deploy --all",
            "automation create --from-file automations/jcfs.yaml",
            seconds=seconds,
        )
        yield installed


@dataclass
class Night:
    """A nightly run that has ended, and the worker that ran it and goes on."""

    installation: Installation
    worker: subprocess.Popen[bytes]
    run: dict[str, Any]
    curated: Path
    told: list[dict[str, Any]]


@pytest.fixture(scope="module")
def night(installation: Installation, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Night]:
    folder = tmp_path_factory.mktemp("night")
    with serving() as site, listening() as (webhook, told):
        site.gives("/a.pdf", SAMPLE.read_bytes())
        # Out of order at the first attempt of the night, and well at the second.
        asked: list[int] = []

        def faltering(exchange: Any) -> None:
            asked.append(1)
            if len(asked) == 1:
                exchange.send(b"", 503)
            else:
                exchange.send(b"%PDF-1.7\nnothing\n%%EOF\n" * 200)

        site.answers["/b.pdf"] = faltering
        sources = folder / "sources.yaml"
        files = "".join(
            f"  - {{id: {n}, file: '{site.url(f'/{n}.pdf', '127.0.0.1')}'}}\n" for n in ("a", "b")
        )
        sources.write_text(f"sources:\n{files}", encoding="utf-8")
        curated = folder / "curated"
        given = {
            "raw": str(folder / "raw"),
            "curated": str(curated),
            "sources": str(sources),
            "workers": 1,
            "patience": 1,
        }
        installation.environment["JCFS_RUN_WEBHOOK"] = webhook
        with working(installation, "worker") as worker:
            run = due_in_a_moment(installation, given)
            run = until(lambda: ended(installation, run), END, lambda: installation.log("worker"))
            yield Night(installation, worker, run, curated, told)


@contextmanager
def working(installation: Installation, name: str) -> Iterator[subprocess.Popen[bytes]]:
    """A worker of the pool."""
    with installation.running(name, "worker", "start", "--pool", "jcfs", "--type", "process") as worker:
        yield worker


def due_in_a_moment(installation: Installation, parameters: dict[str, Any]) -> dict[str, Any]:
    """A run that the scheduler itself makes: nightly has a second schedule that is due once, in a moment."""
    nightly = installation.ask("/deployments/name/nightly/nightly")
    due = datetime.now(UTC) + timedelta(seconds=10)
    at = installation.ask(
        f"/deployments/{nightly['id']}/schedules",
        [
            {
                "schedule": {"rrule": f"DTSTART:{due:%Y%m%dT%H%M%SZ}\nRRULE:FREQ=DAILY;COUNT=1"},
                "parameters": parameters,
            }
        ],
    )
    assert len(at) == 1

    def made() -> Any:
        runs = scheduled(installation)
        return [run for run in runs if run["parameters"].get("raw") == parameters["raw"]]

    [run] = until(made, END, lambda: installation.log("server"))
    return dict(run)


def scheduled(installation: Installation) -> list[dict[str, Any]]:
    """The runs of nightly that its schedules made."""
    wanted = {"deployments": {"name": {"any_": ["nightly"]}}, "sort": "EXPECTED_START_TIME_ASC"}
    return [run for run in installation.ask("/flow_runs/filter", wanted) if run["auto_scheduled"]]


def test_the_schedule_makes_the_runs_of_the_next_nights(installation: Installation) -> None:
    runs = until(lambda: scheduled(installation), END, lambda: installation.log("server"))
    local = [
        datetime.fromisoformat(run["expected_start_time"]).astimezone(ZoneInfo("Asia/Shanghai"))
        for run in runs
    ]
    assert [(at.hour, at.minute) for at in local] == [(2, 0)] * len(local)
    assert all(later - at == timedelta(days=1) for at, later in pairwise(local))


@contextmanager
def hasty(installation: Installation, part_of_name: str, within: int) -> Iterator[Callable[[], bool]]:
    """An automation as it is documented, but for the time that it waits; tells whether it went off."""
    [one] = [a for a in automations() if part_of_name in a["name"]]
    name = f"hasty {part_of_name}"
    hasty = {**one, "name": name, "trigger": {**one["trigger"], "within": within}}
    made = installation.ask("/automations/", hasty)

    def went_off() -> bool:
        wanted = {"filter": {"event": {"prefix": ["prefect.automation."]}}}
        return any(
            e["event"].endswith("triggered") and e["resource"]["prefect.resource.name"] == name
            for e in installation.ask("/events/filter", wanted)["events"]
        )

    try:
        yield went_off
    finally:
        installation.remove(f"/automations/{made['id']}")


def test_the_alarm_goes_off_when_no_run_is_made_at_all(installation: Installation) -> None:
    before = installation.ask(
        "/flow_runs/filter", {"flow_runs": {"state": {"type": {"not_any_": ["SCHEDULED"]}}}}
    )
    with hasty(installation, "no night completed", 10) as went_off:
        until(went_off, END, lambda: installation.log("server"))
    # Nothing of a run told it: none was pending or late.
    assert before == [] and all(run["state_name"] == "Scheduled" for run in scheduled(installation))


def ended(installation: Installation, run: dict[str, Any]) -> Any:
    """The run when it has ended."""
    found = installation.ask(f"/flow_runs/{run['id']}")
    return found if found["state_type"] in ("COMPLETED", "FAILED", "CRASHED", "CANCELLED") else None


def test_the_worker_picks_up_the_run_that_a_schedule_made(night: Night) -> None:
    assert night.run["auto_scheduled"] and night.run["created_by"]["type"] == "SCHEDULE"
    assert night.run["run_count"] == 1
    due = datetime.fromisoformat(night.run["expected_start_time"]).astimezone(ZoneInfo("Asia/Shanghai"))
    assert night.run["name"] == f"nightly {due:%Y-%m-%d}"


def test_the_run_completes_and_its_state_says_what_became_of_it(night: Night) -> None:
    assert night.run["state_type"] == "COMPLETED", night.installation.log("worker")
    assert night.run["state_name"] == "Attention"
    message = night.run["state"]["message"]
    assert message.startswith("attention: collected: 2 new | 2 documents")


def test_the_curated_data_is_there(night: Night, contracts: Contracts) -> None:
    rows = read_dataset(night.curated, "documents", contracts).to_pylist()
    assert sorted(row["status"] for row in rows) == ["published", "quarantined"]
    assert all(row["collected_from"].startswith("http://127.0.0.1") for row in rows)


def test_an_address_that_faltered_was_asked_again_and_no_document_was(night: Night) -> None:
    runs = night.installation.ask("/task_runs/filter", {})
    counts = {run["name"].split()[0].split("-")[0]: run["run_count"] for run in runs}
    assert counts["collect"] == 2 and counts["compact"] == 1
    assert counts["notify"] == 2
    assert counts["process"] == 1


def test_summary_findings_and_report_are_artifacts(night: Night) -> None:
    artifacts = {a["key"]: a for a in night.installation.ask("/artifacts/filter", {})}
    assert {"ingest-summary", "ingest-findings", "nightly-report"} <= set(artifacts)
    assert "pages/s" in artifacts["ingest-summary"]["data"]
    assert artifacts["nightly-report"]["data"].startswith("# Night: attention")


def test_events_tell_of_the_run(night: Night) -> None:
    def told() -> Any:
        wanted = {"filter": {"event": {"prefix": ["jcfs."]}}}
        events = {e["event"]: e for e in night.installation.ask("/events/filter", wanted)["events"]}
        return events if {"jcfs.run.completed", "jcfs.nightly.completed"} <= set(events) else None

    events = until(told, 30, lambda: "no events")
    payload = events["jcfs.run.completed"]["payload"]
    assert payload["processed"] == 2 and sum(payload["quarantined_by_reason"].values()) == 1
    related = {r["prefect.resource.role"] for r in events["jcfs.run.completed"]["related"]}
    assert "flow-run" in related


def test_the_webhook_is_told_once_and_its_address_is_kept_secret(night: Night) -> None:
    [notice] = night.told
    assert notice["standing"] == "attention" and notice["figures"]["processed"] == 2
    assert [q["reason"] for q in notice["quarantined"]]
    logs = night.installation.ask("/logs/filter", {"limit": 200})
    assert "secret-path" not in json.dumps(logs) + night.installation.log("worker")


def test_the_log_has_a_line_of_json_for_each_document_with_the_run_and_the_hash(night: Night) -> None:
    lines = [json.loads(li) for li in (night.installation.folder / "run.log").read_text("utf-8").splitlines()]
    ingest = ["run_started", "run_planned", "document", "document", "run_ended"]
    lines_but_findings = [li for li in lines if li["event"] != "finding"]
    assert [li["event"] for li in lines_but_findings] == [*ingest, "address", "address", "night_ended"]
    assert len({li["run"] for li in lines_but_findings[:5]}) == 1
    assert {li["run"] for li in lines_but_findings[5:]} == {lines[0]["part_of"]} == {night.run["id"]}
    assert all(len(li["sha256"]) == 64 for li in lines if li["event"] == "document")
    findings = [li for li in lines if li["event"] == "finding"]
    assert findings and all(li["code"] and li["severity"] in ("error", "inconsistent") for li in findings)
    published = next(li for li in lines if li.get("status") == "published")
    assert published["consistency"] in ("consistent", "inconsistent") and published["basis"]
    assert published["checks"]["exact"] and sum(published["findings"].values())
    assert set(published["stage_seconds"]) == {"read", "recognise", "interpret", "audit", "write"}


def test_the_deployments_are_as_documented(night: Night) -> None:
    found = {d["name"]: d for d in night.installation.ask("/deployments/filter", {})}
    assert set(found) == {"nightly", "ingest", "backfill"}
    for deployment in found.values():
        assert deployment["global_concurrency_limit"]["limit"] == 1
        properties = deployment["parameter_openapi_schema"]["properties"]
        assert all(p.get("description") for p in properties.values()), deployment["name"]
    [schedule] = [s for s in found["nightly"]["schedules"] if "cron" in s["schedule"]]
    assert schedule["schedule"]["timezone"] == "Asia/Shanghai"
    assert schedule["schedule"]["cron"] == "0 2 * * *"


def test_the_automations_exist(night: Night) -> None:
    names = [a["name"] for a in night.installation.ask("/automations/filter", {})]
    assert sorted(names) == sorted(a["name"] for a in automations())


def test_a_killed_night_is_marked_and_the_next_one_is_done(
    installation: Installation, tmp_path: Path, night: Night
) -> None:
    held, released = threading.Event(), threading.Event()

    def holding(exchange: Any) -> None:
        held.set()
        released.wait(END)
        exchange.send(SAMPLE.read_bytes())

    with serving() as site:
        site.answers["/a.pdf"] = holding
        sources = tmp_path / "sources.yaml"
        address = site.url("/a.pdf", "127.0.0.1")
        sources.write_text(f"sources:\n  - {{id: a, file: '{address}'}}\n", encoding="utf-8")
        given = {"curated": str(tmp_path / "curated"), "sources": str(sources), "workers": 1}
        with hasty(installation, "killed run", 45):
            killed = due_in_a_moment(installation, {**given, "raw": str(tmp_path / "raw")})
            until(held.is_set, END, lambda: installation.log("worker"))
            # Only a run that was heard of can be missed; on a loaded machine that takes a while.
            until(lambda: heard_of(installation, killed), END, lambda: installation.log("server"))
            # The worker and the run, as a machine that loses its power ends them.
            kill_all(night.worker)
            # Nobody says that it has ended; a slow machine may have missed it already.
            state = installation.ask(f"/flow_runs/{killed['id']}")["state_type"]
            assert state in ("RUNNING", "CRASHED")
            until(
                lambda: installation.ask(f"/flow_runs/{killed['id']}")["state_type"] == "CRASHED",
                END,
                lambda: installation.log("server"),
            )
        released.set()
        with working(installation, "next"):
            following = due_in_a_moment(installation, {**given, "raw": str(tmp_path / "raw-2")})
            run = until(lambda: ended(installation, following), END, lambda: installation.log("next"))
        assert run["state_type"] == "COMPLETED", installation.log("next")


def heard_of(installation: Installation, run: dict[str, Any]) -> bool:
    """Whether a run's sign of life has reached the server."""
    of_run = {"id": [f"prefect.flow-run.{run['id']}"]}
    wanted = {"filter": {"event": {"name": ["prefect.flow-run.heartbeat"]}, "resource": of_run}}
    return bool(installation.ask("/events/filter", wanted)["events"])


def kill_all(process: subprocess.Popen[bytes]) -> None:
    """Kill a process and all that it has started, at once."""
    family = psutil.Process(process.pid)
    for one in [*family.children(recursive=True), family]:
        one.kill()
    process.wait(10)

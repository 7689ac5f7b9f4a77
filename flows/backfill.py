"""Reading documents again that were read before: chosen ones, or all."""

from __future__ import annotations

from prefect import flow, get_run_logger
from prefect.artifacts import create_markdown_artifact

from flows.ingest import RUNNER, carry_out
from flows.order import Order
from flows.selection import Choice, select
from jcfs_etl.contracts import load_contracts
from jcfs_etl.report.summary import RunSummary, summarise
from jcfs_etl.report.texts import Texts
from jcfs_etl.settings import load_settings


@flow(name="backfill", task_runner=RUNNER, validate_parameters=False)
def backfill(
    curated: str = "data/curated",
    unit: str | None = None,
    year: int | None = None,
    contract_version: str | None = None,
    outdated: bool = False,
    status: str | None = None,
    everything: bool = False,
    dry_run: bool = True,
    workers: int | None = None,
    force: bool = False,
    wait: float = 3600.0,
) -> RunSummary:
    """Read documents again that the curated data knows, where their files lie; no others.

    Args:
        curated: folder or URL of the curated data.
        unit: only documents of this unit.
        year: only documents of this fiscal year.
        contract_version: only documents read with this version of the contracts.
        outdated: only documents read with other contracts, another program or other settings than now.
        status: only documents with this status - published, quarantined, declined, superseded, rolled_back.
        everything: all documents; together with none of the above.
        dry_run: list what would be read, as an artifact and in the log, and change nothing.
        workers: processes; by default one a processor.
        force: publish over other files' publications, and over what a person brought back.
        wait: seconds to wait for another run on the same curated data.

    Returns:
        What became of each document; of none when it was a dry run or none was chosen.

    Raises:
        RunError: nothing is chosen, or as for ingesting.
    """
    choice = Choice(unit, year, contract_version, outdated, status, everything)
    paths = _chosen(curated, choice, dry_run)
    if dry_run or not paths:
        return summarise()
    return carry_out(Order(paths, curated, force=force, again=True, wait=wait), workers=workers)


def _chosen(curated: str, choice: Choice, dry_run: bool) -> tuple[str, ...]:
    """Where the files to read again lie; the choice is kept as an artifact."""
    contracts = load_contracts()
    chosen = select(curated, choice, contracts, load_settings())
    say = Texts(contracts, "en")
    get_run_logger().info("%s", chosen.sentence(say))
    create_markdown_artifact(
        key="backfill-selection", markdown=chosen.markdown(say), description="What the backfill chose"
    )
    for seen in chosen.files if dry_run else ():
        get_run_logger().info("would read %s (%s)", seen.source, seen.status)
    return chosen.paths

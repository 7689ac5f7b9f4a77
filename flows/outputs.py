"""What a night makes of the data for people and tools: views, data package, site, what changed in words."""

from __future__ import annotations

import os
from pathlib import Path
from typing import cast

from msgspec import Struct
from prefect import get_run_logger, task
from prefect.cache_policies import NO_CACHE

from jcfs_etl.contracts import load_contracts
from jcfs_etl.curate.stores import open_store
from jcfs_etl.findings import Language
from jcfs_etl.report.changed import changes_of_run, in_words
from jcfs_etl.report.package import FILE, write_package
from jcfs_etl.report.site import make_site
from jcfs_etl.report.texts import Texts
from jcfs_etl.report.views import write_views
from jcfs_etl.settings import load_run_settings, load_settings


class Outputs(Struct):
    """What a night made.

    Attributes:
        places: what each file is, and where it lies.
        changes: what the night's run changed, in words.
    """

    places: tuple[tuple[str, str], ...] = ()
    changes: tuple[str, ...] = ()


@task(name="describe", cache_policy=NO_CACHE)
def describe(curated: str) -> tuple[tuple[str, str], ...]:
    """Make the views and the data package anew, as the settings say; what each is, and where it lies.

    Raises:
        RunError: nothing is compacted, or a file cannot be written.
    """
    contracts, settings = load_contracts(), load_run_settings()
    places: list[tuple[str, str]] = []
    # Views read files of a folder; a bucket has none.
    if settings.views and "://" not in curated:
        made = write_views(curated, contracts, absolute=settings.views_absolute)
        places += [("views", str(made.files[0])), ("views as SQL", str(made.files[1]))]
    if settings.package:
        write_package(open_store(curated), contracts)
        places.append(("data package", f"{curated}/{FILE}"))
    get_run_logger().info("described: %s", ", ".join(where for _, where in places) or "nothing, as set")
    return tuple(places)


@task(name="site", cache_policy=NO_CACHE)
def keep_site(
    curated: str, raw: str, workers: int | None = None, wait: float = 0.0
) -> tuple[tuple[str, str], ...]:
    """Bring the site for people up to date, where the settings name its folder; what it is, and where.

    Raises:
        RunError: the site cannot be written, or the curated data cannot be read.
    """
    out = load_run_settings().site
    if not out:
        return ()
    folder = Path(raw) if Path(raw).is_dir() else Path(raw).parent
    contracts = load_contracts()
    made = make_site(curated, folder, Path(out), contracts, load_settings(), workers=workers, wait=wait)
    index = Path(out) / "index.html"
    get_run_logger().info("site: %s", made.sentence(Texts(contracts, "en"), index))
    for source, why in made.failed:
        get_run_logger().error("site: %s: %s", source, why)
    return (("site", str(index)),)


def changes_in_words(curated: str) -> tuple[str, ...]:
    """What the last run changed, in the language of ``JCFS_LANG``, by default English.

    Raises:
        RunError: what was noted is damaged.
    """
    language = os.environ.get("JCFS_LANG") or "en"
    say = Texts(load_contracts(), cast(Language, language))
    return tuple(in_words(changes_of_run(open_store(curated)), say))

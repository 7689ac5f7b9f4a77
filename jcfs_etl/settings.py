"""Settings from ``jcfs.toml`` and the environment, which wins: limits, history, collecting, telling."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any, Literal, TypeVar

from msgspec import Struct
from pydantic import BaseModel, ConfigDict, Field, ValidationError

import jcfs_etl
from jcfs_etl.errors import RunError
from jcfs_etl.password import PASSWORD
from jcfs_etl.settings_file import FILE_VARIABLE, SettingsFile, read_settings_file

_PREFIX = "JCFS_"
#: Variables that are no settings of a file: where contracts and settings lie, and what must not be written.
OTHER_VARIABLES = (
    "JCFS_COMMIT",
    "JCFS_CONTRACTS",
    "JCFS_CONTRACTS_EXTRA",
    "JCFS_LANG",
    PASSWORD,
    FILE_VARIABLE,
)

Model = TypeVar("Model", bound=BaseModel)


class Settings(BaseModel):
    """Limits and history; each is set by a variable such as ``JCFS_MAX_PAGES``.

    Attributes:
        timeout_seconds: time that one document may take; its process is ended after that.
        memory_mib: memory that its process may take beyond what a process at rest takes.
        max_pages: pages it may have.
        max_file_mib: size of the file.
        max_stream_mib: size that one compressed part of it may unfold to.
        ocr: whether pages that are pictures are read, where the extra ``ocr`` is installed.
        keep_versions: older versions of each published partition that are kept.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    timeout_seconds: float = Field(default=900.0, gt=0, allow_inf_nan=False)
    memory_mib: int = Field(default=2048, ge=64)
    max_pages: int = Field(default=3000, ge=1)
    max_file_mib: int = Field(default=200, ge=1)
    max_stream_mib: int = Field(default=512, ge=1)
    ocr: bool = True
    keep_versions: int = Field(default=3, ge=0)

    def as_environment(self) -> dict[str, str]:
        """The variables that give these settings, for the processes that read."""
        return {variable(name): str(value) for name, value in self.model_dump().items()}


class CollectSettings(BaseModel):
    """How publications are collected; set by variables such as ``JCFS_COLLECT_DELAY_SECONDS``.

    Attributes:
        delay_seconds: time between two requests to one host; what its robots.txt asks for may be more.
        timeout_seconds: silence of a server, when connecting and between two pieces of an answer.
        file_seconds: time for one address with all its attempts; the rest is taken up by the next run.
        attempts: attempts for one address, where a fault may pass.
        max_wait_seconds: longest wait that a server may ask for.
        user_agent: how the program names itself; robots.txt knows it by the word before the slash.
        hosts: hosts that any source may lead to, separated by commas; ``.gov.cn`` stands for all below.
        allow_private: whether addresses of private networks and of this machine may be asked.
        max_file_mib: size of a file; set by ``JCFS_MAX_FILE_MIB`` for reading and collecting alike.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    delay_seconds: float = Field(default=2.0, ge=0, allow_inf_nan=False)
    timeout_seconds: float = Field(default=30.0, gt=0, allow_inf_nan=False)
    file_seconds: float = Field(default=600.0, gt=0, allow_inf_nan=False)
    attempts: int = Field(default=4, ge=1, le=20)
    max_wait_seconds: float = Field(default=120.0, ge=0, allow_inf_nan=False)
    user_agent: str = Field(
        default=f"jcfs-etl/{jcfs_etl.__version__} (collects published final accounts)",
        pattern=r"^[A-Za-z0-9_.-]+(/[ -~]*)?$",
    )
    hosts: str = Field(default="", pattern=r"^[^\s/@:*]*(\s*,\s*[^\s/@:*]+)*$")
    allow_private: bool = False
    max_file_mib: int = Field(default=200, ge=1)

    @property
    def allowed_hosts(self) -> tuple[str, ...]:
        """The hosts that any source may lead to."""
        return tuple(host.strip() for host in self.hosts.split(",") if host.strip())


class RunSettings(BaseModel):
    """What a run tells, and to whom; set by variables such as ``JCFS_RUN_LOG``.

    Attributes:
        log: ``none``, ``text`` or ``json``: a line for the run's steps and for each document.
        log_file: file that these lines are added to; by default they go to standard error.
        metrics_file: file that the last run's figures are put into, as OpenMetrics text for a scrape.
        webhook: address that is told by POST when a nightly run has ended; it may hold a secret.
        usual_runs: runs, before the present one, that say how many quarantined documents are usual.
        unusual_factor: how many times the usual share of quarantined documents is unusual.
        unusual_at_least: fewer quarantined documents than these are never unusual.
        keep_runs: runs whose figures are kept beside the curated data.
        views: whether a night makes ``views.duckdb`` and ``views.sql`` anew.
        views_absolute: whether they name the Parquet files by their whole path.
        package: whether a night makes ``datapackage.json`` anew.
        site: folder of the site for people that a night keeps up; none by default.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    log: Literal["none", "text", "json"] = "none"
    log_file: str = ""
    metrics_file: str = ""
    webhook: str = Field(default="", pattern=r"^(https?://[^\s/]+\S*)?$")
    usual_runs: int = Field(default=14, ge=3)
    unusual_factor: float = Field(default=2.0, ge=1, allow_inf_nan=False)
    unusual_at_least: int = Field(default=3, ge=1)
    keep_runs: int = Field(default=1000, ge=1)
    views: bool = True
    views_absolute: bool = False
    package: bool = True
    site: str = ""


#: Sections of the file; the variable of a setting is JCFS, its section and its name.
SECTIONS: Mapping[str, type[BaseModel]] = {"": Settings, "collect": CollectSettings, "run": RunSettings}
#: Settings that a section takes from the top of the file.
_SHARED = {("collect", "max_file_mib")}
#: Settings that are never shown in full.
_SECRET = {("run", "webhook")}


class Setting(Struct, frozen=True):
    """A setting in force.

    Attributes:
        section, name: by which a file sets it.
        variable: by which the environment sets it.
        value: as shown to people.
        origin: ``default``, the variable, or file and line.
    """

    section: str
    name: str
    variable: str
    value: str
    origin: str


def variable(name: str, section: str = "") -> str:
    """The environment variable of a setting.

    Args:
        name: a field of the section's model.
        section: a key of :data:`SECTIONS`.
    """
    if (section, name) in _SHARED:
        section = ""
    return _PREFIX + (f"{section}_{name}" if section else name).upper()


def load_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """The limits in force; what is not set, or set to nothing, has its default.

    Args:
        environment: by default that of the process.

    Raises:
        RunError: a variable or a line of the file holds what cannot be its value, or is not known.
    """
    return _load(Settings, "", environment)


def load_collect_settings(environment: Mapping[str, str] | None = None) -> CollectSettings:
    """How publications are collected; as :func:`load_settings`."""
    return _load(CollectSettings, "collect", environment)


def load_run_settings(environment: Mapping[str, str] | None = None) -> RunSettings:
    """What a run tells, and to whom; as :func:`load_settings`."""
    return _load(RunSettings, "run", environment)


def settings_in_force(environment: Mapping[str, str] | None = None) -> list[Setting]:
    """Every setting with its value and where it comes from.

    Args:
        environment: by default that of the process.

    Raises:
        RunError: as :func:`load_settings`.
    """
    found = []
    for section, model in SECTIONS.items():
        values = _load(model, section, environment)
        origins = {name: origin for name, (_, origin) in _given(model, section, environment).items()}
        for name in model.model_fields:
            if (section, name) not in _SHARED:
                shown = _text(getattr(values, name), secret=(section, name) in _SECRET)
                origin = origins.get(name, "default")
                found.append(Setting(section, name, variable(name, section), shown, origin))
    return found


def _load(model: type[Model], section: str, environment: Mapping[str, str] | None) -> Model:
    given = _given(model, section, environment)
    try:
        return model.model_validate({name: value for name, (value, _) in given.items()})
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0])
        value, origin = given[name]
        why = first["msg"].removeprefix("Input should be ")
        why = why.replace("String should match pattern", "of the form")
        default = model.model_fields[name].default
        shown = repr(default) if isinstance(default, str) else f"{default:g}"
        what = origin if origin == variable(name, section) else f"{origin}: {name}"
        told = "set to something" if (section, name) in _SECRET else repr(value)
        raise RunError(
            f"{what} is {told}, which is not {why}", f"correct it, or unset it for the default of {shown}"
        ) from None


def _given(
    model: type[BaseModel], section: str, environment: Mapping[str, str] | None
) -> dict[str, tuple[Any, str]]:
    """What is set of a section, and where."""
    environment = os.environ if environment is None else environment
    _refuse_unknown(environment)
    file = _file(environment)
    given: dict[str, tuple[Any, str]] = {}
    for name in model.model_fields:
        at = ("" if (section, name) in _SHARED else section, name)
        if at in file.values:
            given[name] = file.values[at], file.where(*at)
        if text := environment.get(variable(name, section), "").strip():
            given[name] = text, variable(name, section)
    return given


def _file(environment: Mapping[str, str]) -> SettingsFile:
    known = {s: [n for n in m.model_fields if (s, n) not in _SHARED] for s, m in SECTIONS.items()}
    return read_settings_file(environment, known)


def _refuse_unknown(environment: Mapping[str, str]) -> None:
    """A mistyped limit would be no limit at all.

    Raises:
        RunError: a variable with the program's prefix that nothing reads.
    """
    known = {variable(name, s) for s, model in SECTIONS.items() for name in model.model_fields}
    for name in sorted(environment):
        if name.startswith(_PREFIX) and name not in known and name not in OTHER_VARIABLES:
            raise RunError(f"{name}: there is no such setting", "see jcfs settings; correct or unset it")


def _text(value: object, *, secret: bool) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if secret and value:
        return "(set, not shown)"
    return f"{value:g}" if isinstance(value, float) else str(value)

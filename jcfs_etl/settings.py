"""Settings from the environment: what a document may cost, how much history is kept, how to collect."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

import jcfs_etl
from jcfs_etl.errors import RunError

_PREFIX = "JCFS_"
_COLLECT_PREFIX = "JCFS_COLLECT_"

Model = TypeVar("Model", bound=BaseModel)


class Settings(BaseModel):
    """Settings; each is set by an environment variable such as ``JCFS_MAX_PAGES``.

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

    timeout_seconds: float = Field(default=300.0, gt=0, allow_inf_nan=False)
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


def variable(name: str) -> str:
    """The environment variable of a setting.

    Args:
        name: a field of :class:`Settings`.
    """
    return _PREFIX + name.upper()


def load_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """The settings in force; what is not set, or set to nothing, has its default.

    Args:
        environment: by default that of the process.

    Raises:
        RunError: a variable holds what cannot be its value.
    """
    return _load(Settings, {name: variable(name) for name in Settings.model_fields}, environment)


def load_collect_settings(environment: Mapping[str, str] | None = None) -> CollectSettings:
    """How publications are collected, as the environment says.

    Args:
        environment: by default that of the process.

    Raises:
        RunError: a variable holds what cannot be its value.
    """
    names = {name: _COLLECT_PREFIX + name.upper() for name in CollectSettings.model_fields}
    names["max_file_mib"] = variable("max_file_mib")
    return _load(CollectSettings, names, environment)


def _load(model: type[Model], names: Mapping[str, str], environment: Mapping[str, str] | None) -> Model:
    environment = os.environ if environment is None else environment
    given = {name: environment.get(names[name], "").strip() for name in names}
    try:
        return model.model_validate({name: value for name, value in given.items() if value})
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0])
        why = first["msg"].removeprefix("Input should be ")
        why = why.replace("String should match pattern", "of the form")
        default = model.model_fields[name].default
        shown = repr(default) if isinstance(default, str) else f"{default:g}"
        raise RunError(
            f"{names[name]} is {given[name]!r}, which is not {why}",
            f"correct it, or unset it for the default of {shown}",
        ) from None

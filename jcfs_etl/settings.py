"""Settings from the environment: limits on what one document may cost, and how much history is kept."""

from __future__ import annotations

import os
from collections.abc import Mapping

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from jcfs_etl.errors import RunError

_PREFIX = "JCFS_"


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
    environment = os.environ if environment is None else environment
    given = {name: environment.get(variable(name), "").strip() for name in Settings.model_fields}
    try:
        return Settings.model_validate({name: value for name, value in given.items() if value})
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0])
        why = first["msg"].removeprefix("Input should be ")
        raise RunError(
            f"{variable(name)} is {given[name]!r}, which is not {why}",
            f"correct it, or unset it for the default of {Settings.model_fields[name].default:g}",
        ) from None

"""What a run is asked for."""

from __future__ import annotations

from msgspec import Struct


class Order(Struct, frozen=True):
    """What a run is asked for; its fields are parameters of the flow, which Prefect keeps with a run.

    Attributes:
        paths: files and folders.
        curated: folder or URL of the curated data.
        unit, year: publish and list only these.
        force: publish over other files' publications and over what was brought back.
        again: process everything, changed or not.
        retry: process what is quarantined, and nothing else.
        prune: withdraw published data whose file is not there any more.
        wait: seconds to wait for another run.
    """

    paths: tuple[str, ...]
    curated: str
    unit: str | None = None
    year: int | None = None
    force: bool = False
    again: bool = False
    retry: bool = False
    prune: bool = False
    wait: float = 0.0

    def wants(self, unit: str | None, year: int | None) -> bool:
        """Whether documents of a unit and year are asked for."""
        return (self.unit is None or unit == self.unit) and (self.year is None or year == self.year)

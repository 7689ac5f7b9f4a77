"""Names that tables and the narrative share: ``concepts.yaml`` has each once, the others say whose."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from jcfs_etl.contracts.base import ContractModel
from jcfs_etl.contracts.layers import Layered, Path

#: The key that takes the names of a concept, and where they go.
CONCEPT, LABELS = "concept", "labels"


class Concept(ContractModel):
    """Something that several contracts name: its labels, the usual one first."""

    labels: tuple[str, ...] = Field(min_length=1)


class ConceptsContract(ContractModel):
    """All concepts by their ids."""

    concepts: dict[str, Concept] = Field(default_factory=dict)


def with_concepts(file: Layered, concepts: Layered) -> Layered:
    """A contract with the labels of concepts in the place of their names.

    Wherever it says ``concept: id``, the concept's labels come before those that stand there. Errors name the
    file and the line that a label comes from.

    Args:
        file: the contract; its values are changed.
        concepts: ``concepts.yaml``, with what layers add.

    Raises:
        ContractError: there is no such concept, or a label stands in it and beside it.
    """
    known = concepts.as_model(ConceptsContract).concepts

    def filled(value: Any, at: Path) -> Any:
        if isinstance(value, list):
            return [filled(item, (*at, n)) for n, item in enumerate(value)]
        if not isinstance(value, dict):
            return value
        found = {key: filled(item, (*at, key)) for key, item in value.items() if key != CONCEPT}
        if CONCEPT not in value:
            return found
        concept, own = value[CONCEPT], found.get(LABELS, [])
        if concept not in known:
            raise file.error([*at, CONCEPT], f"there is no concept {concept}", "add it to concepts.yaml")
        shared = list(known[concept].labels)
        for n, label in enumerate(own):
            if label in shared:
                raise file.error(
                    [*at, LABELS, n], f"{label} is a label of {concept} already", "remove it in one place"
                )
        file.note_labels((*at, LABELS), concepts, ("concepts", concept, LABELS), len(shared), len(own))
        return {**found, LABELS: [*shared, *own]}

    file.values = filled(file.values, ())
    return file

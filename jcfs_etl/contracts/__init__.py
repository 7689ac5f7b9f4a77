"""What a publication must look like: loads and validates the data under ``contracts/``."""

from jcfs_etl.contracts.loading import contracts_folder, load_contracts
from jcfs_etl.contracts.model import Contracts

__all__ = ["Contracts", "contracts_folder", "load_contracts"]

"""Interpret: the narrative becomes claims, self-evaluation forms become projects and indicators."""

from jcfs_etl.interpret.publication import Interpretation, interpret

__all__ = ["Interpretation", "interpret"]

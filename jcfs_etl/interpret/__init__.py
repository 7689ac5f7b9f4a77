"""Interpret: the narrative becomes claims, self-evaluation forms become projects and indicators."""

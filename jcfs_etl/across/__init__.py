"""Across: curated publications held against each other, a unit's years and a department with its units."""

"""What exists: state, parameters and luck as NamedTuples of arrays."""

"""History as the judge of the model: what was observed, what of a run it is compared with, and how well the two agree."""

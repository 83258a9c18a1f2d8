"""Games over the simulator: what agents earn in runs, and what they would earn if they played otherwise."""

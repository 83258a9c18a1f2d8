"""Games: solvers of small games, what theory says of markets that have a formula, and games played over runs."""

"""The empirical game: what simulated worlds say of strategies, pay-offs and best replies."""

"""Games over simulated runs: pay-offs of agents, tables over strategy profiles, and who gains by deviating."""

"""The games behind the model: what theory says of markets small enough to have a formula."""

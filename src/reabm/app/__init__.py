"""The page: one world a visitor, played in a thread of its own; charts and controls are built from what it publishes."""

"""The page: a window on the model in a browser, served from this machine to this machine."""

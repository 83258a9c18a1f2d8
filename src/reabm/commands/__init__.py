"""Commands of the command line, each in its file; what is heavy is imported where it is used."""

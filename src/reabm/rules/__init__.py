"""What happens: the economics, as small compiled functions of numbers and arrays."""

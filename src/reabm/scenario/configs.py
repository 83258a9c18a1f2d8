"""Where the shipped scenarios, world and bibliography lie."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent.parent


def find_configs() -> Path:
    """Folder of what is shipped: the copy inside an installed package, or `configs/` of a checkout."""
    for folder in (_PACKAGE / "_configs", _PACKAGE.parent.parent / "configs"):
        if (folder / "world").is_dir():
            return folder
    raise FileNotFoundError("reabm: no configs folder beside the package; install it anew")


def shipped_folder(name: str) -> Path:
    """A folder of what is shipped, whether or not it exists."""
    try:
        return find_configs() / name
    except FileNotFoundError:
        return Path("configs") / name

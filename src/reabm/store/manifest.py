"""What a run folder says about where it comes from: versions, machine, command, and a hash of each file."""

from __future__ import annotations

import hashlib
import json
import platform
import subprocess
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import reabm
from reabm.store.table import FORMAT_VERSION

MANIFEST = "manifest.json"
LIBRARIES = ("numpy", "numba", "pandas", "pyarrow")
PACKAGE = Path(__file__).resolve().parents[1]


def write_json(content: Mapping[str, Any]) -> bytes:
    """JSON for people: indented, in the order given; NaN is refused."""
    return (json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False) + "\n").encode("utf-8")


def sha256(content: bytes) -> str:
    """SHA-256 as hexadecimal text."""
    return hashlib.sha256(content).hexdigest()


def versions() -> dict[str, Any]:
    """Which program wrote a folder."""
    return {"format": FORMAT_VERSION, "reabm": reabm.__version__, "git": git_id()}


def file_about(n_bytes: int, digest: str) -> dict[str, Any]:
    """What a manifest holds of a file."""
    return {"bytes": n_bytes, "sha256": digest}


def circumstances(command: list[str] | None) -> dict[str, Any]:
    """How, when and on what a folder was written."""
    return {
        "command": list(sys.argv) if command is None else command,
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "python": platform.python_version(),
        "libraries": {name: _version(name) for name in LIBRARIES},
        "platform": platform.platform(),
        "cpu": cpu_name(),
    }


def sealed(manifest: Mapping[str, Any]) -> bytes:
    """The manifest as it is written: its last line is a checksum of the rest."""
    return write_json({**manifest, "checksum": sha256(write_json(manifest))})


def unsealed(content: bytes) -> dict[str, Any] | None:
    """A manifest that was written by `sealed`; None where a single byte of it has changed."""
    try:
        manifest = json.loads(content)
        del manifest["checksum"]
        return manifest if sealed(manifest) == content else None
    except (ValueError, KeyError, TypeError):
        return None


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def git_id() -> str | None:
    """Commit of the checkout that the package runs from, `+` where it was changed; None where there is none."""
    checkout = PACKAGE.parents[1]
    if PACKAGE.parent.name != "src" or not (checkout / ".git").exists():
        return None
    try:
        commit = _git(checkout, "rev-parse", "HEAD")
        return commit + ("+" if _git(checkout, "status", "--porcelain", "--untracked-files=no") else "")
    except (OSError, subprocess.SubprocessError):
        return None


def _git(checkout: Path, *arguments: str) -> str:
    done = subprocess.run(["git", "-C", str(checkout), *arguments], capture_output=True, text=True, timeout=5, check=True)
    return done.stdout.strip()


def cpu_name() -> str:
    """The processor as the compiler of the rules sees it: its name decides the machine code."""
    from llvmlite import binding

    return f"{platform.machine()} {binding.get_host_cpu_name()}"

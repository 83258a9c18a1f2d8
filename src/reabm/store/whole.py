"""A folder that is written as a whole or not at all: first as NAME.partial-PID, the manifest last, then renamed."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from reabm.store.folder import PARTIAL, flush_folder, give_name, read_bytes, read_manifest, write_file
from reabm.store.manifest import MANIFEST, circumstances, file_about, sealed, sha256, versions
from reabm.store.naming import FolderError, check_free


def write_whole(
    files: Mapping[str, bytes], about: Mapping[str, Any], wanted: Path, is_named: bool, command: list[str] | None
) -> Path:
    """Write files and a manifest that holds `about` and their hashes; return the folder.

    A folder that a person named must be free; one that we named gets -2, -3 ... where it is taken.
    """
    if is_named:
        check_free(wanted)
    partial = wanted.with_name(f"{wanted.name}{PARTIAL}{os.getpid()}")
    hashes = {name: file_about(len(content), sha256(content)) for name, content in sorted(files.items())}
    try:
        partial.mkdir(parents=True)
        try:
            for name, content in files.items():
                write_file(partial / name, content)
            write_file(partial / MANIFEST, sealed({**versions(), **about, **circumstances(command), "files": hashes}))
            flush_folder(partial)
            return give_name(partial, wanted, any_number=not is_named)
        except BaseException:  # an interrupt as well: nothing half-written stays
            shutil.rmtree(partial, ignore_errors=True)
            raise
    except OSError as error:
        raise FolderError(f"{wanted}: cannot be written: {error.strerror or error}") from error


def read_whole(folder: Path) -> tuple[dict[str, Any], dict[str, bytes]]:
    """The manifest and the files of such a folder, each compared with its hash.

    Raises
    ------
    FolderError
        In one line, with the name of the file that is missing or damaged.
    """
    if PARTIAL in folder.name:
        raise FolderError(f"{folder}: unfinished; make it again")
    manifest = read_manifest(folder)
    files = {}
    for name, about in manifest["files"].items():
        content = read_bytes(folder / name)
        if len(content) != about["bytes"] or sha256(content) != about["sha256"]:
            raise FolderError(f"{folder / name}: damaged: not what was written; make it again")
        files[name] = content
    return manifest, files

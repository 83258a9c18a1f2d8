"""A folder that is written as a whole or not at all, and checked when it is read.

Files are written into NAME.partial-PID, the manifest last, each one flushed to the disk, and the folder then gets its name.
Reading compares every file with the hash that the manifest holds.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from reabm.store.manifest import MANIFEST, circumstances, file_about, sealed, sha256, unsealed, versions
from reabm.store.naming import FolderError, check_free, is_taken, numbered
from reabm.store.table import FORMAT_VERSION

PARTIAL = ".partial-"


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
                (partial / name).parent.mkdir(exist_ok=True)
                write_file(partial / name, content)
            write_file(partial / MANIFEST, sealed({**versions(), **about, **circumstances(command), "files": hashes}))
            for folder in sorted({(partial / name).parent for name in files} - {partial}):
                flush_folder(folder)
            flush_folder(partial)
            return give_name(partial, wanted, any_number=not is_named)
        except BaseException:  # an interrupt as well: nothing half-written stays
            shutil.rmtree(partial, ignore_errors=True)
            raise
    except OSError as error:
        raise FolderError(f"{wanted}: cannot be written: {error.strerror or error}") from error


def read_whole(folder: Path) -> tuple[dict[str, Any], dict[str, bytes]]:
    """The manifest and the files of a folder, each compared with its hash.

    Raises
    ------
    FolderError
        In one line, with the name of the file that is missing or damaged.
    """
    manifest = read_manifest(folder)
    return manifest, read_files(folder, manifest)


def read_holding(folder: Path, kind: str, refusal: str) -> tuple[dict[str, Any], dict[str, bytes]]:
    """The manifest and the files of a folder whose manifest says that it holds this kind; `refusal` is said of any other."""
    manifest, files = read_whole(folder)
    if manifest.get("holds") != kind:
        raise FolderError(f"{folder}: {refusal}")
    return manifest, files


def read_files(folder: Path, manifest: Mapping[str, Any]) -> dict[str, bytes]:
    """The files that a manifest names, each compared with its hash."""
    files = {}
    for name, about in manifest["files"].items():
        content = read_bytes(folder / name)
        if len(content) != about["bytes"] or sha256(content) != about["sha256"]:
            raise FolderError(f"{folder / name}: damaged: not what was written; run it again")
        files[name] = content
    return files


def read_manifest(place: Path) -> dict[str, Any]:
    """The manifest of a folder of ours, or `FolderError` in one line."""
    if PARTIAL in place.name:
        raise FolderError(f"{place}: unfinished; run it again")
    if not place.is_dir():
        what = "a file, not a folder" if place.exists() else "no such run folder"
        raise FolderError(f"{place}: {what}")
    file = place / MANIFEST
    if not file.exists():
        raise FolderError(f"{place}: no folder of a run, an ensemble or leverage: it has no {MANIFEST}")
    manifest = unsealed(read_bytes(file))
    if manifest is None:
        raise FolderError(f"{file}: damaged: not what was written; run it again")
    if manifest.get("format") != FORMAT_VERSION:
        raise FolderError(f"{file}: format {manifest.get('format')}; this reabm reads format {FORMAT_VERSION}")
    return manifest


def read_bytes(file: Path) -> bytes:
    """Content of a file, or `FolderError` in one line."""
    try:
        return file.read_bytes()
    except OSError as error:
        raise FolderError(f"{file}: cannot be read: {error.strerror or error}") from None


def write_file(file: Path, content: bytes) -> None:
    """Write a new file and flush it to the disk."""
    with file.open("xb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())


def flush_folder(folder: Path) -> None:
    """Flush a folder's list of names to the disk."""
    if os.name == "nt":
        return  # a folder cannot be opened there
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def give_name(partial: Path, wanted: Path, any_number: bool) -> Path:
    """Rename to the wanted name, or to the first free number of it; another process may take names meanwhile."""
    for name in numbered(wanted):
        if is_taken(name):
            if not any_number:
                break
            continue
        try:
            partial.rename(name)
        except OSError:
            if not is_taken(name):
                raise
            continue
        flush_folder(name.absolute().parent)
        return name
    raise FolderError(f"{wanted}: already exists")

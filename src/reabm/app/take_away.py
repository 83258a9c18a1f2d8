"""What a visitor can take away: run folder, scenario file, table of months, link.

All are made from what is on the screen when they are asked for, beside the page, and reach the browser over its own
connection: no file lies about on the server.
"""

from __future__ import annotations

import csv
import io
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import solara

from reabm.app.background import Asked, Background
from reabm.app.link import link_of
from reabm.app.picker import shipped_names
from reabm.app.snapshot import Snapshot
from reabm.app.visit import Visit
from reabm.engine.run import prepare, simulate
from reabm.scenario import Scenario, dump_scenario
from reabm.scenario.errors import printable
from reabm.scenario.load import with_months
from reabm.scenario.months import month_text
from reabm.world.history import MONTH_COLUMNS

EPOCH = (1980, 1, 1, 0, 0, 0)  # the first moment that a zip knows: the same files give the same bytes
LEAST_MONTHS = 2  # of a run folder


class Wanted(NamedTuple):
    """A question to the thread that makes files; `n` tells two of the same kind apart."""

    n: int
    kind: str
    snapshot: Snapshot


class Parcel(NamedTuple):
    """A file for the browser."""

    n: int
    name: str
    mime: str
    content: bytes


@solara.component_vue("take_away.vue")
def _TakeAway(
    link: str,
    shown: int,
    least: int,
    parcel: dict[str, Any] | None,
    fault: str,
    event_ask: Callable[[str], None],
    event_taken: Callable[[int], None],
) -> None:
    """The browser's part."""


@solara.component
def TakeAway(visit: Visit) -> None:
    """Downloads and the link."""
    parcel: solara.Reactive[Parcel | None] = solara.use_reactive(None)
    fault = solara.use_reactive("")
    count = solara.use_ref(0)

    def packer() -> Background[Wanted, Parcel]:
        def publish(_wanted: Wanted, found: Parcel | None, said: str) -> None:
            parcel.value, fault.value = found, said

        made: Background[Wanted, Parcel] = Background(packed, publish)
        visit.on_close(made.close)
        return made

    packing = solara.use_memo(packer, [])
    snapshot = visit.snapshot.value
    if snapshot is None:
        return

    def ask(kind: str) -> None:
        now = visit.snapshot.value
        if now is not None:
            count.current += 1
            fault.value = ""
            packing.ask(Wanted(count.current, str(kind), now))

    def taken(n: int) -> None:
        """The browser has it: let it go here."""
        if parcel.value is not None and parcel.value.n == n:
            parcel.value = None

    link = link_of(snapshot, visit.tab.value) if snapshot.name in shipped_names() else ""  # no link can name another one
    _TakeAway(
        link=link, shown=snapshot.shown, least=LEAST_MONTHS,
        parcel=None if parcel.value is None else parcel.value._asdict(), fault=fault.value, event_ask=ask, event_taken=taken,
    )  # fmt: skip


def packed(wanted: Wanted, asked: Asked) -> Parcel:
    """Make the file that was asked for."""
    snapshot = wanted.snapshot
    if wanted.kind == "scenario":
        return Parcel(wanted.n, f"{stem(snapshot)}.yaml", "text/yaml", scenario_text(snapshot).encode("utf-8"))
    if wanted.kind == "months":
        return Parcel(wanted.n, f"{stem(snapshot)}.csv", "text/csv", months_csv(snapshot).encode("utf-8"))
    if wanted.kind == "run":
        return Parcel(wanted.n, f"{stem(snapshot)}.zip", "application/zip", run_zip(snapshot, asked))
    raise ValueError(f"take away: got {wanted.kind!r}; allowed run, scenario, months")


def stem(snapshot: Snapshot) -> str:
    """Name of a file without its ending, as `history-seed0-until2012-03`."""
    changed = "-changed" if snapshot.changes else ""
    until = f"-until{snapshot.date}" if snapshot.shown else ""
    return f"{snapshot.name}{changed}-seed{snapshot.track.seed}{until}"


def scenario_text(snapshot: Snapshot) -> str:
    """The scenario with the visitor's changes as a file that stands alone; its head says how to run it again."""
    again = f"reabm run {stem(snapshot)}.yaml --seed {snapshot.track.seed}"
    return f"# {printable(_said(snapshot))}\n# {again}\n{dump_scenario(snapshot.track.scenario)}"


def _said(snapshot: Snapshot) -> str:
    n = len(snapshot.changes)
    changes = "" if n == 0 else f" with {n} change{'' if n == 1 else 's'} made on the page"
    return f"{snapshot.track.scenario.title}{changes}; run again, its months have the bits of the page:"


def months_csv(snapshot: Snapshot) -> str:
    """Key figures of the months up to the one on the screen, every float to its last bit; empty where there is none."""
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(["month", *(f"{column} ({unit})" for column, unit, _ in MONTH_COLUMNS)])
    for t, row in enumerate(snapshot.track.history.months[: snapshot.shown]):
        rows.writerow(
            [month_text(snapshot.track.scenario.start + t), *("" if np.isnan(value) else repr(float(value)) for value in row)]
        )
    return text.getvalue()


def until_shown(snapshot: Snapshot) -> Scenario:
    """The scenario up to the month on the screen."""
    return with_months(snapshot.track.scenario, end=snapshot.month)


def run_zip(snapshot: Snapshot, asked: Asked | None = None) -> bytes:
    """The run folder of the months up to the one on the screen: the run is played again headlessly, and saved as any run is.

    Raises
    ------
    ValueError
        Where fewer than two months are on the screen.
    """
    if snapshot.shown < LEAST_MONTHS:
        raise ValueError(f"run folder: got {snapshot.shown} months; allowed {LEAST_MONTHS} or more: play first")
    from reabm.store.result import Result  # imports pandas: not before a visitor wants a folder

    asked = asked or Asked()
    asked.check()
    result = Result(simulate(prepare(until_shown(snapshot)), snapshot.track.seed))
    name = stem(snapshot)
    command = ["reabm", "run", f"{name}.yaml", "--seed", str(snapshot.track.seed), "--until", snapshot.date]
    with tempfile.TemporaryDirectory(prefix="reabm-") as place:
        asked.check()
        folder = result.save(Path(place) / name, command=command)
        return zipped(folder)


def zipped(folder: Path) -> bytes:
    """A folder as a zip: files in order of their names and without their times."""
    to = io.BytesIO()
    with zipfile.ZipFile(to, "w") as archive:
        for file in sorted(path for path in folder.rglob("*") if path.is_file()):
            entry = zipfile.ZipInfo(f"{folder.name}/{file.relative_to(folder).as_posix()}", EPOCH)
            entry.external_attr = 0o644 << 16
            is_packed = file.suffix == ".parquet"
            archive.writestr(entry, file.read_bytes(), zipfile.ZIP_STORED if is_packed else zipfile.ZIP_DEFLATED)
    return to.getvalue()

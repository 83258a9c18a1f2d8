"""Renew the golden runs: python -m tests.golden.renew [--first]

A change of results is announced: the section 'Results change' of the unreleased version in CHANGELOG.md must say something
that it did not say at the last renewal. `--first` renews without (for numbers still being tuned before a release).
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import sys
from pathlib import Path

from tests.golden.goldens import DIGESTS, FOLDER, as_csv, digest, from_csv, here, moved, play, recorded, rows_of, scenarios

CHANGELOG = Path(__file__).resolve().parents[2] / "CHANGELOG.md"
MOST_LINES = 12


def results_change(changelog: str) -> str:
    """What the unreleased version says under 'Results change'; empty where it says nothing."""
    for section in re.split(r"(?m)^## ", changelog)[1:]:
        title, _, body = section.partition("\n")
        if "unreleased" not in title.lower():
            continue
        for part in re.split(r"(?m)^### ", body)[1:]:
            heading, _, text = part.partition("\n")
            if heading.strip().lower() == "results change" and text.strip():
                return text.strip()
    return ""


def refusal(said: str, last: str | None, first: bool) -> str | None:
    """Why the goldens may not be renewed; None where they may."""
    if first:
        return None
    if not said:
        return "CHANGELOG.md: the unreleased version says nothing under '### Results change'; say what changed and why"
    if last is not None and fingerprint(said) == last:
        return "CHANGELOG.md: 'Results change' says what it said at the last renewal; add a line on what changed now and why"
    return None


def fingerprint(text: str) -> str:
    """Short hash of a text, whatever its line breaks."""
    return hashlib.sha256(" ".join(text.split()).encode()).hexdigest()[:16]


def main(arguments: list[str] | None = None) -> int:
    """Play every shipped scenario and rewrite what changed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--first", action="store_true", help="renew without a new line in CHANGELOG.md")
    first = parser.parse_args(arguments).first
    known = recorded()
    texts, digests, changes = {}, {}, []
    for name in scenarios():
        record = play(name)
        texts[name], digests[name] = as_csv(rows_of(record)), digest(record)
        file = FOLDER / f"{name}.csv"
        cells = moved(from_csv(file.read_text(encoding="utf-8")), rows_of(record)) if file.exists() else ["no golden yet"]
        changes += [f"{name}: {cell}" for cell in cells]
    same_machine = known["made_with"] == here()
    if not changes and (digests == known["sha256"] or not same_machine):
        print("golden: nothing changed")
        return 0
    said = results_change(CHANGELOG.read_text(encoding="utf-8"))
    reason = refusal(said, known.get("results_change"), first)
    print("\n".join(changes[:MOST_LINES]) + (f"\n... {len(changes)} cells" if len(changes) > MOST_LINES else ""))
    if reason:
        print(f"golden: refused. {reason}", file=sys.stderr)
        return 2
    for stale in FOLDER.glob("*.csv"):
        if stale.stem not in texts:
            stale.unlink()
    for name, text in texts.items():
        (FOLDER / f"{name}.csv").write_text(text, encoding="utf-8")
    made = {"made_with": here(), "results_change": fingerprint(said), "sha256": digests}
    DIGESTS.write_text(json.dumps(made, indent=2) + "\n", encoding="utf-8")
    print(f"golden: {len(texts)} runs renewed")
    return 0


if __name__ == "__main__":
    sys.exit(main())

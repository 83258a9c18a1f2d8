"""Are the usual indices any good? The answer as text: rank correlations with leverage, indices as rows, lengths as columns."""

from __future__ import annotations

import pandas as pd

MARKED = 0.1  # both p-values at or below this mark a correlation; by shifts none is below 1 over the number of dates
MEANS = {"leverage_musd": "transferable leverage c*", "target_loss_musd": "loss of the target D_T"}
STATISTICS = {
    "spearman": "Spearman's rank correlation over dates",
    "kendall": "Kendall's tau-b over dates",
    "spearman_of_changes": "Spearman's rank correlation of changes from date to date",
}
NOTHING = "–"  # the index is the same at all dates: it orders nothing


def index_table(correlations: pd.DataFrame, target: str, against: str = "leverage_musd", statistic: str = "spearman") -> str:
    """One target's correlations as lines of text.

    Parameters
    ----------
    correlations : DataFrame of `rank_correlation`, of one kind of restriction
    target : of those in it
    against : leverage_musd or target_loss_musd
    statistic : spearman, kendall or spearman_of_changes
    """
    chosen = correlations[(correlations["target"] == target) & (correlations["against"] == against)]
    if chosen.empty:
        raise ValueError(f"no correlations of {against!r} for {target!r}")
    if chosen[["kind", "severity"]].drop_duplicates().shape[0] > 1:
        raise ValueError("a table speaks of one kind of restriction and one severity")
    lengths = sorted(chosen["months"].unique())
    is_tested = statistic == "spearman"
    lines = [f"{target}: {STATISTICS[statistic]} with the {MEANS[against]}, {int(chosen['n_dates'].max())} dates", ""]
    lines.append(f"{'index':24s}{'stage':18s}" + "".join(f"{f'{n} mo':>9s}" for n in lengths))
    for (index, stage), rows in chosen.groupby(["index", "stage"], sort=False):
        cells = rows.set_index("months")
        found = [_cell(cells.loc[n], statistic, is_tested) if n in cells.index else " " * 9 for n in lengths]
        lines.append(f"{index:24s}{stage:18s}" + "".join(found))
    if is_tested:
        tested = chosen[chosen["spearman"].notna()]
        marked = sum(_is_marked(row) for _, row in tested.iterrows())
        lines += ["", f"* p <= {MARKED:g} by permutation of dates and by shifts in time: {marked} of {len(tested)}; "
                  f"{NOTHING} the same at all dates"]  # fmt: skip
    return "\n".join(lines)


def _cell(row: pd.Series, statistic: str, is_tested: bool) -> str:
    if pd.isna(row[statistic]):
        return f"{NOTHING:>8s} "
    return f"{row[statistic]:8.2f}" + ("*" if is_tested and _is_marked(row) else " ")


def _is_marked(row: pd.Series) -> bool:
    return bool(max(row["p_permutation"], row["p_shift"]) <= MARKED)

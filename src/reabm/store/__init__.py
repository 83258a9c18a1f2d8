"""What we keep: a run as tables, and its folder."""

from reabm.store.ensemble_folder import SavedEnsemble, load_ensemble
from reabm.store.folder import SavedRun, load_run, save_run
from reabm.store.forks import fork
from reabm.store.naming import FolderError
from reabm.store.result import Result, RunTables, run

__all__ = [
    "FolderError",
    "Result",
    "RunTables",
    "SavedEnsemble",
    "SavedRun",
    "fork",
    "load_ensemble",
    "load_run",
    "run",
    "save_run",
]

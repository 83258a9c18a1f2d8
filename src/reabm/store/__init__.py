"""What we keep: a run as tables, and its folder."""

from reabm.store.folder import SavedRun, load_run, save_run
from reabm.store.forks import fork
from reabm.store.naming import FolderError
from reabm.store.result import Result, RunTables, run

__all__ = ["FolderError", "Result", "RunTables", "SavedRun", "fork", "load_run", "run", "save_run"]

"""Text of a scenario file -> tree of nodes, each of which knows its file and line.

A strict part of YAML: no anchors, tags, merge keys, directives or second documents, no duplicate keys, limits on size
and depth. Built on libyaml's events, so nothing in a file can construct an object or run code.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, NoReturn

import yaml

from reabm.scenario.errors import Fault, ScenarioError, shorten, shown
from reabm.scenario.yamlwords import NOTHING, Word, meaning

MAX_NODES = 200_000
MAX_DEPTH = 40

# Line ends other than \n would shift the line numbers; the rest are control characters and halves of characters.
_BAD_CHARACTER = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")
_TAB_INDENT = re.compile(r"^ *\t[ \t]*(?=[^\s#])", re.MULTILINE)


@dataclass(slots=True)
class Node:
    """A value of a file: a word, a list of nodes or a mapping to nodes."""

    content: Word | list[Node] | dict[str, Node]
    file: str
    line: int  # of the value
    key_line: int  # of the key it belongs to

    def plain(self) -> Any:
        """The same value without places."""
        if isinstance(self.content, dict):
            return {key: node.plain() for key, node in self.content.items()}
        if isinstance(self.content, list):
            return [node.plain() for node in self.content]
        return self.content


def parse_tree(text: str, file: str) -> Node:
    """Tree of the values in `text`; `file` is what messages call it."""
    bad = _BAD_CHARACTER.search(text)
    if bad:
        _refuse(file, text.count("\n", 0, bad.start()) + 1, f"got the character U+{ord(bad[0]):04X}; allowed plain text")
    tab = _TAB_INDENT.search(text)
    if tab:
        _refuse(file, text.count("\n", 0, tab.start()) + 1, "got a tab at the start of a line; allowed spaces")
    try:
        return _Builder(file).build(text)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        said = ", ".join(part for part in (error.context, error.problem) if part)
        line = min(mark.line, text.rstrip("\n").count("\n")) + 1 if mark else 1
        _refuse(file, line, f"got text that is not YAML ({said}); allowed YAML, see the shipped scenarios")
    except yaml.YAMLError as error:
        _refuse(file, 1, f"got text that is not YAML ({error}); allowed YAML, see the shipped scenarios")


def _refuse(file: str, line: int, message: str, field: str = "") -> NoReturn:
    raise ScenarioError([Fault(file, line, field or "file", message)])


class _Builder:
    """Stack of the collections that are open while the events of one file pass by."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.n_nodes = 0
        self.open: list[Node] = []
        self.keys: list[tuple[str, int] | None] = []  # the key that waits for its value, for each open collection
        self.paths: list[str] = []  # where each open collection stands
        self.root: Node | None = None

    def build(self, text: str) -> Node:
        n_documents = 0
        for event in yaml.parse(text, Loader=yaml.CSafeLoader):
            line = event.start_mark.line + 1 if event.start_mark else 1
            if isinstance(event, yaml.ScalarEvent):
                self.refuse_extras(event, line)
                if self.awaits_key():
                    self.take_key(event.value, line)
                else:
                    self.attach(self.word(event, line), line)
            elif isinstance(event, yaml.CollectionStartEvent):
                self.refuse_extras(event, line)
                if self.awaits_key():
                    _refuse(self.file, line, "got a list or a mapping as a key; allowed a word", self.path())
                if len(self.open) >= MAX_DEPTH:
                    _refuse(self.file, line, f"got more than {MAX_DEPTH} levels; allowed {MAX_DEPTH}", self.path())
                is_mapping = isinstance(event, yaml.MappingStartEvent)
                path = self.path()
                self.open.append(self.attach({} if is_mapping else [], line))
                self.paths.append(path)
                self.keys.append(None)
            elif isinstance(event, yaml.CollectionEndEvent):
                self.open.pop()
                self.keys.pop()
                self.paths.pop()
            elif isinstance(event, yaml.AliasEvent):
                _refuse(self.file, line, f"got an alias *{event.anchor}; allowed the value itself", self.path())
            elif isinstance(event, yaml.DocumentStartEvent):
                n_documents += 1
                if n_documents > 1:
                    _refuse(self.file, line, "got a second document (---); allowed one document in a file")
                if event.version or event.tags:
                    _refuse(self.file, line, "got a YAML directive (%); allowed none")
        if self.root is None or not isinstance(self.root.content, dict):
            found = "an empty file" if self.root is None or self.root.content is None else shown(self.root.plain())
            _refuse(self.file, 1, f"got {found}; allowed a mapping of keys to values")
        return self.root

    def refuse_extras(self, event: yaml.NodeEvent, line: int) -> None:
        tag = getattr(event, "tag", None)
        if event.anchor is not None:
            _refuse(self.file, line, f"got an anchor &{event.anchor}; allowed values without anchors", self.path())
        if tag is not None:
            _refuse(self.file, line, f"got a tag {shorten(tag)}; allowed values without tags", self.path())

    def awaits_key(self) -> bool:
        return bool(self.open) and isinstance(self.open[-1].content, dict) and self.keys[-1] is None

    def take_key(self, key: str, line: int) -> None:
        siblings = self.open[-1].content
        assert isinstance(siblings, dict)
        if key in siblings:
            message = f"got the key {shown(key)} twice, first in line {siblings[key].key_line}; allowed once"
            _refuse(self.file, line, message, ".".join(part for part in (self.path(), key) if part))
        if key == "<<":
            _refuse(self.file, line, "got a merge key <<; allowed the values themselves", self.path())
        if key.strip() == "":
            _refuse(self.file, line, "got an empty key; allowed a word", self.path())
        self.keys[-1] = (key, line)

    def word(self, event: yaml.ScalarEvent, line: int) -> Word:
        if not event.implicit[0]:  # quoted, or a block of text
            return str(event.value)
        if event.value in NOTHING and self.open:
            found = f"got {shown(event.value)}" if event.value else "got nothing"
            _refuse(self.file, line, f"{found}; allowed a value, or the word none", self.path())
        return meaning(event.value)

    def attach(self, content: Any, line: int) -> Node:
        self.n_nodes += 1
        if self.n_nodes > MAX_NODES:
            _refuse(self.file, line, f"got more than {MAX_NODES} values; allowed at most that")
        node = Node(content, self.file, line, line)
        if not self.open:
            self.root = node
            return node
        parent = self.open[-1].content
        if isinstance(parent, dict):
            waiting = self.keys[-1]
            assert waiting is not None
            parent[waiting[0]] = node
            node.key_line = waiting[1]
            self.keys[-1] = None
        elif isinstance(parent, list):
            parent.append(node)
        return node

    def path(self) -> str:
        """Dotted path of the place where the reader stands."""
        path = self.paths[-1] if self.paths else ""
        if self.open and isinstance(self.open[-1].content, list):
            return f"{path}[{len(self.open[-1].content)}]"
        waiting = self.keys[-1] if self.keys else None
        return ".".join(part for part in (path, waiting[0] if waiting else "") if part)

"""Runs commands of celadon from a process that has imported its modules already.

The pages type some three hundred commands, and most of what each takes is the import of modules.
They are imported once here; each command is a copy of that process, which begins at ``main`` with
its own words, folder and output, and ends as it would have ended. Where a process cannot be copied
each command is a new one.
"""

from __future__ import annotations

import atexit
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from tempfile import NamedTemporaryFile

_PREPARED = """
import atexit, gc, importlib, json, os, pkgutil, sys, traceback
import celadon.cli.application, celadon.cli.verbs
for each in pkgutil.iter_modules(celadon.cli.verbs.__path__, "celadon.cli.verbs."):
    importlib.import_module(each.name)
gc.freeze()
for line in open(0, encoding="utf-8", closefd=False):
    words, folder, out = json.loads(line)
    child = os.fork()
    if child == 0:
        os.chdir(folder)
        os.dup2(os.open(out, os.O_WRONLY | os.O_APPEND), 1)
        os.dup2(1, 2)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        sys.argv = ["celadon", *words]
        break
    os.waitpid(child, 0)
    print("done", flush=True)
else:
    sys.exit()
from celadon.cli import main
try:
    main()
except SystemExit as ended:
    if isinstance(ended.code, str):
        print(ended.code, file=sys.stderr)
except BaseException:
    traceback.print_exc()
atexit._run_exitfuncs()
sys.stdout.flush()
sys.stderr.flush()
os._exit(0)  # what the interpreter clears away at its end would have to be copied first
"""
CELADON = (sys.executable, "-m", "celadon")


def printed(program: Sequence[str], words: Sequence[str]) -> str:
    """What a command prints, errors among it; ``program`` is what ``celadon`` stands for."""
    if tuple(program) == CELADON and hasattr(os, "fork"):
        return _copied(words)
    return subprocess.run(
        [*program, *words], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8",
        check=False,
    ).stdout  # fmt: skip


def _copied(words: Sequence[str]) -> str:
    prepared = _prepared()
    assert prepared.stdin is not None
    assert prepared.stdout is not None
    with NamedTemporaryFile() as out:
        prepared.stdin.write(json.dumps([list(words), str(Path.cwd()), out.name]) + "\n")
        prepared.stdin.flush()
        assert prepared.stdout.readline() == "done\n", "the process of the commands has ended"
        return out.read().decode("utf-8")


@cache
def _prepared() -> subprocess.Popen[str]:
    """The process that is copied; it ends with this one."""
    process = subprocess.Popen(
        [sys.executable, "-c", _PREPARED], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        encoding="utf-8",
    )  # fmt: skip
    assert process.stdin is not None
    atexit.register(process.stdin.close)
    return process

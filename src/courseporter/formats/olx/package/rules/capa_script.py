"""Scripts of problems: whether Python can read them, and which names they give to answers.

Nothing is run.  Capa joins all scripts of a problem and runs them in one (capa_problem.py,
`_extract_context`).
"""

from __future__ import annotations

import ast
import textwrap
import warnings
from collections.abc import Iterable
from typing import NamedTuple

from lxml import etree

_LONGEST = 200_000  # characters; a longer script is not read
_GIVEN = frozenset(
    (
        "seed",
        "anonymous_student_id",
        "script_code",
        "python_path",
        "extra_files",
        "random",
        "numpy",
        "math",
        "scipy",
        "calc",
        "eia",
        "chemcalc",
        "chemtools",
        "miller",
        "draganddrop",
    )
)


class Script(NamedTuple):
    """`names`: what the script defines, None when that cannot be told; `error`: why Python cannot
    read it.
    """

    names: frozenset[str] | None
    error: str = ""

    def unknown(self, names: Iterable[str]) -> str:
        """The first name that nothing defines; Capa replaces the longest name that fits."""
        if self.names is None:
            return ""
        known = self.names | _GIVEN
        return next((name for name in names if not any(map(name.startswith, known))), "")


def is_python(code: str) -> str:
    """Why Python cannot read the code of an `<answer>`; nothing when it can."""
    if len(code) > _LONGEST:
        return ""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(textwrap.dedent(code))
    except SyntaxError as error:
        return f"{error.msg} (line {error.lineno})"
    except (ValueError, RecursionError, MemoryError):
        return "Python cannot read it"
    return ""


_NONE = Script(frozenset())


def read_script(problem: etree._Element) -> Script:
    """The scripts of a problem as one."""
    code = "".join(
        script.text or ""
        for script in problem.iter("script")
        if not any(kind in (script.get("type") or "") for kind in ("javascript", "perl"))
    )
    if not code.strip():
        return _NONE
    if len(code) > _LONGEST:
        return Script(None)
    code = code.replace("&apos;", "'").replace("&quot;", '"')
    code = code.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(code)
    except SyntaxError as error:
        return Script(None, f"{error.msg} (line {error.lineno})")
    except (ValueError, RecursionError, MemoryError):
        return Script(None, "Python cannot read it")
    return Script(_names(tree))


def _names(tree: ast.Module) -> frozenset[str] | None:
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            if node.id in ("exec", "globals", "eval"):
                return None
            if isinstance(node.ctx, ast.Store):
                names.add(node.id)
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.ImportFrom | ast.Import):
            if any(alias.name == "*" for alias in node.names):
                return None
            names.update(alias.asname or alias.name.partition(".")[0] for alias in node.names)
    return frozenset(names)

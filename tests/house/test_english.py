"""Plain English: phrases that no product writer would write stay out of names, texts and docs."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

# What is written, and what to write instead.
PHRASES = {
    r"\banew\b": "again",
    r"\b(goes|go|went) on\b(?! (the|a|an)\b)": "continue, resume",
    r"\bcomes? along\b": "is imported",
    r"\b(left|leave|leaves|leaving) out\b": "skip, ignore, omit",
    r"\bfar side\b": "site, service, remote system",
    r"\bexists? already\b": "already exists",
    r"(?<!There )(?<!there )\b(is|are) not there\b": "does not exist, is missing",
    r"(?<!There )(?<!there )\bis no (number|package|name|file|date|folder|way|ZIP|UTF-8|address|"
    r"table|profile|course|picture|problem|error)\b": "is not a valid …, isn't a …",
    r"\b(became|becomes?) of\b(?! it\b| each\b)": "happened to, happens to",
    r"\bmend(s|ed|ing|able)?\b": "fix; repair for the store",
    r"\bstumbl\w+": "hit an internal error, failed",
    r"\bso many (seconds|days|bytes|more|rows|at)\b": "this many",
    r"\bholds none\b": "is empty, has none",
    r"\bbegins? of en": "start of",
    r"\bwithout a word\b": "silently",
    r"\bwhat stands\b": "what is",
    r"\bstands? (in|at|behind|before|above|below|beside)\b": "is in, comes after, comes before",
    r"\blies? (in|on|beside|behind|before)\b": "is in, is next to",
    r"\bbeside the\b": "next to the",
    r"\bin the house\b": "in the store",
    r"\bremarks?\b": "problem, detail",
    r"\bheed\w*": "handle",
}
BANNED = {re.compile(phrase, re.IGNORECASE): better for phrase, better in PHRASES.items()}
APOSTROPHE = re.compile(r"(?<=\w)’(?=\w)|(?<=s)’(?= )")  # quotation marks are curly, these are not
NAMES = {
    "most",
    "told",
    "wish",
    "far",
    "blame",
    "comeback",
    "belongings",
    "peculiar",
    "care",
    "house",
    "heed",
    "lap",
    "sight",
    "mend",
    "remark",
    "remarks",
}


def prose(path):
    """Lines of a file that people read: of code its strings and comments, else everything."""
    text = path.read_text("utf-8")
    if path.suffix != ".py":
        yield from enumerate(text.splitlines(), start=1)
        return
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type in (tokenize.STRING, tokenize.COMMENT):
            yield from enumerate(token.string.splitlines(), start=token.start[0])


def written(tracked):
    for name in tracked:
        own = name.parts[0] in ("src", "docs", "ui") or name.name in ("README.md", "CHANGELOG.md")
        if own and name.suffix in (".py", ".md", ".ui") and "bundled" not in name.parts:
            yield name


def test_nothing_is_said_in_phrases_that_puzzle(tracked):
    found = [
        f"{name}:{line}: “{match.group()}” (better: {better})"
        for name in written(tracked)
        for line, text in prose(ROOT / name)
        for phrase, better in BANNED.items()
        for match in phrase.finditer(text)
    ]
    assert not found, "\n".join(found)


def test_apostrophes_are_straight_everywhere(tracked):
    found = [
        f"{name}:{line}: {text.strip()}"
        for name in written(tracked)
        for line, text in prose(ROOT / name)
        if APOSTROPHE.search(text)
    ]
    assert not found, "\n".join(found)


def test_modules_have_names_that_explain_themselves(modules):
    found = [name for name in modules if name.rpartition(".")[2].lstrip("_") in NAMES]
    assert not found, f"these names need a glossary: {found}"


def test_functions_and_classes_have_names_that_explain_themselves(trees):
    kinds = (ast.FunctionDef, ast.ClassDef)
    found = [
        f"{name}.{node.name}"
        for name, tree in trees.items()
        for node in ast.walk(tree)
        if isinstance(node, kinds) and node.name.strip("_").lower() in NAMES
    ]
    assert not found, f"these names need a glossary: {found}"


def test_parameters_have_names_that_explain_themselves(trees):
    found = [
        f"{name}:{node.lineno} {node.arg}"
        for name, tree in trees.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.arg) and node.arg.strip("_") in NAMES
    ]
    assert not found, f"these names need a glossary: {found}"


def test_no_two_classes_share_a_name_that_says_little(trees):
    homes = {}
    for name, tree in trees.items():
        for node in tree.body:
            if isinstance(node, ast.ClassDef) and node.name in ("Place", "Found"):
                homes.setdefault(node.name, []).append(name)
    shared = {name: where for name, where in homes.items() if len(where) > 1}
    assert not shared, f"these classes need names of their own: {shared}"

"""Questions answered by drop-down lists: dropdown, matching, ordering (one list per row)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from zlib import crc32

from courseporter.formats.html.text import drop_control
from courseporter.formats.olx.answers import VARIABLE
from courseporter.formats.olx.attributes import text_html
from courseporter.formats.olx.fragments import QUESTION_CLASS, fragment, label, plain, question_text
from courseporter.formats.olx.links import Links
from courseporter.model import Question

# How capa reads an apostrophe in a list entry: kept between two ASCII letters, else taken for the
# end of the entry (xmodule/capa/inputtypes.py, OptionInput.parse_options).
_BETWEEN_LETTERS = re.compile(r"([a-zA-Z])'([a-zA-Z])")


def entry_text(text: str, question: Question) -> str:
    """The text of a list entry: no markup, one line; an apostrophe that capa cannot read becomes a
    typographic one.
    """
    text = drop_control(plain(text, question.markup))
    if "$" in text:
        text = VARIABLE.sub("$\u2060", text)  # an entry cannot hold markup: an invisible joiner
    if "'" in text or "&#39;" in text:
        text = text.replace("&#39;", "’")
        if "\\'" in text or "'" in _BETWEEN_LETTERS.sub(r"\1\2", text):
            text = text.replace("'", "’")
    return text


def dropdown(question: Question, links: Links) -> str:
    """One list."""
    before, text = question_text(question, links)
    parts: list[str] = []
    for option in question.options:
        entry = text_html(entry_text(option.text, question))
        if option.feedback:
            feedback = fragment(option.feedback, question.markup, links)
            entry += f"<optionhint>{feedback}</optionhint>"
        parts.append(f'<option correct="{"True" if option.correct else "False"}">{entry}</option>')
    entries = "".join(parts)
    return f"{before}<optionresponse>{text}<optioninput>{entries}</optioninput></optionresponse>"


def matching(question: Question, links: Links) -> str:
    """One list per left side; options without a left side are further right sides that belong to
    nothing.
    """
    rights = [entry_text(option.match, question) for option in question.options]
    offered = mixed(rights, question.key)
    rows = [
        (label(fragment(option.text, question.markup, links)), right)
        for option, right in zip(question.options, rights, strict=True)
        if option.text.strip()
    ]
    return _rows(question, rows, offered, links)


def ordering(question: Question, links: Links) -> str:
    """One list per place, each offering all items."""
    items = [entry_text(option.text, question) for option in question.options]
    offered = mixed(items, question.key)
    rows = [(f"<label>{place}.</label>", item) for place, item in enumerate(items, 1)]
    return _rows(question, rows, offered, links)


def mixed(texts: Iterable[str], key: str) -> list[str]:
    """Each text once, in an order that depends on the key only and is not the given one."""
    given = list(dict.fromkeys(text for text in texts if text))
    seed = crc32(key.encode("utf-8", "surrogatepass"))
    order = sorted(
        given, key=lambda text: (crc32(text.encode("utf-8", "surrogatepass"), seed), text)
    )
    return [*order[1:], order[0]] if order == given and len(order) > 1 else order


def _rows(question: Question, rows: list[tuple[str, str]], offered: list[str], links: Links) -> str:
    text = fragment(question.text, question.markup, links)
    entries = [(entry, text_html(entry)) for entry in offered]
    parts = [f'<div class="{QUESTION_CLASS}"><div>{text}</div>']
    for row_label, right in rows:
        parts.append(f"<optionresponse>{row_label}<optioninput>")
        parts += [
            f'<option correct="{"True" if entry == right else "False"}">{shown}</option>'
            for entry, shown in entries
        ]
        parts.append("</optioninput></optionresponse>")
    parts.append("</div>")
    return "".join(parts)

"""What the GraphQL API of a site offers: by introspection, else what clients were seen to use.

Fields are asked for only where they exist, since one unknown field makes a whole query fail.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final

from courseporter.errors import AuthError, RejectedError
from courseporter.sources.school.fields import Fields, child, children, text

Ask = Callable[[str], Fields]
Types = Mapping[str, Mapping[str, str]]  # type → field → the field's own type

TEXTS: Final = ("htmlDescription", "confirmationMessage")
FILE_LISTS: Final = ("captions", "files", "downloads", "downloadFiles", "attachments")
_SCALARS: Final = (
    *TEXTS, "url", "sourceUrl", "videoId", "fileName", "fileSize", "fileType", "thumbnail",
    "fileSizeLimit",
)  # fmt: skip
_OF_FILES: Final = (
    "id", "downloadUrl", "url", "fileName", "name", "label", "fileSize", "language", "locale",
)  # fmt: skip
_OF_QUESTIONS: Final = (
    "id", "prompt", "text", "position", "questionType", "explanation", "textExplanation",
)  # fmt: skip
_OF_CHOICES: Final = (
    "id", "text", "prompt", "position", "correct", "isCorrect", "credited",
)  # fmt: skip
KEPT: Final = ("id", "text")  # of questions and choices: without them there is no quiz
_CONTENTS: Final = (
    "AssignmentContent", "AudioContent", "DownloadContent", "MultimediaContent", "PdfContent",
    "PresentationContent", "TextContent", "VideoContent", "QuizContent",
)  # fmt: skip
QUIZ: Final = "QuizContent"
_LESSON: Final = "id title lessonType takeUrl content { __typename id contentType"
_TYPE = "type { name kind ofType { name kind ofType { name kind ofType { name kind } } } }"

# Where introspection is refused.
_SEEN: Final[dict[str, str]] = {
    "AssignmentContent": "confirmationMessage fileSizeLimit",
    "AudioContent": "url htmlDescription",
    "DownloadContent": "htmlDescription",
    "MultimediaContent": "url",
    "PdfContent": "url",
    "PresentationContent": "sourceUrl",
    "TextContent": "htmlDescription",
    "VideoContent": (
        "htmlDescription videoId fileName fileSize fileType thumbnail captions { downloadUrl }"
    ),
}
_QUESTION_SEEN: Final = "id prompt position"
_CHOICE_SEEN: Final = "id text position correct"


class Selection:
    """The fields to ask for of each type of content; `questions` and `choices` of a quiz.

    `pages`: whether questions and choices come in pages of nodes, or as plain lists.
    """

    def __init__(
        self,
        contents: Mapping[str, str],
        questions: str,
        choices: str,
        pages: tuple[bool, bool] = (True, True),
    ) -> None:
        self._contents = dict(contents)
        self._questions = questions
        self._choices = choices
        self._pages = pages

    def lesson(self) -> str:
        """Return the selection of a lesson that isn't a quiz: its cost doesn't count questions."""
        return f"{_LESSON} {self._plain()} }}"

    def whole(self, *, first: int, choices: int) -> str:
        """Return the selection of a lesson of any kind."""
        return f"{_LESSON} {self._plain()} {self._questions_of(first, choices, None)} }}"

    def quiz(self, *, first: int, choices: int, after: str | None = None) -> str:
        """Return the selection of a quiz: `first` questions from `after` on, with choices."""
        return f"{_LESSON} {self._questions_of(first, choices, after)} }}"

    def drop(self, field: str, kind: str) -> bool:
        """Ask no more for a field that the site doesn't know; whether it was asked for."""
        before = (dict(self._contents), self._questions, self._choices)
        if kind in self._contents:
            self._contents[kind] = _without(self._contents[kind], field)
        elif field not in KEPT:
            self._contents = {one: _without(of, field) for one, of in self._contents.items()}
            self._questions = _without(self._questions, field)
            self._choices = _without(self._choices, field)
        return before != (self._contents, self._questions, self._choices)

    def _plain(self) -> str:
        return " ".join(
            f"... on {kind} {{ {fields} }}" for kind, fields in self._contents.items() if fields
        )

    def _questions_of(self, first: int, choices: int, after: str | None) -> str:
        if not self._questions:
            return ""
        start = f', after: "{after}"' if after else ""
        of_choices = f"choices {{ {self._choices} }}"
        if self._pages[1]:
            of_choices = f"choices(first: {choices}) {{ nodes {{ {self._choices} }} }}"
        inner = f"{self._questions} {of_choices}"
        if not self._pages[0]:
            return f"... on {QUIZ} {{ quiz {{ questions {{ {inner} }} }} }}"
        return (
            f"... on {QUIZ} {{ quiz {{ questions(first: {first}{start}) {{ "
            f"nodes {{ {inner} }} pageInfo {{ endCursor hasNextPage }} }} }} }}"
        )


def _without(fields: str, field: str) -> str:
    """Return the selection without a field, and without what is selected of it."""
    return re.sub(rf"(?<!\w){re.escape(field)}(?!\w)(?: \{{[^{{}}]*\}})?", "", fields).strip()


def seen() -> Selection:
    """Return what clients were seen to use."""
    return Selection(_SEEN, _QUESTION_SEEN, _CHOICE_SEEN)


def discover(ask: Ask) -> Selection:
    """Return what this site offers; `ask` sends a query and gives its data.

    Raises TransientError; a refused introspection gives what clients were seen to use.
    """
    try:
        types = _types(ask, _CONTENTS)
        if not types.get("TextContent"):
            return seen()
        return _selection(ask, types)
    except (AuthError, RejectedError):
        return seen()


def _selection(ask: Ask, types: Types) -> Selection:
    lists = {fields[name] for fields in types.values() for name in FILE_LISTS if name in fields}
    files = _types(ask, sorted(lists))
    contents = {kind: _of_content(fields, files) for kind, fields in types.items() if kind != QUIZ}
    quiz = types.get(QUIZ, {}).get("quiz", "")
    questions, paged = _node(ask, quiz, "questions")
    choices, nodes = _node(ask, questions, "choices")
    if not (quiz and questions and choices):
        return Selection(contents, "", "")
    found = _types(ask, (questions, choices))
    return Selection(
        contents,
        _only(found[questions], _OF_QUESTIONS),
        _only(found[choices], _OF_CHOICES),
        (paged, nodes),
    )


def _of_content(fields: Mapping[str, str], files: Types) -> str:
    lists = [
        f"{name} {{ {inner} }}"
        for name in FILE_LISTS
        if name in fields and (inner := _only(files.get(fields[name], {}), _OF_FILES))
    ]
    return " ".join([_only(fields, _SCALARS), *lists]).strip()


def _only(fields: Mapping[str, str], wanted: tuple[str, ...]) -> str:
    return " ".join(name for name in wanted if name in fields)


def _node(ask: Ask, owner: str, field: str) -> tuple[str, bool]:
    """Return the type of what a field lists, and whether it comes in pages of nodes."""
    listed = _types(ask, (owner,)).get(owner, {}).get(field, "") if owner else ""
    fields = _types(ask, (listed,)).get(listed, {}) if listed else {}
    return fields.get("nodes", listed), "nodes" in fields


def _types(ask: Ask, names: tuple[str, ...] | list[str]) -> dict[str, dict[str, str]]:
    if not names:
        return {}
    parts = " ".join(
        f't{at}: __type(name: "{name}") {{ name fields {{ name {_TYPE} }} }}'
        for at, name in enumerate(names)
    )
    found = ask(f"query Types {{ {parts} }}")
    return {
        name: {
            text(one, "name"): _named(child(one, "type"))
            for one in children(child(found, f"t{at}"), "fields")
        }
        for at, name in enumerate(names)
    }


def _named(kind: Fields) -> str:
    """Return the name below lists and non-null wrappers."""
    while kind and not text(kind, "name"):
        kind = child(kind, "ofType")
    return text(kind, "name")

"""Writes packages to measure with, the same bytes for the same arguments.

python packages.py template OUT.zip LESSONS
python packages.py media OUT.zip MEGABYTES
"""

from __future__ import annotations

import csv
import io
import random
import struct
import sys
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

SEED = 20_260_101
SECTION = 20  # lessons in a section
EVERY = 5  # each fifth lesson has a quiz
PROSE = 4_000  # characters of a lesson's page
PICTURE_SIDE = 52  # pixels: 52 × 52 × 3 bytes of noise are 8 KB
CLIP = 4 << 20  # bytes of one media file
WORDS = (
    "clay water wheel kiln glaze bowl handle slip coil slab rim foot carve press throw trim dry "
    "fire cool polish colour iron copper ash stone earth fine coarse red white grey warm slow even "
    "thin thick round flat open closed first second third always never often before after because "
    "while until during above below inside outside between through against together apart again"
).split()

Row = tuple[object, ...]


class Prose:
    """Sentences drawn from a few words."""

    def __init__(self, dice: random.Random) -> None:
        self._dice = dice

    def words(self, count: int) -> str:
        return " ".join(self._dice.choices(WORDS, k=count))

    def page(self, number: int) -> str:
        parts = [
            f"<h2>Step {number}</h2>",
            f'<p><img src="images/step-{number:06}.png" alt="Step {number}"></p>',
            "<table><tr><th>Clay</th><th>°C</th></tr><tr><td>Stone</td><td>1,250</td></tr></table>",
        ]
        length = 0
        while length < PROSE:
            sentence = f"<p>{self.words(14).capitalize()}.</p>"
            parts.append(sentence)
            length += len(sentence)
        return "\n".join(parts)


def picture(dice: random.Random) -> bytes:
    """A square PNG of noise, about 8 KB, which no compression makes smaller."""
    side = PICTURE_SIDE
    lines = b"".join(b"\0" + dice.randbytes(3 * side) for _ in range(side))

    def chunk(tag: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + tag + body + struct.pack(">I", zlib.crc32(tag + body))

    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(lines, 0))
        + chunk(b"IEND", b"")
    )


def write_template(out: Path, lessons: int) -> None:
    """A CSV template: each lesson a page with a picture, every fifth one a quiz of five types."""
    dice = random.Random(SEED)
    prose = Prose(dice)
    quizzes = range(1, lessons + 1, EVERY)
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name, columns, rows in (
            ("course", ("external_id", "title", "language"), [("pottery", "Pottery", "en")]),
            (
                "sections",
                ("external_id", "course_external_id", "title", "position"),
                [
                    (f"sec-{n}", "pottery", f"Part {n}: {prose.words(3)}", n)
                    for n in range(1, -(-lessons // SECTION) + 1)
                ],
            ),
            (
                "lessons",
                ("external_id", "section_external_id", "title", "type", "content", "position"),
                lesson_rows(prose, lessons),
            ),
            (
                "exercises",
                ("external_id", "lesson_external_id", "title", "instructions", "max_attempts"),
                [
                    (f"ex-{n}", f"les-{n}", f"Exercise {n}", f"Think of {prose.words(4)}.", 2)
                    for n in quizzes
                ],
            ),
            (
                "questions",
                ("external_id", "exercise_external_id", "type", "text", "answer", "explanation"),
                (row for n in quizzes for row in question_rows(prose, n)),
            ),
            (
                "options",
                ("external_id", "question_external_id", "text", "is_correct", "feedback"),
                (row for n in quizzes for row in option_rows(prose, dice, n)),
            ),
        ):
            write_table(archive, f"{name}.csv", columns, rows)
        for number in range(1, lessons + 1):
            put(archive, f"images/step-{number:06}.png", picture(dice))


def lesson_rows(prose: Prose, lessons: int) -> Iterator[Row]:
    for n in range(1, lessons + 1):
        section = f"sec-{(n - 1) // SECTION + 1}"
        yield f"les-{n}", section, f"Step {n}: {prose.words(3)}", "text", prose.page(n), n


def question_rows(prose: Prose, n: int) -> Iterator[Row]:
    exercise = f"ex-{n}"
    for mark, kind in zip("abcde", QUESTIONS, strict=True):
        answer = "kiln" if kind == "short_text" else ""
        text = f"{prose.words(6).capitalize()}?"
        yield f"q-{n}{mark}", exercise, kind, text, answer, f"Because {prose.words(6)}."


QUESTIONS = ("single_choice", "multiple_choice", "true_false", "short_text", "essay")


def option_rows(prose: Prose, dice: random.Random, n: int) -> Iterator[Row]:
    right = dice.randrange(4)
    for place in range(4):
        feedback = f"See {prose.words(3)}." if place == right else ""
        yield f"o-{n}a{place}", f"q-{n}a", prose.words(5), str(place == right).lower(), feedback
    for place in range(5):
        yield f"o-{n}b{place}", f"q-{n}b", prose.words(5), str(place in (0, 2, 3)).lower(), ""
    for word in ("True", "False"):
        yield f"o-{n}c{word}", f"q-{n}c", word, str(word == "True").lower(), ""


def write_table(
    archive: zipfile.ZipFile, name: str, columns: tuple[str, ...], rows: Iterator[Row] | list[Row]
) -> None:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(columns)
    writer.writerows(rows)
    put(archive, name, text.getvalue().encode())


def write_media(out: Path, megabytes: int) -> None:
    """A SCORM 1.2 package of pages, each with one clip of noise."""
    dice = random.Random(SEED)
    count = max(1, (megabytes << 20) // CLIP)
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        put(archive, "imsmanifest.xml", manifest(count).encode())
        for n in range(1, count + 1):
            page = f'<html><body><video src="../media/clip-{n}.mp4"></video></body></html>'
            put(archive, f"pages/{n}.html", page.encode())
            put(archive, f"media/clip-{n}.mp4", dice.randbytes(CLIP))


def manifest(count: int) -> str:
    numbers = range(1, count + 1)
    items = "".join(
        f'<item identifier="I{n}" identifierref="R{n}"><title>Film {n}</title></item>'
        for n in numbers
    )
    resources = "".join(
        f'<resource identifier="R{n}" type="webcontent" adlcp:scormtype="sco" '
        f'href="pages/{n}.html"><file href="pages/{n}.html"/>'
        f'<file href="media/clip-{n}.mp4"/></resource>'
        for n in numbers
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<manifest identifier="M" xmlns="http://www.imsproject.org/xsd/imscp_rootv1p1p2" '
        'xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_rootv1p2">'
        "<metadata><schema>ADL SCORM</schema><schemaversion>1.2</schemaversion></metadata>"
        '<organizations default="O"><organization identifier="O"><title>Films</title>'
        f"{items}</organization></organizations><resources>{resources}</resources></manifest>"
    )


def put(archive: zipfile.ZipFile, name: str, body: bytes) -> None:
    info = zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0))
    info.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(info, body)


if __name__ == "__main__":
    kind, out, size = sys.argv[1:]
    {"template": write_template, "media": write_media}[kind](Path(out), int(size))

"""The sentences for everything that can be wrong with an OLX course, in a draft or in a package.

`{what}` is the thing ("The page “Clay”"), `{detail}` what was found. Severities stand in
errors/codes.py.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import cast

from courseporter.errors import PROBLEM_CODES, Problem, Severity

MOST_SINGLE = 100  # problems of one code that are told one by one; the rest is one sentence

WORDS: dict[str, tuple[str, str]] = {
    # structure
    "course_empty": ("The course has no section.", "Look whether the right file was imported."),
    "section_empty": (
        "The section “{what}” holds no lesson.",
        "Learners see an empty section: hide or fill it.",
    ),
    "lesson_empty": (
        "The lesson “{what}” holds nothing.",
        "Learners see an empty lesson: hide or fill it.",
    ),
    "unit_empty": (
        "The unit “{what}” holds nothing.",
        "Learners see an empty page: hide or fill it.",
    ),
    "misplaced": (
        "“{what}” does not lie where Open edX expects it ({detail}).",
        "Open edX shows sections, in them lessons, in them units, in them content.",
    ),
    "title_empty": (
        "A {detail} has no title.",
        "Give it a title; learners find their way by titles.",
    ),
    "title_too_long": (
        "The title “{what}” has {detail} characters; some pages of Open edX show 255.",
        "Shorten it, or let it be cut.",
    ),
    # pages
    "html_too_large": (
        "The page “{what}” has {detail} of HTML.",
        "It will be slow to open and to edit. Pictures inside the text should be files.",
    ),
    "script_in_page": (
        "The page “{what}” holds active content ({detail}).",
        "It is kept as it is. If you do not know where it comes from, take it out.",
    ),
    "local_reference": (
        "“{what}” refers to a file on somebody's computer: {detail}",
        "Learners cannot see it. Add the file to the source and link it again.",
    ),
    "relative_reference": (
        "“{what}” refers to {detail}, an address that means nothing inside Open edX.",
        "Use a full address (https://…) or add the file to the source.",
    ),
    "unsafe_link": (
        "“{what}” holds an address that browsers do not open: {detail}",
        "Use an address that begins with https://.",
    ),
    "unquoted_reference": (
        "“{what}” uses url(/static/…) without quotes, which Open edX does not rewrite.",
        "Put the address into quotes.",
    ),
    "asset_missing": (
        "“{what}” uses the file {detail}, which is not part of the draft.",
        "Add the file to the source and import again.",
    ),
    "lesson_link_missing": (
        "“{what}” links to a lesson that is not part of the course: {detail}",
        "Link to another lesson.",
    ),
    "video_without_source": (
        "The video “{what}” has neither an address nor a file.",
        "Learners see an empty player. Add an address or take it out.",
    ),
    "video_default": (
        "The video “{what}” names no YouTube video, so Open edX plays its own demonstration clip.",
        "Set youtube_id_1_0 to nothing or to the right id.",
    ),
    # questions
    "quiz_empty": (
        "The quiz “{what}” has no questions.",
        "Learners see nothing: add questions or take it out.",
    ),
    "quiz_pick_too_many": (
        "The quiz “{what}” draws {detail} questions than it has.",
        "All its questions are shown.",
    ),
    "question_without_answer": (
        "The question “{what}” has no right answer.",
        "Mark the right one; without it nobody can get the points.",
    ),
    "question_without_choices": (
        "The question “{what}” has nothing to choose from.",
        "Add choices.",
    ),
    "question_answer_not_a_number": (
        "The answer {detail} of “{what}” is not a number that Open edX can grade.",
        "Write it with a dot, without blanks: 3.14",
    ),
    "question_answer_empty": (
        "The question “{what}” has an empty answer.",
        "Fill it in; Open edX shows learners an error otherwise.",
    ),
    "question_answers_ambiguous": (
        "“{what}” asks for one choice and has {detail} right ones; each of them counts as right.",
        "Make it a multiple choice question, or mark one choice only.",
    ),
    "question_unfit": (
        "The question “{what}” cannot be graded by Open edX: {detail}",
        "It will be written as text for reading.",
    ),
    "response_unknown": (
        "The question “{what}” uses <{detail}>, which Open edX does not know.",
        "Learners see an error instead of the question.",
    ),
    # course settings
    "identity_invalid": (
        "The {detail} “{what}” is no name that Open edX accepts.",
        "Use letters a–z, digits, dot, dash and underscore, at most 50.",
    ),
    "date_invalid": ("The date {detail} of the course cannot be read.", "Write it as 2031-02-03."),
    "dates_reversed": ("The course ends before it starts ({detail}).", "Correct the dates."),
    "cover_missing": (
        "The cover {detail} is not part of the draft.",
        "A neutral picture is used instead.",
    ),
    "start_missing": (
        "The course has no start date: Open edX hides it until 2030.",
        "Set a start date.",
    ),
    "course_incomplete": (
        "course.xml lacks {detail}.",
        "Open edX then imports nothing. It needs org, course and url_name.",
    ),
    "policy_missing": ("The package has no policy.json.", "All settings take their defaults."),
    "policy_unreadable": ("{detail} cannot be read.", "All settings in it take their defaults."),
    "policy_unused": (
        "policy.json has no entry for {detail}.",
        "All settings take their defaults.",
    ),
    "grading_missing": (
        "The package has no grading policy of its own.",
        "Open edX takes Homework, Lab, Midterm Exam and Final Exam.",
    ),
    "grading_weights": (
        "The weights of the grading policy add up to {detail}, not 1.",
        "Correct the weights.",
    ),
    "grading_format": (
        "Subsections are graded as “{detail}”, which the grading policy does not know.",
        "Their points never count. Add the type to the policy.",
    ),
    "tabs_first": (
        "The first tab is “{detail}”, not the course.",
        "Open edX refuses such a course.",
    ),
    "tab_unlisted": ("The page {detail} is not among the tabs.", "Learners do not see it."),
    # packages
    "url_name_invalid": (
        "The name {detail} holds characters that Open edX refuses.",
        "The block would be lost: use a–z, 0–9, dash and underscore.",
    ),
    "url_name_unusual": (
        "The name {detail} is not plain ASCII of at most 100 characters.",
        "It works, but not everywhere.",
    ),
    "url_name_duplicate": (
        "The name {detail} is used more than once.",
        "Open edX keeps one of the blocks and may lose the others.",
    ),
    "definition_missing": (
        "The file {detail} is missing.",
        "Open edX would leave out the block without a word.",
    ),
    "definition_malformed": (
        "The file of {what} is not well-formed XML: {detail}",
        "Open edX would leave out the block without a word.",
    ),
    "not_utf8": (
        "The file of {what} is not UTF-8.",
        "Open edX would leave out the block without a word.",
    ),
    "pointer_with_attributes": (
        "The pointer to {detail} has more attributes than url_name.",
        "Open edX makes an empty block of it.",
    ),
    "attribute_unreadable": (
        "“{what}” has a value that cannot be read: {detail}",
        "Open edX would leave out the block without a word.",
    ),
    "date_unreadable": (
        "“{what}” has a date that cannot be read: {detail}",
        "Open edX would leave out everything in it without a word.",
    ),
    "unknown_block": (
        "“{what}” is a <{detail}>, which a plain Open edX does not have.",
        "Learners see nothing there unless the site has this extension.",
    ),
    "missing_files": ("{detail}", "Learners see broken pictures or links there."),
    "asset_clash": (
        "Files below static/ take the same name in Open edX: {detail}",
        "The last one wins. Rename one of them.",
    ),
    "scorm_player_incomplete": (
        "A SCORM lesson lacks files that its player needs: {detail}.",
        "The lesson, or a part of it, does not play. Convert the package again.",
    ),
    "scorm_index_unreadable": (
        "The list of files {detail} of a SCORM lesson cannot be read.",
        "The lesson does not open. Convert the package again.",
    ),
    "scorm_file_differs": (
        "Files of a SCORM lesson are not those that its list of files names: {detail}.",
        "The lesson, or a part of it, does not play. Convert the package again.",
    ),
    "draft_units": (
        "{detail} unpublished units lie in drafts/.",
        "They are not part of the course.",
    ),
    "orphan_blocks": (
        "{detail} files of blocks are used nowhere.",
        "They are not part of the course.",
    ),
    "entry_link": ("{detail} entries of the archive are links.", "They are not followed."),
}


def problem(
    code: str,
    what: str = "",
    detail: str = "",
    *,
    key: str | None = None,
    where: str | None = None,
    fix: str | None = None,
    count: int = 1,
) -> Problem:
    """A problem in plain words; the severity is the usual one of its code."""
    message, hint = WORDS[code]
    severity = cast("Severity", PROBLEM_CODES[code].severity)
    if len(what) > 80:
        what = what[:79] + "…"
    return Problem(
        code=code,
        severity=severity,
        message=message.format(what=what, detail=detail),
        where=where,
        hint=hint,
        key=key,
        fix=fix,
        count=count,
    )


class Capped:
    """Collects problems: at most `most` of one code, the rest of each becomes one with a count."""

    def __init__(self, most: int = MOST_SINGLE) -> None:
        self._most = most
        self._single: list[Problem] = []
        self._counts: Counter[str] = Counter()
        self._last: dict[str, Problem] = {}

    def add(self, problems: Iterable[Problem]) -> None:
        """Take problems, in the order in which they shall be told."""
        for one in problems:
            self._counts[one.code] += 1
            if self._counts[one.code] <= self._most:
                self._single.append(one)
            else:
                self._last[one.code] = one

    def told(self) -> list[Problem]:
        """What was collected so far: those that are told one by one, then the rests."""
        return [*self._single, *map(self._rest, self._last.values())]

    def _rest(self, last: Problem) -> Problem:
        more = self._counts[last.code] - self._most
        return Problem(
            code=last.code,
            severity=last.severity,
            message=f"{PROBLEM_CODES[last.code].meaning} ({more:,} more)",
            hint=last.hint,
            count=more,
            key=last.key,
        )

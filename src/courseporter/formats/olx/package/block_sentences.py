"""What is said of sections, lessons, pages, videos and questions: the problem, and what to do.

`{what}` is the title of the block, `{detail}` what was found; severities are in
errors/olx_codes.py.
"""

from __future__ import annotations

from courseporter.errors import Message, _

_LOST = _("Open edX would silently drop the block.")
_BROKEN = _("Learners see an error instead of the question.")
_UNGRADED = _("Learners get an error when they submit an answer.")

BLOCK_SENTENCES: dict[str, tuple[Message, Message]] = {
    # structure
    "course_empty": (
        _("The course has no sections."),
        _("Check that you imported the right file."),
    ),
    "section_empty": (
        _("The section “{what}” has no lessons."),
        _("Learners see an empty section. Hide it or add lessons."),
    ),
    "lesson_empty": (
        _("The lesson “{what}” is empty."),
        _("Learners see an empty lesson. Hide it or add content."),
    ),
    "unit_empty": (
        _("The unit “{what}” is empty."),
        _("Learners see an empty page. Hide it or add content."),
    ),
    "misplaced": (
        _("“{what}” isn't where Open edX expects it ({detail})."),
        _("Open edX shows sections, lessons in sections, units in lessons, and content in units."),
    ),
    "title_empty": (_("A {detail} has no title."), _("Add a title: learners navigate by titles.")),
    "title_too_long": (
        _("The title “{what}” has {detail} characters. Some pages of Open edX show only 255."),
        _("Shorten the title."),
    ),
    "title_cut": (
        _("The title “{what}” has {detail} characters and will be cut to 10,000."),
        _("Shorten the title."),
    ),
    # pages
    "block_too_large": (
        _("“{what}” has {detail}. Open edX can't store more than 16 MB in one block."),
        _("Split it, or save its images as files instead of embedding them."),
    ),
    "html_too_large": (
        _("The page “{what}” has {detail} of HTML."),
        _("It will be slow to open and edit. Save images as files instead of embedding them."),
    ),
    "script_in_page": (
        _("The page “{what}” contains active content ({detail})."),
        _("It's kept unchanged. Remove it if you don't know its source."),
    ),
    "local_reference": (
        _("“{what}” refers to a file on someone's computer: {detail}"),
        _("Learners can't see it. Add the file to the source and link it again."),
    ),
    "relative_reference": (
        _("“{what}” refers to {detail}, which means nothing in Open edX."),
        _("Use a full address (https://…) or add the file to the source."),
    ),
    "unsafe_link": (
        _("“{what}” contains an address that browsers can't open: {detail}"),
        _("Use an address that begins with https://."),
    ),
    "unquoted_reference": (
        _("“{what}” uses url(/static/…) without quotes, which Open edX doesn't replace."),
        _("Put the address in quotes."),
    ),
    "media_unplayable": (
        _("“{what}” plays {detail}, which browsers can't play."),
        _("Use the address of an MP4 or MP3 file, or link to the page instead."),
    ),
    "asset_missing": (
        _("“{what}” uses the file {detail}, which is missing from the draft."),
        _("Add the file to the source and import it again."),
    ),
    "lesson_link_missing": (
        _("“{what}” links to a lesson that isn't in the course: {detail}"),
        _("Link to another lesson."),
    ),
    "image_without_text": (
        _("An image in “{what}” has no alternative text: {detail}"),
        _("Screen readers read it to learners. Say what the image shows."),
    ),
    "heading_jump": (
        _("The headings of “{what}” skip a level: {detail}."),
        _("Screen readers use headings to move around. Use h3 below h2."),
    ),
    "insecure_frame": (
        _("“{what}” shows a frame that browsers block: {detail}"),
        _("Use an address that begins with https://."),
    ),
    "section_title_clash": (
        _("More than one section is called “{what}”."),
        _("Learners can't tell them apart. Rename one of them."),
    ),
    "lesson_title_clash": (
        _("More than one lesson of a section is called “{what}”."),
        _("Learners can't tell them apart. Rename one of them."),
    ),
    # videos
    "captions_missing": (
        _("The video “{what}” has no captions."),
        _("Add captions as an SRT or VTT file."),
    ),
    "video_without_source": (
        _("The video “{what}” has no address and no file."),
        _("Learners see an empty player. Add an address or remove the video."),
    ),
    "video_default": (
        _("The video “{what}” has no YouTube ID, so Open edX plays its own demo video."),
        _("Set youtube_id_1_0 to the correct ID, or to an empty string."),
    ),
    "video_unplayable": (
        _("The video “{what}” plays from {detail}, which the player of Open edX can't load."),
        _("Use a <video> element in an HTML block, or the address of the uploaded file."),
    ),
    "transcript_incomplete": (
        _("A transcript of the video “{what}” has no language or no file."),
        _("Learners won't see it. Set both language and src."),
    ),
    "captions_unreadable": (
        _("Open edX can't read the captions of the video “{what}”: {detail}"),
        _("Learners won't see them. Save them as SubRip (.srt) in UTF-8."),
    ),
    "caption_language": (
        _("The video “{what}” has captions in “{detail}”, a language code Open edX doesn't know."),
        _("Learners won't see them. Use a two-letter code such as en or de."),
    ),
    # questions
    "quiz_empty": (
        _("The quiz “{what}” has no questions."),
        _("Learners see nothing. Add questions or remove the quiz."),
    ),
    "quiz_pick_too_many": (
        _("The quiz “{what}” draws {detail} questions than it has."),
        _("All its questions are shown."),
    ),
    "question_without_answer": (
        _("The question “{what}” has no correct answer."),
        _("Mark the correct answer. Without one, nobody can earn points."),
    ),
    "question_without_choices": (_("The question “{what}” has no choices."), _("Add choices.")),
    "question_answer_not_a_number": (
        _("The answer {detail} to “{what}” isn't a number that Open edX can grade."),
        _("Write it with a decimal point and no spaces: 3.14"),
    ),
    "question_answer_empty": (
        _("The question “{what}” has an empty answer."),
        _("Fill it in. Otherwise, learners see an error."),
    ),
    "question_answers_ambiguous": (
        _("“{what}” is single choice but has {detail} correct answers. Any of them is accepted."),
        _("Make it a multiple-choice question, or mark only one choice."),
    ),
    "question_duplicate": (
        _("The question “{what}” is in the quiz “{detail}” twice."),
        _("Remove one of them."),
    ),
    "question_unfit": (
        _("Open edX can't grade the question “{what}”: {detail}"),
        _("It will be exported as text without grading."),
    ),
    "question_pattern_invalid": (
        _("The pattern of “{what}” isn't a valid regular expression: {detail}"),
        _UNGRADED,
    ),
    "question_tolerance_invalid": (
        _("The tolerance {detail} of “{what}” isn't a number or a percentage."),
        _UNGRADED,
    ),
    "question_partial_credit_invalid": (
        _('“{what}” uses partial_credit="{detail}", which this type of question doesn\'t support.'),
        _UNGRADED,
    ),
    "question_variable_unknown": (
        _("“{what}” uses the variable {detail}, which no script defines."),
        _("No answer is accepted. Define the variable or write the value."),
    ),
    "question_range_reversed": (
        _("The range {detail} of “{what}” is empty: its ends are reversed."),
        _("No answer is accepted. Write the smaller number first."),
    ),
    "question_samples_invalid": (
        _("The samples {detail} of the formula in “{what}” can't be read."),
        _("Write them as x,y@1,1:10,10#5."),
    ),
    "question_script_error": (
        _("Python can't read the script of “{what}”: {detail}"),
        _BROKEN,
    ),
    "question_function_missing": (
        _("“{what}” is graded by the function {detail}, which no script defines."),
        _BROKEN,
    ),
    "question_area_invalid": (
        _("The correct area of an image in “{what}” can't be read: {detail}"),
        _("No answer is accepted. Write it as (10,20)-(30,40)."),
    ),
    "question_without_input": (
        _("“{what}” has a <{detail}> without an input field."),
        _BROKEN,
    ),
    "question_input_wrong": (
        _("“{what}” combines elements that don't work together: {detail}"),
        _BROKEN,
    ),
    "response_unknown": (
        _("The question “{what}” uses <{detail}>, which Open edX doesn't know."),
        _BROKEN,
    ),
    "poll_invalid": (
        _("The poll or survey “{what}” has a list that can't be read: {detail}"),
        _("Learners see an error instead of it."),
    ),
    "openassessment_invalid": (
        _("Open edX can't read the open response “{what}”: {detail}"),
        _LOST,
    ),
    # groups
    "group_access_unknown": (
        _("“{what}” is visible only to a group that the course doesn't have ({detail})."),
        _("No learner sees it. Choose an existing group."),
    ),
    "split_test_groups": (
        _("The groups of the content experiment “{what}” don't match its content ({detail})."),
        _("Learners of such a group see nothing or an error."),
    ),
    "pool_settings": (
        _("The question pool “{what}” has a setting that doesn't work: {detail}"),
        _("Learners may get no question, or Studio can't update the pool."),
    ),
    # packages
    "url_name_invalid": (
        _("The name {detail} contains characters that Open edX doesn't accept."),
        _("Open edX would silently drop the block. Use a–z, 0–9, hyphens, and underscores."),
    ),
    "url_name_breaks_import": (
        _("The name {detail} contains a %, which makes the whole import fail."),
        _("Use a–z, 0–9, hyphens, and underscores."),
    ),
    "url_name_unusual": (
        _("The name {detail} isn't plain ASCII or has more than 100 characters."),
        _("It works in Open edX, but not in every tool."),
    ),
    "url_name_duplicate": (
        _("The name {detail} is used more than once."),
        _("Open edX keeps one of the blocks and may lose the others."),
    ),
    "definition_missing": (_("The file {detail} is missing."), _LOST),
    "definition_malformed": (_("The file of {what} isn't well-formed XML: {detail}"), _LOST),
    "not_utf8": (_("The file of {what} isn't UTF-8."), _LOST),
    "pointer_with_attributes": (
        _("The pointer to {detail} has more attributes than url_name."),
        _("Open edX ignores the file and creates an empty block."),
    ),
    "pointer_ignored": (
        _("Open edX ignores the file {detail}.xml: blocks of this type have no files."),
        _("It creates a block with default content. Write the block where it's used."),
    ),
    "pointer_in_file": (
        _("The file {detail}.xml contains only a pointer to another block."),
        _("Open edX creates an empty block. Write the block's content into the file."),
    ),
    "attribute_unreadable": (_("“{what}” has a value that can't be read: {detail}"), _LOST),
    "flag_unclear": (
        _("“{what}” has a setting that is neither true nor false: {detail}"),
        _("Open edX reads it as false. Write true or false."),
    ),
    "date_unreadable": (
        _("“{what}” has a date that can't be read: {detail}"),
        _("Open edX would silently drop the block and everything in it."),
    ),
    "date_incomplete": (
        _("“{what}” has a date without a day or month: {detail}"),
        _("Open edX ignores it. Write dates as 2031-02-03."),
    ),
    "block_setting_unreadable": (
        _("policy.json has a value for “{what}” that can't be read: {detail}"),
        _LOST,
    ),
    "pool_broken": (
        _("The question pool “{what}” contains a block that Open edX can't read: {detail}"),
        _("Open edX would silently drop the whole pool."),
    ),
    "text_between_blocks": (
        _("There's text after “{what}”, between the blocks: {detail}"),
        _("Open edX would silently drop the block before it. Remove the text."),
    ),
    "unknown_block": (
        _("“{what}” is a <{detail}>, which a standard Open edX site doesn't have."),
        _("Learners see nothing there unless the site has this extension installed."),
    ),
    "gate_refused": (
        _("OLX validation rejects “{what}”: {detail}"),
        _("Export the course with “--gate”, or remove the element."),
    ),
}

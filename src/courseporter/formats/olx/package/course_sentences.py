"""What is said of the course as a whole: its settings, grading, tabs, files and archive."""

from __future__ import annotations

from courseporter.errors import Message, _

_FAILS = _("The whole import would fail.")
_DEFAULTS = _("All its settings revert to their defaults.")

COURSE_SENTENCES: dict[str, tuple[Message, Message]] = {
    # identity and dates
    "identity_invalid": (
        _("The {detail} “{what}” isn't a name that Open edX accepts."),
        _("Use letters a–z, digits, periods, hyphens, and underscores, at most 50 characters."),
    ),
    "date_invalid": (
        _("A date of the course can't be read: {detail}"),
        _("Write it as 2031-02-03."),
    ),
    "dates_reversed": (
        _("The course ends before it starts ({detail})."),
        _("Correct the dates."),
    ),
    "cover_missing": (
        _("The cover {detail} is missing from the draft."),
        _("A default image is used instead."),
    ),
    "start_missing": (
        _("The course has no start date, so Open edX hides it until 2030."),
        _("Set a start date."),
    ),
    "course_incomplete": (
        _("course.xml has no {detail}."),
        _("Open edX would import nothing. It needs org, course, and url_name."),
    ),
    "course_pointer_attributes": (
        _("course.xml has attributes other than org, course, and url_name: {detail}"),
        _("Open edX would import an empty course. Move the attributes to course/RUN.xml."),
    ),
    "course_pointer_text": (
        _("There's text in course.xml."),
        _("Open edX would import an empty course. Remove the text."),
    ),
    # policies
    "policy_missing": (_("The package has no policy.json."), _DEFAULTS),
    "policy_unreadable": (_("{detail} can't be read."), _DEFAULTS),
    "policy_unused": (_("policy.json has no entry for {detail}."), _DEFAULTS),
    "policy_not_object": (_("{detail} isn't a JSON object."), _FAILS),
    "byte_order_mark": (
        _("{detail} begins with a byte order mark, so Open edX ignores it."),
        _("Save the file as UTF-8 without a byte order mark (BOM)."),
    ),
    "setting_unreadable": (_("A setting of the course can't be read: {detail}"), _FAILS),
    "partitions_invalid": (
        _("The groups of learners (user_partitions) can't be read: {detail}"),
        _FAILS,
    ),
    "assets_policy_invalid": (_("policies/assets.json isn't a JSON object."), _FAILS),
    "grading_missing": (
        _("The package has no grading policy."),
        _("Open edX uses Homework, Lab, Midterm Exam, and Final Exam."),
    ),
    "grading_weights": (
        _("The weights of the grading policy add up to {detail}, not 1."),
        _("Correct the weights."),
    ),
    "grading_format": (
        _("Lessons are graded as “{detail}”, which isn't in the grading policy."),
        _("Their points won't count. Add the type to the policy."),
    ),
    "grader_incomplete": (
        _("The grading policy can't be used: {detail}"),
        _("Nobody gets a grade, and the progress page fails."),
    ),
    # tabs, textbooks, tools
    "tabs_first": (
        _("The first tab is “{detail}”, not the course."),
        _FAILS,
    ),
    "tabs_invalid": (_("The list of tabs can't be read: {detail}"), _FAILS),
    "tab_unlisted": (
        _("The page {detail} isn't in the list of tabs."),
        _("Learners don't see it."),
    ),
    "tab_page_missing": (
        _("The tab “{what}” has no page: {detail} is missing."),
        _("Learners get an error when they open it."),
    ),
    "passport_missing": (
        _("The course has no LTI passport “{detail}”, which “{what}” needs."),
        _("Add it to lti_passports, or learners can't open the tool."),
    ),
    "passport_invalid": (
        _("An LTI passport of the course isn't written as id:key:secret."),
        _("Tools that use it won't open."),
    ),
    # links and files
    "link_target_missing": (
        _("A page links to the block “{detail}”, which isn't in the course."),
        _("Learners get an error. Link to another block."),
    ),
    "link_other_run": (
        _("A page links to another course run: {detail}"),
        _("The link may not work on the new site. Use /jump_to_id/ or /static/ instead."),
    ),
    "missing_files": (
        _("Files that the course refers to are missing: {detail}."),
        _("Learners see broken images or links there."),
    ),
    "page_not_utf8": (
        _("The page {detail} isn't UTF-8."),
        _("Open edX ignores it. Save it as UTF-8."),
    ),
    "asset_clash": (
        _("Files in static/ would get the same name in Open edX: {detail}"),
        _("Only the last one would be kept. Rename one of them."),
    ),
    "asset_relative_links": (
        _("Files in static/ link to each other by relative addresses: {detail}"),
        _("These links are broken in Open edX. Use /static/NAME in a page instead."),
    ),
    "static_link_broken": (
        _("The link {detail} in static/ is broken."),
        _FAILS,
    ),
    "scorm_player_incomplete": (
        _("Files that a SCORM lesson's player needs are missing: {detail}."),
        _("The lesson may not play correctly. Convert the package again."),
    ),
    "scorm_index_unreadable": (
        _("The file list {detail} of a SCORM lesson can't be read."),
        _("The lesson doesn't open. Convert the package again."),
    ),
    "scorm_file_differs": (
        _("Files of a SCORM lesson differ from its file list: {detail}."),
        _("The lesson may not play correctly. Convert the package again."),
    ),
    # the archive
    "draft_units": (
        _("Unpublished units in drafts/: {detail}."),
        _("Learners don't see them."),
    ),
    "orphan_blocks": (
        _("Files of blocks that aren't used: {detail}."),
        _("They aren't part of the course."),
    ),
    "entry_link": (
        _("Entries of the archive that are links: {detail}."),
        _("Studio turns them into files."),
    ),
    "zip_backslashes": (
        _("Names in the ZIP file contain backslashes: {detail}"),
        _("The whole import would fail. Pack the folder as .tar.gz."),
    ),
    "archive_name": (
        _("Open edX doesn't accept the name {detail}."),
        _("Rename the file so that its name ends in .tar.gz."),
    ),
}

"""The codes of problems that OLX courses have, in drafts and in packages that are read back."""

from __future__ import annotations

from courseporter.errors.problem_code import ProblemCode

OLX_CODES: dict[str, ProblemCode] = {
    # structure
    "course_empty": ProblemCode("The course has no sections.", "warning"),
    "section_empty": ProblemCode("A section has no lessons.", "warning"),
    "lesson_empty": ProblemCode("A lesson is empty.", "warning"),
    "unit_empty": ProblemCode("A unit is empty.", "warning"),
    "misplaced": ProblemCode("A block isn't where Open edX expects it.", "warning"),
    "title_empty": ProblemCode("A section, lesson or unit has no title.", "warning"),
    "title_too_long": ProblemCode("A title is longer than some pages of Open edX show.", "warning"),
    # pages
    "block_too_large": ProblemCode("A block is larger than Open edX can store.", "error"),
    "html_too_large": ProblemCode("A page has more than 1 MB of HTML.", "warning"),
    "script_in_page": ProblemCode("A page contains scripts or event handlers.", "warning"),
    "local_reference": ProblemCode("A page refers to a file on somebody's computer.", "warning"),
    "relative_reference": ProblemCode("A page refers to a relative address.", "warning"),
    "unsafe_link": ProblemCode("Browsers can't open an address.", "warning"),
    "unquoted_reference": ProblemCode("A style refers to a static file without quotes.", "warning"),
    "asset_missing": ProblemCode("A file is used but missing from the draft.", "error"),
    "lesson_link_missing": ProblemCode("A link leads to a lesson that doesn't exist.", "warning"),
    "link_target_missing": ProblemCode(
        "A link leads to a block that isn't in the course.", "warning"
    ),
    "link_other_run": ProblemCode("A link leads to another course run.", "warning"),
    "asset_relative_links": ProblemCode(
        "Static files link to each other by relative addresses.", "warning"
    ),
    "media_unplayable": ProblemCode("A player is given what browsers can't play.", "warning"),
    "image_without_text": ProblemCode("An image has no alternative text.", "warning"),
    "heading_jump": ProblemCode("The headings of a page skip a level.", "info"),
    "insecure_frame": ProblemCode("A frame has an address that begins with http.", "warning"),
    "section_title_clash": ProblemCode("Two sections have the same title.", "info"),
    "lesson_title_clash": ProblemCode("Two lessons of a section have the same title.", "info"),
    # videos
    "captions_missing": ProblemCode("A video has no captions.", "info"),
    "video_without_source": ProblemCode("A video has no address and no file.", "warning"),
    "video_default": ProblemCode("A video plays the demo clip of Open edX.", "warning"),
    "video_unplayable": ProblemCode(
        "A video plays from /static/, which the player can't load.", "warning"
    ),
    "transcript_incomplete": ProblemCode("A transcript has no language or no file.", "warning"),
    "captions_unreadable": ProblemCode("Open edX can't read a file of captions.", "warning"),
    "caption_language": ProblemCode(
        "Captions have a language code that Open edX doesn't know.", "warning"
    ),
    # questions
    "quiz_empty": ProblemCode("A quiz has no questions.", "warning"),
    "quiz_pick_too_many": ProblemCode("A quiz draws more questions than it has.", "warning"),
    "question_without_answer": ProblemCode("A question has no correct answer.", "warning"),
    "question_without_choices": ProblemCode("A question has no choices.", "warning"),
    "question_answer_not_a_number": ProblemCode(
        "An answer isn't a number that can be graded.", "warning"
    ),
    "question_answer_empty": ProblemCode("A question has an empty answer.", "warning"),
    "question_answers_ambiguous": ProblemCode(
        "A single choice question has several correct choices.", "warning"
    ),
    "question_duplicate": ProblemCode("A quiz has the same question twice.", "warning"),
    "question_unfit": ProblemCode("A question can't be graded and becomes text.", "warning"),
    "question_pattern_invalid": ProblemCode(
        "A pattern isn't a valid regular expression.", "warning"
    ),
    "question_tolerance_invalid": ProblemCode(
        "A tolerance isn't a number or a percentage.", "warning"
    ),
    "question_partial_credit_invalid": ProblemCode(
        "A question has a kind of partial credit that doesn't exist.", "warning"
    ),
    "question_variable_unknown": ProblemCode(
        "An answer uses a variable that no script defines.", "warning"
    ),
    "question_range_reversed": ProblemCode("A range of numbers is empty.", "warning"),
    "question_samples_invalid": ProblemCode("The samples of a formula can't be read.", "warning"),
    "question_script_error": ProblemCode("Python can't read the script of a question.", "warning"),
    "question_function_missing": ProblemCode(
        "A question is graded by a function that doesn't exist.", "warning"
    ),
    "question_area_invalid": ProblemCode("The correct area of an image can't be read.", "warning"),
    "question_without_input": ProblemCode("A question has no input field.", "warning"),
    "question_input_wrong": ProblemCode(
        "A question has an input field that doesn't belong to it.", "warning"
    ),
    "response_unknown": ProblemCode(
        "A question uses an element that Open edX doesn't know.", "warning"
    ),
    "poll_invalid": ProblemCode("A poll or survey can't be read.", "warning"),
    "openassessment_invalid": ProblemCode("An open response can't be read.", "error"),
    # groups of learners
    "group_access_unknown": ProblemCode(
        "A block is visible only to a group that doesn't exist.", "warning"
    ),
    "split_test_groups": ProblemCode(
        "The groups of a content experiment don't match its content.", "warning"
    ),
    "pool_settings": ProblemCode("A question pool has a setting that doesn't work.", "warning"),
    # settings
    "identity_invalid": ProblemCode("Organization, number or run isn't a valid name.", "error"),
    "date_invalid": ProblemCode("A date of the course can't be read.", "warning"),
    "dates_reversed": ProblemCode("The course ends before it starts.", "warning"),
    "cover_missing": ProblemCode("The cover image is missing from the draft.", "warning"),
    "start_missing": ProblemCode("The course has no start date.", "warning"),
    "course_incomplete": ProblemCode("course.xml has no org, course or url_name.", "error"),
    "course_pointer_attributes": ProblemCode("course.xml has too many attributes.", "error"),
    "course_pointer_text": ProblemCode("There's text in course.xml.", "error"),
    "policy_missing": ProblemCode("The package has no policy.json.", "warning"),
    "policy_unreadable": ProblemCode("A policy file can't be read.", "warning"),
    "policy_unused": ProblemCode("The policy has no entry for this course.", "warning"),
    "policy_not_object": ProblemCode("A policy file isn't a JSON object.", "error"),
    "byte_order_mark": ProblemCode("A policy file begins with a byte order mark.", "warning"),
    "setting_unreadable": ProblemCode("A setting of the course can't be read.", "error"),
    "partitions_invalid": ProblemCode("The groups of learners can't be read.", "error"),
    "assets_policy_invalid": ProblemCode("policies/assets.json isn't a JSON object.", "error"),
    "grading_missing": ProblemCode("The package has no grading policy.", "warning"),
    "grading_weights": ProblemCode(
        "The weights of the grading policy don't add up to 1.", "warning"
    ),
    "grading_format": ProblemCode(
        "Lessons are graded as a type that isn't in the policy.", "warning"
    ),
    "grader_incomplete": ProblemCode("The grading policy can't be used.", "error"),
    "tabs_first": ProblemCode("The first tab isn't the course.", "error"),
    "tabs_invalid": ProblemCode("The list of tabs can't be read.", "error"),
    "tab_unlisted": ProblemCode("A page isn't in the list of tabs.", "info"),
    "tab_page_missing": ProblemCode("A tab has no page.", "warning"),
    "passport_missing": ProblemCode("The course has no LTI passport that a tool needs.", "warning"),
    "passport_invalid": ProblemCode("An LTI passport isn't written as id:key:secret.", "warning"),
    # packages
    "url_name_invalid": ProblemCode(
        "A url_name contains characters that Open edX refuses.", "error"
    ),
    "url_name_breaks_import": ProblemCode("A url_name contains a %.", "error"),
    "url_name_unusual": ProblemCode("A url_name isn't short plain ASCII.", "warning"),
    "url_name_duplicate": ProblemCode("A url_name is used more than once.", "warning"),
    "definition_missing": ProblemCode("The file of a block is missing.", "error"),
    "definition_malformed": ProblemCode("The file of a block isn't well-formed XML.", "error"),
    "not_utf8": ProblemCode("The file of a block isn't UTF-8.", "error"),
    "pointer_with_attributes": ProblemCode("A pointer has more attributes than url_name.", "error"),
    "pointer_ignored": ProblemCode("A pointer leads to a block that has no file.", "error"),
    "pointer_in_file": ProblemCode("The file of a block contains only a pointer.", "error"),
    "attribute_unreadable": ProblemCode("A value of a block can't be read.", "error"),
    "flag_unclear": ProblemCode("A setting is neither true nor false.", "warning"),
    "date_unreadable": ProblemCode("A date of a block can't be read.", "error"),
    "date_incomplete": ProblemCode("A date has no day or month.", "warning"),
    "block_setting_unreadable": ProblemCode(
        "A value for a block in policy.json can't be read.", "error"
    ),
    "pool_broken": ProblemCode("A question pool contains a block that can't be read.", "error"),
    "text_between_blocks": ProblemCode("There's text between blocks.", "error"),
    "unknown_block": ProblemCode(
        "A standard Open edX site doesn't have this type of block.", "warning"
    ),
    "missing_files": ProblemCode("Files that are referred to are missing.", "warning"),
    "page_not_utf8": ProblemCode("A page of the course isn't UTF-8.", "warning"),
    "asset_clash": ProblemCode("Static files get the same name.", "warning"),
    "static_link_broken": ProblemCode("A link in static/ leads nowhere.", "error"),
    "scorm_player_incomplete": ProblemCode(
        "Files that a SCORM lesson's player needs are missing.", "error"
    ),
    "scorm_index_unreadable": ProblemCode(
        "The file list of a SCORM lesson can't be read.", "error"
    ),
    "scorm_file_differs": ProblemCode(
        "A file of a SCORM lesson differs from its file list.", "error"
    ),
    "gate_refused": ProblemCode("A site with OLX validation refuses the course.", "error"),
    "draft_units": ProblemCode("The package contains unpublished units.", "info"),
    "orphan_blocks": ProblemCode("Files of blocks aren't used.", "info"),
    "entry_link": ProblemCode("Entries of the archive are links.", "info"),
    "zip_backslashes": ProblemCode("Names in the ZIP file contain backslashes.", "error"),
    "archive_name": ProblemCode("The file name doesn't end in .tar.gz or .zip.", "error"),
}

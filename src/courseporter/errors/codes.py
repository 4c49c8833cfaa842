"""The one table of codes: what each means, and what every face makes of it.

A house test fails when a code is used that has no row here, or a row here is not in docs/reference.
"""

from __future__ import annotations

from typing import NamedTuple

from courseporter.errors.olx_codes import OLX_CODES
from courseporter.errors.problem_code import ProblemCode


class ErrorCode(NamedTuple):
    """What faces do with an exception's code."""

    meaning: str
    exit_code: int
    http_status: int
    retryable: bool = False


ERROR_CODES: dict[str, ErrorCode] = {
    # 3: input rejected
    "input_error": ErrorCode("The material cannot be read.", 3, 422),
    "library_invalid": ErrorCode("The archive isn't the backup of a library.", 3, 422),
    "not_found": ErrorCode("The file or folder does not exist.", 3, 404),
    "not_a_package": ErrorCode("CoursePorter doesn't know this kind of file.", 3, 422),
    "ambiguous_package": ErrorCode("Several packages are side by side.", 3, 422),
    "manifest_missing": ErrorCode("The package has no manifest.", 3, 422),
    "manifest_invalid": ErrorCode("The manifest is not what its format demands.", 3, 422),
    "manifest_unsafe": ErrorCode(
        "The manifest uses entities that could read files or exhaust memory.", 3, 422
    ),
    "archive_corrupt": ErrorCode("The archive is damaged or contradicts itself.", 3, 422),
    "archive_encrypted": ErrorCode("The archive is protected by a password.", 3, 422),
    "archive_unsupported": ErrorCode("The archive uses a compression that cannot be read.", 3, 422),
    "unsafe_path": ErrorCode("An entry's name leaves the package.", 3, 422),
    "unsafe_entry": ErrorCode("An entry is a link or a device.", 3, 422),
    "duplicate_entry": ErrorCode("Two entries share a name that must be unique.", 3, 422),
    "too_large": ErrorCode("A limit of size or ratio is exceeded.", 3, 413),
    "too_many_entries": ErrorCode("The archive has more entries than the limit.", 3, 413),
    "too_deep": ErrorCode("The structure is nested deeper than the limit.", 3, 422),
    "encoding_error": ErrorCode("The bytes are in no encoding that fits.", 3, 422),
    "table_schema": ErrorCode("A table lacks a file, a column or a usable header.", 3, 422),
    "table_row": ErrorCode("A table breaks off inside a row.", 3, 422),
    "course_not_ready": ErrorCode("The draft has problems that must be solved first.", 3, 412),
    "edit_invalid": ErrorCode("An operation isn't possible in this course.", 3, 422),
    # 2: wrong usage or settings
    "nothing_to_undo": ErrorCode("There is no change to undo or redo.", 2, 409),
    "usage": ErrorCode("The command was used wrongly.", 2, 400),
    "scorm_not_answered": ErrorCode(
        "Somebody must decide whether the SCORM lessons may run their scripts.", 2, 409
    ),
    "settings_error": ErrorCode("A setting is missing or wrong.", 2, 400),
    "unknown_item": ErrorCode("No job, draft or connection has this name.", 2, 404),
    "store_unreadable": ErrorCode("The data folder or its database cannot be used.", 2, 500),
    "keychain_unavailable": ErrorCode("The system has no usable keychain.", 2, 500),
    "secret_missing": ErrorCode("The secret of a connection isn't known here.", 2, 401),
    "address_invalid": ErrorCode("A web address is not valid.", 2, 400),
    "address_insecure": ErrorCode("A web address doesn't use https.", 2, 400),
    "proxy_unsupported": ErrorCode("The system's proxy is of an unsupported kind.", 2, 500),
    "invalid_course_input": ErrorCode(
        "The site can't use this organization, number or run.", 2, 400
    ),
    # 4, 5, 6, 8
    "auth_error": ErrorCode("The site doesn't accept the account, or forbids this.", 4, 401),
    "invalid_credentials": ErrorCode("The site didn't accept the credentials.", 4, 401),
    "permission_error": ErrorCode("The site doesn't allow this with these credentials.", 4, 403),
    "token_expired": ErrorCode("The site doesn't accept the token it issued.", 4, 401),
    "insufficient_role": ErrorCode("The account lacks the role that this needs.", 4, 403),
    "permission_denied": ErrorCode("The system forbids reading or writing this file.", 4, 403),
    "network_error": ErrorCode("The network or the site didn't answer.", 5, 503, retryable=True),
    "dns_error": ErrorCode("The site's host name can't be found.", 5, 503, retryable=True),
    "connection_refused": ErrorCode("The site can't be reached.", 5, 503, retryable=True),
    "timeout_error": ErrorCode("The site took too long to answer.", 5, 504, retryable=True),
    "tls_error": ErrorCode("A secure connection failed.", 5, 503, retryable=True),
    "certificate_error": ErrorCode("The site's certificate isn't trusted.", 5, 502),
    "rate_limited": ErrorCode("The site asks to slow down.", 5, 429, retryable=True),
    "server_error": ErrorCode("The site has a problem.", 5, 502, retryable=True),
    "upload_timeout": ErrorCode("The upload took too long.", 5, 504, retryable=True),
    "poll_timeout": ErrorCode("The site didn't say how the import is going.", 5, 504),
    "import_timeout": ErrorCode("The import didn't end in time.", 5, 504),
    "disk_full": ErrorCode("The disk is full.", 5, 507, retryable=True),
    "store_away": ErrorCode("The shared store does not answer.", 5, 503, retryable=True),
    "store_busy": ErrorCode("Another program holds the job store.", 5, 503, retryable=True),
    "conflict": ErrorCode("The output or the course already exists.", 6, 409),
    "idempotency_mismatch": ErrorCode("The same request key came with other input.", 6, 409),
    "rejected": ErrorCode("The content was refused.", 8, 422),
    "remote_missing": ErrorCode("The site doesn't have what was asked for.", 8, 404),
    "remote_too_large": ErrorCode("The site refuses this much data.", 8, 413),
    "response_invalid": ErrorCode("The site sent something unexpected.", 8, 502),
    "response_too_large": ErrorCode("The site sent more than expected.", 8, 502),
    "redirect_refused": ErrorCode("The site sent the request to another address.", 8, 502),
    "olx_validation_error": ErrorCode("The site's check of OLX refused the package.", 8, 400),
    "import_error": ErrorCode("The site couldn't import the package.", 8, 500),
    "import_rejected": ErrorCode("The site refused the package.", 8, 422),
    "package_differs": ErrorCode(
        "The written package, read back, is not what the draft says.", 8, 500
    ),
    # 1: bugs
    "bug": ErrorCode("An error in CoursePorter itself.", 1, 500),
    "worker_crash_loop": ErrorCode("The job ended its worker ten times without progress.", 1, 500),
    "canceled": ErrorCode("The user stopped the job.", 130, 409),
}

PROBLEM_CODES: dict[str, ProblemCode] = {
    "row_material": ProblemCode("The file is a table of rows, not a course.", "info"),
    "other_courses": ProblemCode("The file holds more courses than the one taken.", "warning"),
    # schools
    "school_item_changed": ProblemCode("Part of an item of a school was not converted.", "warning"),
    "school_token_refused": ProblemCode("A school refused the token for texts.", "warning"),
    "old_school_link": ProblemCode("A link leads to a lesson in the old school.", "warning"),
    "school_free_preview": ProblemCode("Lessons were free previews.", "info"),
    "school_order_differs": ProblemCode("A school gives two orders of its lessons.", "warning"),
    "school_item_gone": ProblemCode("A lesson was deleted while its course was read.", "warning"),
    "media_link_expires": ProblemCode("Files stay at addresses that expire.", "warning"),
    "media_not_downloaded": ProblemCode("A file could not be downloaded.", "warning"),
    # archives and XML
    "archive_duplicate": ProblemCode("Two entries of the archive share a name.", "warning"),
    "archive_case_clash": ProblemCode(
        "Names of the archive differ in letter case only.", "warning"
    ),
    "archive_name_clash": ProblemCode("A name of the archive is a file and a folder.", "warning"),
    "archive_odd_name": ProblemCode(
        "A name of the archive is none that every system can keep.", "warning"
    ),
    "archive_special_entry": ProblemCode("A link or device of the archive was skipped.", "warning"),
    "archive_unreadable_name": ProblemCode(
        "A file or folder was skipped because its name is not UTF-8.", "warning"
    ),
    "archive_encrypted_entry": ProblemCode(
        "A file of the archive is protected by a password.", "warning"
    ),
    "archive_unsupported_entry": ProblemCode(
        "A file of the archive is packed in a way that cannot be read.", "warning"
    ),
    "archive_damaged_entry": ProblemCode(
        "A file of the archive does not fit its checksum or size.", "warning"
    ),
    "archive_guessed_name": ProblemCode("A name of the archive comes in an old code page.", "info"),
    "archive_directory_odd": ProblemCode(
        "The archive's list of entries contradicts its end.", "warning"
    ),
    "xml_encoding_repaired": ProblemCode(
        "An XML file is not in the encoding that it names.", "warning"
    ),
    "xml_repaired": ProblemCode(
        "An XML file was not well-formed and could be repaired.", "warning"
    ),
    **OLX_CODES,
    # SCORM packages
    "scorm_clutter": ProblemCode("Files that an operating system added were ignored.", "info"),
    "scorm_files_outside": ProblemCode(
        "Files are outside the folder of the manifest, where lessons can't reach them.", "info"
    ),
    "unreferenced_files": ProblemCode(
        "Files of the package that its manifest does not name.", "info"
    ),
    "dangling_reference": ProblemCode(
        "An item refers to a resource that does not exist.", "warning"
    ),
    "resource_without_file": ProblemCode("An item's resource names no file.", "warning"),
    "only_file_taken": ProblemCode(
        "An item's resource names no page to begin with; its only one was taken.", "info"
    ),
    "unsafe_reference": ProblemCode(
        "An address leads out of the package or is no web address.", "warning"
    ),
    "external_resource": ProblemCode("An item opens an address outside the package.", "warning"),
    "href_repaired": ProblemCode("An address was written differently from its file.", "warning"),
    "duplicate_identifier": ProblemCode("An identifier is used twice.", "warning"),
    "dependency_cycle": ProblemCode("Resources depend on each other in a circle.", "warning"),
    "dangling_dependency": ProblemCode(
        "A dependency names a resource that does not exist.", "warning"
    ),
    "submanifest_cycle": ProblemCode("Sub-manifests contain each other.", "warning"),
    "flattened": ProblemCode("Items lie deeper than section, lesson and unit.", "warning"),
    "hidden_container": ProblemCode("A hidden item holds visible ones, so it is shown.", "info"),
    "other_organizations": ProblemCode(
        "The package offers more ways through its content.", "warning"
    ),
    "default_organization_unknown": ProblemCode(
        "The default organization cannot be used.", "warning"
    ),
    "organization_built": ProblemCode(
        "The package names no order, so its resources were listed.", "warning"
    ),
    "version_unknown": ProblemCode("The package doesn't name a known version.", "warning"),
    "version_differs": ProblemCode(
        "The manifest names one SCORM version; its namespaces belong to another.", "warning"
    ),
    "launch_replaced": ProblemCode(
        "A start page is missing; the only one in its folder opens instead.", "warning"
    ),
    "sequencing_not_carried": ProblemCode("Sequencing rules are not imported.", "warning"),
    "scorm_no_tracking": ProblemCode(
        "SCORM lessons play in the course; grades and completion aren't recorded.", "info"
    ),
    "scorm_plugin_upload": ProblemCode(
        "SCORM lessons use the SCORM XBlock, which a standard site doesn't have.", "warning"
    ),
    "scorm_download_only": ProblemCode("SCORM lessons are offered as a download only.", "info"),
    "scorm_loads_elsewhere": ProblemCode(
        "A package loads from other hosts when it is played.", "warning"
    ),
    "scorm_risky_calls": ProblemCode(
        "Scripts of a package make calls that reach beyond the lesson.", "warning"
    ),
    "title_cut": ProblemCode("A title is too long and was cut.", "warning"),
    "untitled_items": ProblemCode("An item has no title.", "info"),
    "metadata_unreadable": ProblemCode("A metadata file cannot be read.", "warning"),
    # tables of the CSV template
    "row_failed": ProblemCode("A row cannot stand and is not imported.", "error"),
    "row_orphaned": ProblemCode("A row is not imported because the row above it is not.", "error"),
    "row_value": ProblemCode("A cell holds a value that cannot be used.", "warning"),
    "question_changed": ProblemCode("A question is asked in another way than planned.", "warning"),
    "cell_is_day": ProblemCode("A text cell contains a date.", "warning"),
    "media_unclear": ProblemCode("An address in a player may be a page.", "warning"),
    "hidden_rows": ProblemCode("A workbook has hidden rows or sheets.", "warning"),
    "answer_spelling_added": ProblemCode(
        "A typed answer is accepted in its plain spelling, too.", "info"
    ),
    "unknown_columns": ProblemCode(
        "A table has columns that the template does not know.", "warning"
    ),
    "unknown_sheets": ProblemCode(
        "A workbook has sheets that the template does not know.", "warning"
    ),
    "encoding_guessed": ProblemCode(
        "A table, or captions, are not UTF-8; the encoding was guessed.", "warning"
    ),
    "formula_unsolved": ProblemCode("A workbook holds formulas without their results.", "warning"),
    "course_made_up": ProblemCode("course.csv has no row that can be used.", "warning"),
    "lesson_link_broken": ProblemCode("A link leads to a lesson that does not exist.", "warning"),
}

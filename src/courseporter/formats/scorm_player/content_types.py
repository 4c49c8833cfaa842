"""What a file of a lesson is served as: our own table, because platforms guess by their own.

No charset is named, as the servers that lessons were made for name none.  Media types: IANA's
registry; JavaScript RFC 9239, fonts RFC 8081.
"""

from __future__ import annotations

UNKNOWN = "application/octet-stream"
_TABLE = """
    text/html                      html htm shtml shtm
    application/xhtml+xml          xhtml xht
    text/css                       css
    text/javascript                js mjs cjs jsm
    application/json               json map webmanifest
    application/wasm               wasm
    text/plain                     txt text log md ini cfg properties
    text/csv                       csv
    text/xml                       xml xsl xslt xsd dtd rdf
    text/vtt                       vtt
    application/x-subrip           srt
    application/ttml+xml           ttml dfxp
    image/svg+xml                  svg
    image/png                      png
    image/apng                     apng
    image/jpeg                     jpg jpeg jpe jfif
    image/gif                      gif
    image/webp                     webp
    image/avif                     avif
    image/bmp                      bmp
    image/tiff                     tif tiff
    image/x-icon                   ico cur
    audio/mpeg                     mp3 mpga
    audio/mp4                      m4a m4b
    audio/aac                      aac
    audio/ogg                      ogg oga opus
    audio/wav                      wav
    audio/flac                     flac
    audio/midi                     mid midi
    audio/x-ms-wma                 wma
    video/mp4                      mp4 m4v f4v
    video/webm                     webm
    video/ogg                      ogv
    video/quicktime                mov qt
    video/x-flv                    flv
    video/x-ms-wmv                 wmv
    video/x-msvideo                avi
    video/mpeg                     mpg mpeg
    font/woff                      woff
    font/woff2                     woff2
    font/ttf                       ttf
    font/otf                       otf
    font/collection                ttc
    application/vnd.ms-fontobject  eot
    application/pdf                pdf
    application/rtf                rtf
    application/zip                zip
    application/epub+zip           epub
    application/x-shockwave-flash  swf
    application/java-archive       jar
    model/gltf-binary              glb
    model/gltf+json                gltf
    application/msword             doc dot
    application/vnd.ms-excel       xls
    application/vnd.ms-powerpoint  ppt pps
    application/vnd.openxmlformats-officedocument.wordprocessingml.document    docx
    application/vnd.openxmlformats-officedocument.spreadsheetml.sheet          xlsx
    application/vnd.openxmlformats-officedocument.presentationml.presentation  pptx ppsx
    application/vnd.oasis.opendocument.text          odt
    application/vnd.oasis.opendocument.spreadsheet   ods
    application/vnd.oasis.opendocument.presentation  odp
"""
TYPES = {
    ending: words[0]
    for words in (line.split() for line in _TABLE.splitlines())
    for ending in words[1:]
}
_MEDIA = ("audio/", "video/")
_PAGES = frozenset(("text/html", "application/xhtml+xml"))
# Packed by themselves: packing them again costs time and saves nothing.
_DENSE = frozenset(
    "png apng jpg jpeg jpe jfif gif webp avif woff woff2 zip epub swf jar docx xlsx pptx ppsx odt "
    "ods odp pdf".split()
)


def content_type(path: str) -> str:
    """The type of a file by the end of its name."""
    return TYPES.get(ending_of(path), UNKNOWN)


def is_media(path: str) -> bool:
    """Sound or film: browsers ask for parts of it."""
    return content_type(path).startswith(_MEDIA)


def is_page(path: str) -> bool:
    """A page of HTML: something is added to it when it is shown."""
    return content_type(path) in _PAGES


def is_dense(path: str) -> bool:
    """Whether deflate would save nothing worth the time."""
    return ending_of(path) in _DENSE or is_media(path)


def ending_of(path: str) -> str:
    """Return what follows the last dot of a file's name, in small letters; empty without a dot."""
    _, dot, ending = path.rpartition("/")[2].rpartition(".")
    return ending.lower() if dot else ""

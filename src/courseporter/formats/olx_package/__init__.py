"""OLX packages read back from their blocks: outline, ledger and problems of our own packages and of
Studio's exports.
"""

from courseporter.formats.olx_package.index import Index
from courseporter.formats.olx_package.package import Package, read_package
from courseporter.formats.olx_package.walk import Found, Walk

__all__ = ["Found", "Index", "Package", "Walk", "read_package"]

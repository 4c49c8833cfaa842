"""The one store: a database of jobs and drafts, and the bytes of assets named by their hash."""

from courseporter.store.assets import AssetStore, Stored
from courseporter.store.open import Store, open_store, temporary_store

__all__ = ["AssetStore", "Store", "Stored", "open_store", "temporary_store"]

"""feedbot: from a page of news to feeds that never go bad and notifications that are never lost."""

__version__ = "0.1.0"

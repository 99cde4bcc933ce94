"""Config: one YAML file becomes sources, feeds, targets and settings, or one report of all its problems."""

from feedbot.config.build import Config, Settings, id_of, load, load_text
from feedbot.config.edit import add_source, starting_text
from feedbot.config.explain import explain, schema_text
from feedbot.config.servers import Serve, Smtp

__all__ = [
    "Config",
    "Serve",
    "Settings",
    "Smtp",
    "add_source",
    "explain",
    "id_of",
    "load",
    "load_text",
    "schema_text",
    "starting_text",
]

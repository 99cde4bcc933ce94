"""Config: one YAML file becomes sources, feeds, targets and settings, or one report of all its problems."""

from feedbot.config.build import Config, Settings, id_of, load, load_text
from feedbot.config.edit import add_source, add_subscriptions, starting_text
from feedbot.config.explain import explain, schema_text
from feedbot.config.oversight import Canary, Oversight, Ping
from feedbot.config.servers import Serve, Smtp
from feedbot.config.subscriptions import read_opml

__all__ = [
    "Canary",
    "Config",
    "Oversight",
    "Ping",
    "Serve",
    "Settings",
    "Smtp",
    "add_source",
    "add_subscriptions",
    "explain",
    "id_of",
    "load",
    "load_text",
    "read_opml",
    "schema_text",
    "starting_text",
]

"""An operator's own templates of mails: read from their folder, and tried before they are used."""

from pathlib import Path

from feedbot.config.reading import Place, Read, from_file

_PLACE: Place = ("templates",)


def stationery(folder: str, found: Read) -> tuple[tuple[str, str], ...]:
    """Return names and texts of the templates in `folder`; what is wrong with them is noted in `found`."""
    if not folder:
        return ()
    if not Path(folder).is_dir():
        found.problem(_PLACE, f"there is no folder {folder}", "make it, or remove the key")
        return ()
    from feedbot.compose.email import fault  # noqa: PLC0415 - few have templates of their own
    from feedbot.compose.stationery import NAMES  # noqa: PLC0415 - the same

    names = sorted(path.name for path in Path(folder).glob("*.j2"))
    for name in names:
        if name not in NAMES:
            found.problem(_PLACE, f"no mail is made of {name}", f"the names are: {', '.join(sorted(NAMES))}")
    own = tuple((name, from_file(str(Path(folder) / name), _PLACE, found)) for name in names if name in NAMES)
    if own and (why := fault(own)):
        found.problem(_PLACE, f"a template cannot be used: {why}", "correct it, or remove it to use ours")
    return own

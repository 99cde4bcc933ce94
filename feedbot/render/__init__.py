"""Items -> the bytes of a published feed: Atom, RSS, JSON Feed, OPML, and a page for people.

Values in, bytes out: the same items give the same bytes on any machine at any time.
`edition` settles once what a feed says; every format then writes that down.
"""

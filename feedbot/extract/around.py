"""What stands around an article and is no part of it: navigation, share bars, newsletter boxes, related cards."""

import re
from collections import Counter
from itertools import islice

from feedbot.extract.links import Element
from feedbot.extract.vocabulary import BESIDE, BESIDE_HEADING, CHROME, names_of, words

MUTE = words(
    """
    script style template noscript nav form button input select textarea option svg iframe object embed canvas title
    link meta head dialog menu datalist progress meter map area base audio video
    """
)
"""Elements that say nothing of an article."""
WRAPPERS = words("nav form button noscript dialog menu object")
"""Those of them that a page may wrap around all it has to say, on purpose or because it does not close them."""
ASIDE = words("aside footer header")
ROLES = words(
    """
    navigation banner contentinfo complementary search dialog alertdialog alert menu menubar toolbar tablist tooltip
    form
    """
)
NOISE = (CHROME | BESIDE | words(
    """
    actions adblock adbox adcontainer ad adslot adunit adwrapper advertising affiliate alsoread anzeige attribution
    authorbio authorbox authorinfo backtotop banner banners bio biography bookmark bookmarks bottombar breadcrumblist
    byline bylines callout carousel copyright correlate cta datetime dateline dfp disclaimer disclosure donate
    donation entryfooter entrymeta externallinks follow followus furtherreading googlead infobar inread intext
    jumplist keywords kicker leaderboard lightbox like likes loginbox mailchimp mailinglist meta metadata morefrom
    morelinks morenews nextprev optin outbrain overline overlay partners paywall permalink playlist postfooter postinfo
    postmeta postnav premium prevnext print printonly publishdate pubdate rating ratings reaction reactions readalso
    readingtime readmore readnext recirc recommend reclame recommendation relatedarticles relatedcontent relatedlinks
    relatednews relatedposts relatedstories screenreader screenreadertext seealso shareaholic sharedaddy sharetools
    sharing signup similar skyscraper slideshow snippet socialbar socialmedia sociallinks socialshare splash sronly
    subscribebox subnav suggested suggestions tab tabs taboola tags tagged teaser teasers timestamp tocbox tools toc
    tooltip trc utility visuallyhidden vote voting warning widgets zergnet
    """
)) - words("filter results main rail")  # fmt: skip
FIRM = words(
    """
    aside footer header navigation banner contentinfo complementary search dialog alertdialog alert cookie cookies
    consent gdpr newsletter subscribe sidebar related recommended
    """
)
"""Reasons to leave something out that hold however much it is."""
TALK = words(
    """
    comment comments commentlist commentform disqus discussion respond replies reply livefyre kommentar kommentare
    commentaires comentarios reacties forum
    """
)
"""Names of what readers say; it may be longer than the article."""
HEARTH = words(
    """
    articlebody articlecontent articletext bodycontent bodytext contentbody entrycontent entrytext maincontent
    postbody postcontent posttext storybody storycontent storytext richtext articlemain newscontent newsbody newstext
    """
)
"""Names of the element that holds an article's body."""
CAPTIONS = words(
    """
    caption captions credit credits figcaption imagecaption imagecredit imagedescription imgdescription
    mediadescription photocaption photocredit photodescription picturedescription
    """
)

_END = re.compile(
    r"(?:(?:related|recommended|similar|latest|top|trending|popular|featured|more|other|"
    r"further)\s+(?:\w+\s+)?(?:articles?|stories|posts?|news|content|reading|links?|coverage|resources|topics?)|"
    r"most (?:read|popular|viewed)|you (?:may|might) (?:also )?(?:like|enjoy|be interested)|read (?:next|also|more)|"
    r"see also|also (?:read|see|on)|about the (?:authors?|writers?|reviewers?|contributors?)|author bio|"
    r"leave a (?:reply|comment)|(?:post a |\d+ )?comments?(?: \(\d+\))?$|share (?:this|on|via|it|the)|"
    r"join the (?:conversation|discussion)|sign up|subscribe|newsletter|follow us|get (?:the latest|our|more)|"
    r"tags?:?$|topics?:?$|filed under|categories:?$|share:?$|advertisement|explore more|"
    r"more (?:from|on|in|about|like|to explore)\b|up next|what to read next|"
    r"(?:empfohlener (?:redaktioneller |externer )?inhalt|externer inhalt|das könnte|auch interessant|mehr zum "
    r"thema|mehr aus|weitere|lesen sie auch|kommentare|zum thema|ähnliche|verwandte|à lire|lire aussi|sur le même|"
    r"articles? (?:liés|similaires|connexes)|plus d['’]|commentaires|"
    r"relacionad|noticias relacionadas|te puede interesar|lee también|más (?:noticias|información|sobre)|comentarios|"
    r"leggi anche|potrebbe interessarti|articoli correlati|commenti|leia (?:também|mais)|veja também|lees ook|"
    r"meer over|gerelateerd|reacties|läs (?:också|även|mer)|les også|læs også|lue myös|czytaj (?:też|także)|"
    r"zobacz (?:też|także)|přečtěte|čtěte|související|kapcsolódó|citește și|citiți și|читайте (?:также|також)|"
    r"по теме|схожі|διαβάστε|δείτε|ilgili haberler|baca juga|xem thêm|関連記事|相关|相關|관련))",
    re.IGNORECASE,
)
"""How the heading begins of what comes after an article."""

_LINE = re.compile(
    r"(?:read (?:also|more|next|the full)|also read|see also|related(?: \w+)?:|more:|watch:|watch (?:the )?video|"
    r"listen:|(?:click|tap) here (?:to|for)|sign up|subscribe|follow (?:us|me|@)|like us on|join (?:us|our)|"
    r"share (?:this|on|via)|advertisement|advertising|sponsored|promoted|story continues|continue reading|scroll down|"
    r"skip to|(?:last )?updated?(?: on)?:|published(?: on)?:|posted (?:on|in|by)|filed (?:under|in)|tags?:|"
    r"categories:|topics?:|print|e-?mail (?:this|story)|reprints?|photo(?:graph)?s?(?: by| credit)?:|"
    r"image(?:s)?(?: by| credit)?:|(?:image|photo|picture|featured image) (?:credit|source|courtesy)|getty images|"
    r"credit:|source:? getty|© |copyright|all rights reserved|follow .{0,40} on (?:twitter|facebook|instagram|x\b)|"
    r"(?:download|get) (?:the|our) .{0,30}app\b|sign in|log in|register|lesen sie (?:auch|mehr)|mehr zum thema|"
    r"auch interessant|anzeige|werbung|foto:|bild:|lire aussi|à lire (?:aussi|également)|voir aussi|publicité|"
    r"crédits?(?: photo)?\s?:|lee también|le(?:e|er) más|te puede interesar|publicidad|leggi anche|guarda anche|"
    r"pubblicità|leia (?:também|mais)|veja também|publicidade|lees ook|lees meer|advertentie|läs (?:också|även|mer)|"
    r"annons|les også|læs også|lue myös|czytaj (?:też|także)|zobacz (?:też|także)|reklama|citește și|citiți și|"
    r"читайте (?:также|також)|реклама|διαβάστε (?:επίσης|ακόμα)|baca juga|xem thêm)",
    re.IGNORECASE,
)
"""How a short line begins that leads away from an article or says nothing of its matter."""

HIDDEN = "hidden"
MOST_LINES = 500
_TEXTUAL = ("p", "br", "div", "td", "section", "article")
_HIDES = re.compile(r"(?:(?:.*--)?|(?:is|u|js|visually|screen-?reader)[-_]*)hidden", re.IGNORECASE)
_GONE = re.compile(r"(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.IGNORECASE)


def mute(element: Element) -> bool:
    """Say whether an element never holds a part of an article, whatever it is called."""
    return element.tag in MUTE or element.get("hidden") is not None or _is_microdata(element)


def _is_microdata(element: Element) -> bool:
    """Say whether an element says once more, for machines only, what the page shows."""
    scoped = element.tag in {"div", "span"} and element.get("itemscope") is not None
    return scoped and bool(_GONE.search(element.get("style") or ""))


def wrappers(root: Element) -> frozenset[Element]:
    """Return the elements of mute kinds that nonetheless hold much of what there is to read on a page."""
    held: Counter[Element] = Counter()
    lines = 0
    for one in islice((one for one in root.iter(*_TEXTUAL) if _long(one)), MOST_LINES):
        lines += 1
        held.update(up for up in one.iterancestors(*WRAPPERS))
    return frozenset(one for one, count in held.items() if count > 2 and count > 0.4 * lines)


def _long(one: Element) -> bool:
    """Say whether a long text stands directly in an element, or behind it where it breaks a line."""
    return len((one.tail if one.tag == "br" else one.text) or "") > 80


def beside(element: Element) -> str:
    """Return why an element stands around an article: its kind, its role or its name; nothing where it does not."""
    if element.tag in ASIDE:
        above = element.getparent()
        return "" if above is not None and above.tag == "blockquote" else str(element.tag)
    if (role := (element.get("role") or "").lower()) in ROLES:
        return role
    if element.get("aria-hidden") == "true" or element.get("aria-modal") == "true":
        return HIDDEN
    if (style := element.get("style")) and _GONE.search(style):
        return HIDDEN
    if (said := element.get("class")) and "hidden" in said.lower() and _hides(said):
        return HIDDEN
    names = _names(element)
    return "" if names & HEARTH else min(names & NOISE, default="")


def _hides(said: str) -> bool:
    """Say whether a class hides its element: `hidden` does, `label-hidden` and `overflow-hidden` hide other things."""
    if any(word in said for word in (":block", ":flex", ":grid")):
        return False
    return any(_HIDES.fullmatch(word) for word in said.split())


def talk(element: Element) -> bool:
    """Say whether readers talk in an element."""
    return bool(_names(element) & TALK)


def hearth(element: Element) -> bool:
    """Say whether an element calls itself the body of an article."""
    if "articleBody" in (element.get("itemprop") or ""):
        return True
    return bool(_names(element) & HEARTH)


def caption(element: Element) -> bool:
    """Say whether an element calls itself the caption or the credit of a picture."""
    said = element.get("class")
    return bool(said) and len(element) < 6 and bool(names_of(said) & CAPTIONS)


def ends(heading: str) -> bool:
    """Say whether a heading begins what comes after an article."""
    text = heading.strip()
    return len(text) <= 80 and bool(_END.match(text) or BESIDE_HEADING.match(text))


def leads_away(line: str) -> bool:
    """Say whether a line only leads away from the article, or says nothing of its matter."""
    return bool(_LINE.match(line.lstrip(" ►▶»>•*[(—–-:|")))


def _names(element: Element) -> frozenset[str]:
    said = element.get("class") or ""
    own = element.get("id") or ""
    return names_of(f"{said} {own}" if own else said)

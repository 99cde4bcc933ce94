"""Words by which publishers of many languages tell what a part of a page is."""

import re
from functools import lru_cache
from itertools import pairwise


def words(text: str) -> frozenset[str]:
    """Return the words of a text as a set."""
    return frozenset(text.split())


CHROME = words(
    """
    addthis breadcrumb breadcrumbs brotkrumen bunntekst  consent cookie cookies crumbs disqus
    dropdown    flyout footer fussnavigation fusszeile gdpr hamburger langswitch languages
    login masthead megamenu menu menue modal nav navbar navegacion navi navigation navigazione newsletter
    offcanvas onetrust pagenav pager pagination paginator paging piedepagina popup rodape
    share sharebar sharing sidfot signin skip skiplink skiplinks social socials stopka submenu subscribe
     tagcloud taglist toolbar topbar
    """
)
"""Names of classes and ids that stand around the news, never in it."""

WEAK = words(
    """
    search searchform filter filters facet facets comments tags drawer subscription
    """
)
"""Names that stand around the news too, unless they come with one of `HOLDING`."""

HOLDING = words(
    """
    results result list listing news items articles posts entries content table view page main wrapper container
    """
)

BESIDE = words(
    """
    ads advert advertisement aside correlati mostread mostviewed populaires popular promo promos promotion rail
    recommendations recommended relacionados related seitenleiste sidebar sidebars sponsor sponsored trending
    verwandte widget
    """
)
"""Names of what stands beside the news: lists of their own, seldom the news list."""

AUTHOR_NAMES = words(
    """
    auteur author authors autor autore byline contributor contributors username writer
    """
)

CATEGORY_NAMES = words(
    """
    badge categoria categorie categories category chip department eyebrow flag kategorie kicker kind label pill
    rubric rubrik rubrique seccion section sezione tag taxonomy tema thema tipo topic type
    """
)

DATE_NAMES = words(
    """
    data date dateline datetime datum fecha issued posted pubdate published time timestamp
    """
)

TITLE_NAMES = words(
    """
    caption heading headline name subject titel title titolo titre titulo
    """
)

SUMMARY_NAMES = words(
    """
    abstract blurb body content deck dek desc description excerpt intro lead lede snippet standfirst summary
    teaser text
    """
)

HIDDEN_NAMES = words(
    """
    assistive hidden offscreen screenreader screenreadertext sronly visuallyhidden
    """
)

BESIDE_HEADING = re.compile(
    r"(?:most (?:read|popular|viewed|shared|discussed)|popular|trending|related|recommended|you (?:may|"
    r"might) (?:also )?like|more from|more on|further reading|also read|see also|quick links|useful links|"
    r"tags?|categories|archives?|topics|meistgelesen\w*|beliebt\w*|verwandte\w*|das könnte sie|"
    r"auch interessant|plus lus|les plus|à lire aussi|articles liés|más leíd\w*|lo más|relacionad\w*|"
    r"più lett\w*|correlati|mais lid\w*|populair\w*|meest gelezen|mest lest\w*|mest lästa|mest læste|"
    r"luetuimmat|najczęściej|popularne|популярн\w*|читайте также|人気\w*|関連\w*|热门\w*|相关\w*)\b",
    re.IGNORECASE,
)
"""How the heading of such a list begins."""

MORE = re.compile(
    r"\W*(?:(?:please )?(?:click|tap) here|(?:read|learn|see|find out|show|view|discover|"
    r"get)(?: the)?(?: (?:more|full|whole|story|article|post|report|news|details?|item|document|page|on|now|"
    r"further|blog|text|it))+|read|more|more (?:info|information|details?)|details?|view|open|link|here|go|"
    r"continue(?: reading)?|download(?: (?:the )?(?:pdf|file|document|report))?|full (?:story|text|article)|"
    r"permalink|weiterlesen|mehr(?: (?:erfahren|lesen|dazu))?|zum artikel|lesen sie mehr|lire(?: (?:la suite|"
    r"plus|l.article))|en savoir plus|la suite|leer(?: más)|más información|ver más|leggi(?: (?:tutto|di più|"
    r"l.articolo))?|continua(?: a leggere)?|approfondisci|ler mais|leia mais|saiba mais|lees(?: (?:meer|"
    r"verder))|meer(?: (?:lezen|info))?|läs mer|les mer|læs mere|lue lisää|czytaj(?: (?:więcej|dalej))|więcej|"
    r"číst (?:dál|více)|více|viac|tovább|bővebben|citește(?: mai mult)?|devamı(?:nı oku)?|читать (?:далее|"
    r"полностью)|подробнее|далее|περισσότερα|続きを読む|もっと見る|詳細|阅读(?:全文|更多)|查看(?:更多|"
    r"详情)|更多|더 ?보기|اقرأ المزيد|المزيد|קרא עוד)(?:[\s\W]*\d*)\W*",
    re.IGNORECASE,
)
"""Words of a link that say no more than that there is more; matched against the whole."""

FILE_WORDS = re.compile(
    r"(?:(?:web|print|full|signed|text|audio|video|agenda|minutes|attachments?|opinion|order|document|annex|"
    r"version|view|html?|pdf|docx?|xlsx?|pptx?|odt|rtf|mp3|mp4|file|download|open|listen|watch|play|notice|"
    r"summary|\(?\d+(?:[.,]\d+)? ?[kmg]i?b?\)?)[\s:,()\[\]/|.-]*)+",
    re.IGNORECASE,
)
"""Words of a link that name the file and not what it says; matched against the whole."""

PAPER = re.compile(
    r"\W*(?:(?:view|read|download|open|see)\s+)?(?:the\s+)?(?:full\s+)?(?:opinion|order|judge?ment|decision|ruling|verdict|"
    r"resolution|decree)s?(?:\s*(?:no|nr|#)?\.?\s*[\w./-]*\d[\w./-]*)?\W*(?:pdf\W*)?",
    re.IGNORECASE,
)
"""Words of a link to the very paper that a list of papers is about; matched against the whole."""

ACTION = re.compile(
    r"\W*(?:reply|replies|comments?|comment|share|tweet|like|likes|print|e-?mail|save|bookmark|flag|hide|"
    r"report|edit|log ?in|sign (?:in|up)|register|subscribe|follow|previous|next|older|newer|first|last|back|"
    r"home|top|\d+ comments?|discuss|kommentare?|commentaires?|comentarios?|commenti|teilen|partager|compartir"
    r"|condividi|drucken|zurück|weiter|suivant|précédent|siguiente|anterior|all news|view all|see all|show all"
    r"|alle anzeigen|tous|todos|(?:older|newer|previous|next|earlier|more|all|view all|see all)(?: news)? "
    r"(?:entries|posts|articles|stories|items|news|page|pages|updates)|(?:ältere|neuere|weitere|alle) (?:beiträge|"
    r"meldungen|artikel|nachrichten|einträge)|(?:plus d.|toutes les |tous les )(?:actualités|articles)|"
    r"(?:más|todas las) noticias)\W*(?:\d+\W*)?",
    re.IGNORECASE,
)
"""Words of a link that does something or moves through the site; matched against the whole."""

SPONSORED = re.compile(
    r"\W*(?:sponsored(?: (?:content|post|story))?|advert(?:isement|orial)?|promoted|paid (?:post|content|"
    r"partnership)|partner content|anzeige|werbung|gesponsert|publicité|sponsorisé|publicidad|patrocinado|pubblicità|"
    r"publicidade|advertentie|annons|annonse|annonce|reklama|reklám|реклама|広告|广告|광고|إعلان)\W*",
    re.IGNORECASE,
)
"""A word on a card by which a publisher says that it was paid for; matched against the whole."""

SPONSORED_NAMES = words("advert advertisement advertorial promoted sponsored")
"""Names of such cards."""

NEWS_HEADING = re.compile(
    r"(?:(?:latest|recent|our|all|top|more|the) )*(?:news|stories|articles|posts|updates|announcements|press|"
    r"blog|headlines)\b|"
    r"aktuell|neuigkeit|nachricht|meldung|neues|actualités|à la une|noticias|novedades|notizie|notícias|nieuws|nyheter|"
    r"nyheder|uutiset|aktualności|wiadomości|aktuality|novinky|hírek|știri|vijesti|новости|новини|νέα|haberler|berita|"
    r"お知らせ|ニュース|新闻|新聞|소식|뉴스|أخبار|חדשות",
    re.IGNORECASE,
)
"""How the heading of a list of news begins."""

OTHER_HEADING = re.compile(
    r"(?:(?:upcoming|next|our|all|past|forthcoming|latest|current|featured|more|the) )*(?:events?|diary|"
    r"calendar|what.?s on|jobs?|vacanc|careers|courses|workshops|exhibitions|services|products|shop)\b|"
    r"veranstaltung|termine|kalender|stellen|agenda|événement|évènement|eventos|próximos|eventi|appuntamenti|evenement|"
    r"vacature|arrangement|evenemang|wydarzenia|akce|события|мероприят|events|etkinlik|イベント|活动|행사|فعاليات",
    re.IGNORECASE,
)
"""How the heading of a list of other things begins."""

BYLINE = re.compile(
    r"^(?:(?:written |posted |published )?by|von|par|por|di|door|av|af|autor(?:in)?|author|auteur|autore|"
    r"przez)[:\s]+(?=\S)",
    re.IGNORECASE,
)
"""How a line that names an author begins."""

_SPLIT = re.compile(r"[^A-Za-z]+|(?<=[a-z])(?=[A-Z])")


@lru_cache(maxsize=8192)
def names_of(text: str) -> frozenset[str]:
    """Return the words of a class or id attribute: `card__date` and `cardDate` both hold `date`."""
    if not text:
        return frozenset()
    found = [word.lower() for word in _SPLIT.split(text) if word]
    return frozenset(found) | {first + second for first, second in pairwise(found)}

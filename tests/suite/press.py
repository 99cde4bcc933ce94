"""Press: newsrooms that publish day by day, made up from few words in several languages; one seed, one newsroom."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from random import Random

DAY = timedelta(days=1)
BEGIN = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One piece of news; `number` tells it from every other one of its newsroom."""

    number: int
    title: str
    slug: str
    summary: str
    published: datetime
    author: str
    category: str
    guid: str = ""
    link: str = ""
    """Where its page is, as the newsroom writes it now."""


@dataclass(frozen=True, slots=True)
class Tongue:
    """A language: words for headlines, `|` between them, and how it writes a date."""

    code: str
    who: str
    does: str
    what: str
    where: str
    months: str
    form: str
    kinds: Sequence[str]
    more: str
    news: str

    def month(self, number: int) -> str:
        """Return the name of a month as it stands in a date."""
        return self.months.split("|")[number - 1]

    def date(self, when: datetime) -> str:
        """Write a day."""
        return self.form.format(day=when.day, month=self.month(when.month), year=when.year, number=when.month)


ENGLISH = Tongue(
    "en",
    "Harbour board|Ministry of transport|City council|Health service|Water company|Library trust|"
    "Fire brigade|University senate|Museum’s curators|Rail operator|School governors|Coastguard",
    "opens|closes|reviews|praises|extends|delays|funds|rebuilds|inspects|restores|cancels|welcomes",
    "café quarter|ferry link|flood barrier|night bus|maternity unit|reading room|tram depot|market hall|"
    "footbridge|water works|observatory|playing fields|archive|bird reserve|power line",
    "in Northgate|at Millbrook|near the old quay|along the river|in Ashford Vale|on Castle Hill|by the estuary",
    "January|February|March|April|May|June|July|August|September|October|November|December",
    "{day} {month} {year}",
    ("News", "Report", "Statement"),
    "Read more",
    "News",
)
GERMAN = Tongue(
    "de",
    "Der Stadtrat|Das Gesundheitsamt|Die Feuerwehr|Der Zweckverband|Die Hochschule|Das Museum|"
    "Der Landkreis|Die Hafenbehörde|Das Bürgerbüro|Die Stadtwerke",
    "eröffnet|schließt|prüft|erweitert|verschiebt|fördert|saniert|begrüßt|verlängert|übernimmt",
    "die Fähre|das Hallenbad|die Brücke|den Nachtbus|das Kurhaus|die Kläranlage|den Wochenmarkt|"
    "die Bücherei|das Archiv|den Spielplatz|die Grünfläche",
    "in Oberhausen|am Mühlbach|bei der Burg|an der Küste|im Süden|auf dem Weinberg|in Köln",
    "Januar|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November|Dezember",
    "{day}. {month} {year}",
    ("Meldung", "Bericht", "Presse"),
    "Weiterlesen",
    "Aktuelles",
)
FRENCH = Tongue(
    "fr",
    "La mairie|Le conseil régional|L’hôpital|La préfecture|Le musée|L’université|La métropole|Le port|"
    "La médiathèque|Le département",
    "inaugure|ferme|rénove|soutient|prolonge|reporte|étudie|présente|réouvre|agrandit",
    "la piscine|le marché couvert|la passerelle|le tramway|l’école|la bibliothèque|le théâtre|la crèche|"
    "le jardin d’été|la forêt",
    "à Évreux|au bord du fleuve|près de la gare|à l’île verte|au château|en périphérie|à Besançon",
    "janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre",
    "{day} {month} {year}",
    ("Actualité", "Rapport", "Communiqué"),
    "Lire la suite",
    "Actualités",
)
POLISH = Tongue(
    "pl",
    "Rada miasta|Zarząd portu|Szpital|Uczelnia|Muzeum|Straż pożarna|Wodociągi|Biblioteka|Powiat|Kolej",
    "otwiera|zamyka|sprawdza|rozbudowuje|wspiera|odracza|odnawia|ogłasza|przejmuje|przedłuża",
    "przystań|pływalnię|most pieszy|oczyszczalnię|czytelnię|targowisko|zajezdnię|ścieżkę|śluzę|żłobek",
    "w Łodzi|nad rzeką|koło zamku|na południu|w Gdyni|przy dworcu|na wzgórzu",
    "stycznia|lutego|marca|kwietnia|maja|czerwca|lipca|sierpnia|września|października|listopada|grudnia",
    "{day} {month} {year}",
    ("Aktualności", "Raport", "Ogłoszenie"),
    "Czytaj więcej",
    "Aktualności",
)
SPANISH = Tongue(
    "es",
    "El ayuntamiento|La diputación|El hospital|La universidad|El museo|La autoridad portuaria|El consejo|"
    "La policía|El canal de riego|La biblioteca",
    "abre|cierra|revisa|amplía|aplaza|financia|restaura|inspecciona|presenta|celebra",
    "la estación|el puente|la guardería|el mercado|el tranvía|la fábrica|el jardín|la línea nocturna|"
    "el faro|la depuradora",
    "en Cádiz|junto al río|en el barrio alto|cerca del muelle|en A Coruña|en la montaña|en León",
    "enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre",
    "{day} de {month} de {year}",
    ("Noticia", "Informe", "Nota"),
    "Leer más",
    "Noticias",
)
TONGUES = (ENGLISH, GERMAN, FRENCH, POLISH, SPANISH)
_PEOPLE = ("Ann Lévy", "Jörg Brandt", "Mia Novák", "Tom Aske", "Zoë Hart")
_FLAT = str.maketrans("’äöüßéèêàâçłńśżźćąęóíáñúûîï", "-aousEeeaaclnszzcaeoianuuii".lower())


@dataclass
class Press:
    """A newsroom: `stories` as they came, the newest last."""

    tongue: Tongue
    seed: int
    pace: float = 0.6
    """New pieces on a working day, about."""
    now: datetime = BEGIN
    stories: list[Story] = field(default_factory=list)
    count: int = 0
    random: Random = field(init=False)

    def __post_init__(self) -> None:
        self.random = Random(self.seed)
        for age in range(40, 0, -1):
            self._write(self.now - DAY * age * 0.9)

    def latest(self, most: int) -> list[Story]:
        """Return the newest pieces, the newest first."""
        return sorted(self.stories, key=lambda one: (one.published, one.number), reverse=True)[:most]

    def wait(self, hours: float) -> None:
        """Let time go by; nothing is written at night and at weekends, or in quiet weeks."""
        until = self.now + timedelta(hours=hours)
        chance = self.pace * hours / 24
        quiet = self.now.weekday() > 4 or (self.now.isocalendar().week + self.seed) % 9 == 0
        busy = self.random.random() < 0.02
        for _ in range(5 if busy else 2):
            if not quiet and self.random.random() < (0.9 if busy else chance):
                self._write(self.now + (until - self.now) * self.random.random())
        self.now = until

    def write(self, **said: object) -> Story:
        """Publish a piece now, with what is said of it."""
        self._write(self.now)
        self.stories[-1] = replace(self.stories[-1], **said)  # type: ignore[arg-type]
        return self.stories[-1]

    def edit(self, story: Story, **said: object) -> Story:
        """Say something else of a piece."""
        place = next(place for place, one in enumerate(self.stories) if one.number == story.number)
        self.stories[place] = replace(self.stories[place], **said)  # type: ignore[arg-type]
        return self.stories[place]

    def _write(self, when: datetime) -> None:
        words = self.tongue

        def pick(some: str) -> str:
            return self.random.choice(some.split("|"))

        self.count += 1
        titles = {one.title for one in self.stories}
        title = f"{pick(words.who)} {pick(words.does)} {pick(words.what)} {pick(words.where)}"
        while title in titles:
            title = f"{pick(words.who)} {pick(words.does)} {pick(words.what)} {pick(words.where)}"
        rest = ", ".join(f"{pick(words.who)} {pick(words.does)} {pick(words.what)}" for _ in range(3))
        slug = "-".join("".join(c if c.isalnum() else " " for c in title.lower().translate(_FLAT)).split())
        self.stories.append(
            Story(
                number=self.count,
                title=title,
                slug=slug,
                summary=f"{rest} {pick(words.where)}.",
                published=when.replace(second=0, microsecond=0),
                author=self.random.choice(_PEOPLE),
                category=self.random.choice(words.kinds),
                guid=f"urn:newsroom:{self.seed}:{self.count}",
                link=f"/{words.news.lower().translate(_FLAT)}/{slug}",
            )
        )

"""Dates that are told from now: `2 hours ago`, `gestern, 10:15 Uhr`, `hace 3 días`."""

import re
from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from feedbot.extract.clock import clock_beside

Moment = datetime | date

_UNITS = """
second second seconds sec secs sekunde sekunden seconde secondes segundo segundos secondo secondi seconden sekund sekunder sekunnin секунд секунды секунду sekundy saniye detik giây 秒 초
minute minute minutes min mins minuten minuto minutos minuti minuut minuter minutter minutt minuuttia minuutti minut minuty minutę minutami perc perce perccel minutu minúty minútami хвилин хвилини хвилину минут минуты минуту минути минута dakika dk menit phút λεπτά λεπτό minute minuta minutes'il 分钟 分鐘 分 분 دقيقة دقائق דקות minuts minučių minūtēm minutit
hour hour hours hr hrs h std stunde stunden heure heures hora horas ora ore uur uren timme timmar time timer tuntia tunti godzin godziny godzinę hodin hodinami hodinou hodiny hodín óra órája órával часа часов час година години годин годину часа ώρες ώρα saat sa jam giờ 時間 小时 小時 시간 ساعة ساعات שעות hores valandas valandų stundām tundi sati sata ură घंटे
day day days d tag tage tagen jour jours j día días dia dias giorno giorni dag dagen dagar dage dager päivää päivä dni dzień dny dnem dňami nap napja nappal дней дня день днів дні ден дена дни дня μέρες ημέρες ημέρα gün hari ngày 日 天 일 يوم أيام ימים dies dies dienas dienām päeva dana dan zile zi दिन
week week weeks wk wks w woche wochen semaine semaines semana semanas settimana settimane week weken vecka veckor uge uger uke uker viikkoa viikko tydzień tygodnie tygodni týdny týdnem týždňami hete недель недели неделю тижні тиждень тижнів седмица седмици εβδομάδες hafta minggu tuần 週間 周 주 أسبوع أسابيع שבועות setmanes
month month months mo mos monat monate monaten mois mes meses mese mesi mês maand maanden månad månader måned måneder kuukautta kuukausi miesiąc miesiące miesięcy měsíci měsícem mesiacmi hónap hónapja месяцев месяца месяц місяці місяць місяців месец месеца μήνες ay bulan tháng か月 ヶ月 个月 個月 개월 شهر أشهر חודשים
year year years yr yrs jahr jahre jahren an ans año años ano anos anno anni jaar år vuotta vuosi rok lata lat lety rokem rokmi év éve лет года год роки рік років година години χρόνια yıl tahun năm 年 년 سنة سنوات שנים
"""  # noqa: E501 - one line holds one unit
_LEADS = "vor|il y a|hace|há|fa|för|for|před|pred|acum|prije|пре|преди|πριν από|πριν|prieš|pirms|منذ|قبل|לפני"
_TAILS = (
    "ago|fa|atrás|geleden|sedan|siden|sitten|temu|ezelőtt|назад|тому|önce|lalu|"
    "yang lalu|trước|前|전|tagasi|पहले|dawno|leden"
)
_NEEDS_TAIL = {"för", "for"}
_PAST = {"perce", "órája", "napja", "hete", "hónapja", "éve"}
"""Units that say by themselves that they are over."""
_ONES = (
    "an?|one|ein(?:e[rmn]?)?|une?|una?|uno|uma?|einen|en|ett|et|een|één|jeden|jedną|egy|un'|"
    "один|одну|одна|bir|yksi|satu"
)
_AGO = re.compile(
    rf"(?:(?<!\w)(?P<lead>{_LEADS})\s+)?(?:(?:etwa|ca\.?|circa|about|over|almost|around|cca)\s+)?"
    rf"(?:(?P<count>\d{{1,3}})\s?|(?P<one>(?<!\w)(?:{_ONES}))\s)(?P<unit>[^\W\d_]+(?:[\u0900-\u097f]*)?)\.?"
    rf"(?:\s?(?P<tail>{_TAILS})(?!\w))?",
    re.IGNORECASE,
)
_SHORT = re.compile(r"(\d{1,2})\s?(h|hr|hrs|d)")
_DAYS_AGO = {
    0: {
        "": "today|heute|aujourd'hui|aujourd’hui|hoy|oggi|hoje|vandaag|idag|i dag|"
        "tänään|dzisiaj|dziś|dnes|"
        "astăzi|azi|danas|сегодня|сьогодні|днес|σήμερα|bugün|hari ini|hôm nay|avui|"
        "gaur|šiandien|šodien|täna|今日|今天|오늘|اليوم|היום|आज",
        "hu": "ma",
    },
    1: {
        "": "yesterday|gestern|ayer|ieri|ontem|gisteren|igår|i går|"
        "eilen|wczoraj|včera|tegnap|jučer|juče|вчера|вчора|χθες|"
        "χτες|dün|kemarin|hôm qua|ahir|atzo|vakar|eile|昨日|昨天|어제|أمس|אתמול|कल",
        "fr": "hier",
    },
    2: {"": "vorgestern|avant-hier|anteayer|anteontem|eergisteren|przedwczoraj|позавчера|一昨日|前天|그저께"},
}
_NOW = re.compile(
    r"(?:just now|moments? ago|a (?:few )?(?:moments?|seconds?) ago|gerade eben|soeben|"
    r"à l['’]instant|ahora mismo|zojuist|adesso)\W*",
    re.IGNORECASE,
)
_SAID = re.compile(r"^(?:(?:published|posted|updated|added|on|veröffentlicht|publié|publicado)\b\W*)+", re.IGNORECASE)


def ago(text: str, now: datetime, timezone: str, language: str | None) -> Moment | None:
    """Return the moment that `text` tells from `now` (aware), None where it tells none."""
    here = now.astimezone(ZoneInfo(timezone))
    low = _SAID.sub("", text.strip())
    if _NOW.fullmatch(low):
        return here.replace(second=0, microsecond=0)
    if len(low) <= 60 and (found := _day(low, here, timezone, language)):
        return found
    if found_short := _SHORT.fullmatch(low):
        return _before(here, int(found_short[1]), "day" if found_short[2] == "d" else "hour")
    for told in _AGO.finditer(low):
        if unit := _unit(told):
            return _before(here, int(told["count"] or 1), unit)
    return None


def _unit(told: re.Match[str]) -> str | None:
    """Return the unit of a span of time; None where nothing says that it lies in the past."""
    word, lead = told["unit"].lower(), (told["lead"] or "").lower()
    if told["tail"] or (lead and lead not in _NEEDS_TAIL) or word in _PAST:
        return _units().get(word)
    glued = None if word.isascii() else re.match(rf"(.+?)(?:{_TAILS})", word)
    return _units().get(glued[1]) if glued else None


def _day(text: str, here: datetime, timezone: str, language: str | None) -> Moment | None:
    for days, words in _days().items():
        for tongue, pattern in words:
            if tongue and (language or "")[:2].lower() != tongue:
                continue
            found = pattern.match(text)
            if found and len(text) - found.end() <= 30:
                day = here.date() - timedelta(days=days)
                clock = clock_beside(text, 0, found.end(), timezone)
                if clock is None:
                    return day if not re.search(r"\w{3}", text[found.end() :]) else None
                return datetime(
                    day.year,
                    day.month,
                    day.day,
                    clock.hour,
                    clock.minute,
                    clock.second,
                    tzinfo=clock.zone or here.tzinfo,
                )
    return None


def _before(here: datetime, count: int, unit: str) -> Moment | None:
    try:
        match unit:
            case "second" | "minute" | "hour":
                return (here - timedelta(**{f"{unit}s": count})).replace(second=0, microsecond=0)
            case "day" | "week":
                return here.date() - timedelta(days=count * (7 if unit == "week" else 1))
            case _:
                return here.date() - timedelta(days=round(count * (30.44 if unit == "month" else 365.25)))
    except OverflowError:
        return None


@lru_cache(maxsize=1)
def _units() -> dict[str, str]:
    found: dict[str, str] = {}
    for line in _UNITS.strip().splitlines():
        unit, *words = line.split()
        for word in words:
            found.setdefault(word, unit)
    return found


@lru_cache(maxsize=1)
def _days() -> dict[int, list[tuple[str, re.Pattern[str]]]]:
    return {
        days: [(tongue, re.compile(rf"(?:{words})(?!\w)", re.IGNORECASE)) for tongue, words in said.items()]
        for days, said in _DAYS_AGO.items()
    }

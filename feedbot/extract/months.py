"""Names of the months as news writes them: full, short and inflected, in some fifty languages."""

import re
import unicodedata
from functools import lru_cache

_TABLE = """
en january|jan february|feb|febr march|mar april|apr may june|jun july|jul august|aug september|sep|sept october|oct november|nov december|dec
de januar|jänner|jan februar|feber|feb|febr märz|maerz|mär|mrz april|apr mai juni|jun juli|jul august|aug september|sept|sep oktober|okt november|nov dezember|dez
fr janvier|janv|jan février|févr|fév mars avril|avr mai juin juillet|juil août septembre|sept octobre|oct novembre|nov décembre|déc
es enero|ene febrero|feb marzo|mar abril|abr mayo|may junio|jun julio|jul agosto|ago septiembre|setiembre|sept|sep octubre|oct noviembre|nov diciembre|dic
it gennaio|gen|genn febbraio|feb|febbr marzo|mar aprile|apr maggio|mag|magg giugno|giu luglio|lug agosto|ago settembre|set|sett ottobre|ott novembre|nov dicembre|dic
pt janeiro|jan fevereiro|fev março|mar abril|abr maio|mai junho|jun julho|jul agosto|ago setembro|set outubro|out novembro|nov dezembro|dez
nl januari|jan februari|feb|febr maart|mrt april|apr mei juni|jun juli|jul augustus|aug september|sep|sept oktober|okt november|nov december|dec
sv januari|jan februari|feb|febr mars|mar april|apr maj juni|jun juli|jul augusti|aug september|sep|sept oktober|okt november|nov december|dec
da januar|jan februar|feb marts|mar april|apr maj juni|jun juli|jul august|aug september|sep|sept oktober|okt november|nov december|dec
nb januar|jan februar|feb mars|mar april|apr mai juni|jun juli|jul august|aug september|sep|sept oktober|okt november|nov desember|des
fi tammikuuta|tammikuu|tammi helmikuuta|helmikuu|helmi maaliskuuta|maaliskuu|maalis huhtikuuta|huhtikuu|huhti toukokuuta|toukokuu|touko kesäkuuta|kesäkuu|kesä heinäkuuta|heinäkuu|heinä elokuuta|elokuu|elo syyskuuta|syyskuu|syys lokakuuta|lokakuu|loka marraskuuta|marraskuu|marras joulukuuta|joulukuu|joulu
is janúar|jan febrúar|feb mars apríl|apr maí júní|jún júlí|júl ágúst|ágú september|sep október|okt nóvember|nóv desember|des
pl stycznia|styczeń|sty lutego|luty|lut marca|marzec|mar kwietnia|kwiecień|kwi maja|maj czerwca|czerwiec|cze lipca|lipiec|lip sierpnia|sierpień|sie września|wrzesień|wrz października|październik|paź listopada|listopad|lis grudnia|grudzień|gru
cs ledna|leden|led února|únor|úno března|březen|bře dubna|duben|dub května|květen|kvě června|červen|čvn července|červenec|čvc srpna|srpen|srp září|zář října|říjen|říj listopadu|listopad|lis prosince|prosinec|pro
sk januára|január|jan februára|február|feb marca|marec|mar apríla|apríl|apr mája|máj júna|jún júla|júl augusta|august|aug septembra|september|sep októbra|október|okt novembra|november|nov decembra|december|dec
hu január|januári|jan február|februári|febr|feb március|márciusi|márc április|áprilisi|ápr május|májusi|máj június|júniusi|jún július|júliusi|júl augusztus|augusztusi|aug szeptember|szeptemberi|szept október|októberi|okt november|novemberi|nov december|decemberi|dec
ro ianuarie|ian februarie|feb martie|mar aprilie|apr mai iunie|iun iulie|iul august|aug septembrie|sept|sep octombrie|oct noiembrie|noi|nov decembrie|dec
hr siječnja|siječanj|sij veljače|veljača|velj ožujka|ožujak|ožu travnja|travanj|tra svibnja|svibanj|svi lipnja|lipanj|lip srpnja|srpanj|srp kolovoza|kolovoz|kol rujna|rujan|ruj listopada|listopad|lis studenoga|studenog|studeni|stu prosinca|prosinac|pro
sl januarja|januar|jan februarja|februar|feb marca|marec|mar aprila|april|apr maja|maj junija|junij|jun julija|julij|jul avgusta|avgust|avg septembra|september|sep oktobra|oktober|okt novembra|november|nov decembra|december|dec
sr јануара|јануар|јан|januara фебруара|фебруар|феб|februara марта|март|мар априла|април|апр маја|мај јуна|јун|juna јула|јул|jula августа|август|авг септембра|септембар|сеп|septembar октобра|октобар|окт|oktobar новембра|новембар|нов|novembar децембра|децембар|дец|decembar
mk јануари|јан февруари|фев март|мар април|апр мај јуни|јун јули|јул август|авг септември|септ октомври|окт ноември|ноем декември|дек
bg януари|ян|яну февруари|февр|фев март|мар април|апр май юни юли август|авг септември|септ|сеп октомври|окт ноември|ноем|ное декември|дек
ru января|январь|янв февраля|февраль|февр|фев марта|март|мар апреля|апрель|апр мая|май июня|июнь|июн июля|июль|июл августа|август|авг сентября|сентябрь|сент|сен октября|октябрь|окт ноября|ноябрь|нояб|ноя декабря|декабрь|дек
uk січня|січень|січ лютого|лютий|лют березня|березень|бер квітня|квітень|квіт травня|травень|трав червня|червень|черв липня|липень|лип серпня|серпень|серп вересня|вересень|вер жовтня|жовтень|жовт листопада|листопад|лист грудня|грудень|груд
be студзеня|студзень|сту лютага|люты|лют сакавіка|сакавік|сак красавіка|красавік|кра мая|май чэрвеня|чэрвень|чэр ліпеня|ліпень|ліп жніўня|жнівень|жні верасня|верасень|вер кастрычніка|кастрычнік|кас лістапада|лістапад|ліс снежня|снежань|сне
lt sausio|sausis|saus vasario|vasaris|vas kovo|kovas balandžio|balandis|bal gegužės|gegužė|geg birželio|birželis|birž liepos|liepa|liep rugpjūčio|rugpjūtis|rugp rugsėjo|rugsėjis|rugs spalio|spalis|spal lapkričio|lapkritis|lapkr gruodžio|gruodis|gruod
lv janvāris|janvārī|janv februāris|februārī|febr marts|martā aprīlis|aprīlī|apr maijs|maijā jūnijs|jūnijā|jūn jūlijs|jūlijā|jūl augusts|augustā|aug septembris|septembrī|sept oktobris|oktobrī|okt novembris|novembrī|nov decembris|decembrī|dec
et jaanuar|jaan veebruar|veebr märts aprill|apr mai juuni juuli august|aug september|sept oktoober|okt november|nov detsember|dets
el ιανουαρίου|ιανουάριος|ιαν|γενάρη φεβρουαρίου|φεβρουάριος|φεβ|φλεβάρη μαρτίου|μάρτιος|μαρ|μάρτη απριλίου|απρίλιος|απρ|απρίλη μαΐου|μάιος|μαΐ|μαι|μάη ιουνίου|ιούνιος|ιουν|ιούνη ιουλίου|ιούλιος|ιουλ|ιούλη αυγούστου|αύγουστος|αυγ σεπτεμβρίου|σεπτέμβριος|σεπ|σεπτ οκτωβρίου|οκτώβριος|οκτ νοεμβρίου|νοέμβριος|νοε|νοεμ δεκεμβρίου|δεκέμβριος|δεκ
tr ocak|oca şubat|şub mart|mar nisan|nis mayıs|may haziran|haz temmuz|tem ağustos|ağu eylül|eyl ekim|eki kasım|kas aralık|ara
az yanvar|yan fevral|fev mart|mar aprel|apr may iyun|iyn iyul|iyl avqust|avq sentyabr|sen oktyabr|okt noyabr|noy dekabr|dek
kk қаңтар|қаң ақпан|ақп наурыз|нау сәуір|сәу мамыр|мам маусым|мау шілде|шіл тамыз|там қыркүйек|қыр қазан|қаз қараша|қар желтоқсан|жел
id januari|jan februari|pebruari|feb maret|mar april|apr mei juni|jun juli|jul agustus|agu|agt|ags september|sep oktober|okt november|nopember|nov desember|des
ms januari|jan februari|feb mac april|apr mei jun julai|jul ogos|ogo september|sep oktober|okt november|nov disember|dis
fil enero|ene pebrero|peb marso|mar abril|abr mayo hunyo|hun hulyo|hul agosto|ago setyembre|set oktubre|okt nobyembre|nob disyembre|dis
sw januari|jan februari|feb machi|mac aprili|apr mei juni|jun julai|jul agosti|ago septemba|sep oktoba|okt novemba|nov desemba|des
af januarie|jan februarie|feb maart|mrt april|apr mei junie|jun julie|jul augustus|aug september|sep|sept oktober|okt november|nov desember|des
ca gener|gen febrer|febr|feb març abril|abr maig juny juliol|jul agost|ag setembre|set octubre|oct novembre|nov desembre|des
gl xaneiro|xan febreiro|feb marzo|mar abril|abr maio|mai xuño|xuñ xullo|xul agosto|ago setembro|set outubro|out novembro|nov decembro|dec
eu urtarrilaren|urtarrilak|urtarrila|urt otsailaren|otsailak|otsaila|ots martxoaren|martxoak|martxoa apirilaren|apirilak|apirila|api maiatzaren|maiatzak|maiatza|mai ekainaren|ekainak|ekaina|eka uztailaren|uztailak|uztaila|uzt abuztuaren|abuztuak|abuztua|abu irailaren|irailak|iraila|ira urriaren|urriak|urria|urr azaroaren|azaroak|azaroa|aza abenduaren|abenduak|abendua|abe
cy ionawr|ion chwefror|chwef mawrth|maw ebrill|ebr mai mehefin|meh gorffennaf|gorff awst medi hydref|hyd tachwedd|tach rhagfyr|rhag
ga eanáir|ean feabhra|feabh márta aibreán|aib bealtaine|beal meitheamh|meith iúil lúnasa|lún meán_fómhair|mfómh deireadh_fómhair|dfómh samhna|samhain|samh nollag|nollaig|noll
sq janar|jan shkurt|shk mars|mar prill|pri maj|mai qershor|qer korrik|korr gusht|gush shtator|sht tetor|tet nëntor|nën dhjetor|dhj
mt jannar|jan frar|fra marzu|mar april|apr mejju|mej ġunju|ġun lulju|lul awwissu|aww settembru|set ottubru|ott novembru|nov diċembru|diċ
lb januar|jan februar|feb mäerz abrëll|abr mee juni|jun juli|jul august|aug september|sep oktober|okt november|nov dezember|dez
ar يناير|كانون_الثاني فبراير|شباط مارس|آذار أبريل|ابريل|إبريل|نيسان مايو|أيار|ماي يونيو|حزيران|جوان يوليو|تموز|جويلية أغسطس|اغسطس|آب|أوت سبتمبر|أيلول|شتنبر أكتوبر|اكتوبر|تشرين_الأول نوفمبر|تشرين_الثاني|نونبر ديسمبر|كانون_الأول|دجنبر
he ינואר|בינואר|ינו פברואר|בפברואר|פבר מרץ|במרץ|מרס אפריל|באפריל|אפר מאי|במאי יוני|ביוני יולי|ביולי אוגוסט|באוגוסט|אוג ספטמבר|בספטמבר|ספט אוקטובר|באוקטובר|אוק נובמבר|בנובמבר|נוב דצמבר|בדצמבר|דצמ
fa ژانویه فوریه مارس آوریل|آپریل مه|می ژوئن ژوئیه|جولای اوت|آگوست سپتامبر اکتبر نوامبر دسامبر
ur جنوری فروری مارچ اپریل مئی جون جولائی اگست ستمبر اکتوبر نومبر دسمبر
hi जनवरी|जन॰ फरवरी|फ़रवरी|फ़र॰ मार्च अप्रैल मई जून जुलाई|जुल॰ अगस्त|अग॰ सितंबर|सितम्बर|सित॰ अक्टूबर|अक्तूबर|अक्तू॰ नवंबर|नवम्बर|नव॰ दिसंबर|दिसम्बर|दिस॰
bn জানুয়ারি|জানুয়ারি|জানুয়ারী ফেব্রুয়ারি|ফেব্রুয়ারি|ফেব্রুয়ারী মার্চ এপ্রিল মে জুন জুলাই আগস্ট|আগষ্ট সেপ্টেম্বর অক্টোবর নভেম্বর ডিসেম্বর
ta ஜனவரி பிப்ரவரி மார்ச் ஏப்ரல் மே ஜூன் ஜூலை ஆகஸ்ட் செப்டம்பர் அக்டோபர் நவம்பர் டிசம்பர்
th มกราคม|ม.ค กุมภาพันธ์|ก.พ มีนาคม|มี.ค เมษายน|เม.ย พฤษภาคม|พ.ค มิถุนายน|มิ.ย กรกฎาคม|ก.ค สิงหาคม|ส.ค กันยายน|ก.ย ตุลาคม|ต.ค พฤศจิกายน|พ.ย ธันวาคม|ธ.ค
ka იანვარი|იან თებერვალი|თებ მარტი|მარ აპრილი|აპრ მაისი|მაი ივნისი|ივნ ივლისი|ივლ აგვისტო|აგვ სექტემბერი|სექ ოქტომბერი|ოქტ ნოემბერი|ნოე დეკემბერი|დეკ
hy հունվարի|հունվար փետրվարի|փետրվար մարտի|մարտ ապրիլի|ապրիլ մայիսի|մայիս հունիսի|հունիս հուլիսի|հուլիս օգոստոսի|օգոստոս սեպտեմբերի|սեպտեմբեր հոկտեմբերի|հոկտեմբեր նոյեմբերի|նոյեմբեր դեկտեմբերի|դեկտեմբեր
"""
_ALIKE = {"no": "nb", "nn": "nb", "bs": "hr", "tl": "fil", "iw": "he", "in": "id", "sh": "hr"}


_PAIRS = re.compile(r"\b(كانون|تشرين|meán|deireadh) (الأول|الثاني|fómhair)", re.IGNORECASE)
WORD = re.compile(r"[\u0e00-\u0e7f]+(?:\.[\u0e00-\u0e7f]+)?|[^\s\d!-/:-@\[-^`{-~«»“”‘’–—·•…،、。，（）年月日]+")
"""What may be the name of a month: a run of letters of any script, with the marks that belong to them."""


def in_one_word(text: str) -> str:
    """Return `text` with names of months that are two words made one."""
    return text if text.isascii() else _PAIRS.sub(r"\1_\2", text)


@lru_cache(maxsize=4096)
def month_of(word: str, language: str | None = None) -> int | None:
    """Return the number of the month that `word` names, without the full stop of an abbreviation.

    Where languages differ (listopad), `language` (BCP 47) decides; without it, the one with more readers.
    """
    everywhere, languages = _names()
    name = word.casefold().replace("\u0307", "")
    if language:
        primary = language[:3].split("-")[0].split("_")[0].lower()
        if number := languages.get(_ALIKE.get(primary, primary), {}).get(name):
            return number
    return everywhere.get(name)


@lru_cache(maxsize=1)
def _names() -> tuple[dict[str, int], dict[str, dict[str, int]]]:
    everywhere: dict[str, int] = {}
    languages: dict[str, dict[str, int]] = {}
    for line in _TABLE.strip().splitlines():
        language, *months = line.split(" ")
        own: dict[str, int] = {}
        for number, names in enumerate(months, 1):
            for name in names.split("|"):
                for spelling in _spellings(name):
                    own.setdefault(spelling, number)
        languages[language] = own
        for name, number in own.items():
            everywhere.setdefault(name, number)
    return everywhere, languages


def _spellings(name: str) -> tuple[str, ...]:
    """Return a name as it stands and, where it has them, without its accents."""
    name = name.casefold().replace("\u0307", "")
    if name.isascii() or name[0] >= "\u0400":
        return (name,)
    bare = unicodedata.normalize("NFD", name.replace("ı", "i"))
    return (name, "".join(letter for letter in bare if not unicodedata.combining(letter)))

"""Words by which publishers of many languages lead to the next page of a list, the one with the older items."""

import re


def phrases(text: str) -> frozenset[str]:
    """Return the phrases of a text, one between every two bars or ends of lines."""
    return frozenset(one.strip() for one in re.split(r"[|\n]", text) if one.strip())


OLDER = phrases(
    """
    older | older posts | older entries | older articles | older news | older stories | older items | older post
    older comments and posts | earlier | earlier posts | earlier news | earlier entries | previous entries
    ältere | ältere beiträge | ältere einträge | ältere artikel | ältere meldungen | ältere nachrichten | älter
    plus anciens | plus ancien | plus anciennes | anciens articles | articles plus anciens | articles précédents
    entradas antiguas | entradas anteriores | más antiguos | más antiguas | entradas más antiguas | noticias anteriores
    mais antigas | mais antigos | postagens mais antigas | artigos mais antigos | notícias anteriores
    più vecchi | post più vecchi | articoli precedenti | articoli meno recenti | meno recenti | notizie precedenti
    oudere | ouder | oudere berichten | oudere artikelen | oudere nieuwsberichten | més antigues | entrades més antigues
    äldre | äldre inlägg | äldre nyheter | ældre | ældre indlæg | ældre nyheder | eldre | eldre innlegg | eldre nyheter
    vanhemmat | vanhemmat artikkelit | vanhemmat uutiset | eldri færslur | eldri fréttir | vanemad | vanemad postitused
    starsze | starsze posty | starsze wpisy | starsze artykuły | starší | starší příspěvky | starší články
    staršie | staršie príspevky | staršie články | régebbi | régebbi bejegyzések | régebbiek | korábbi hírek
    mai vechi | articole mai vechi | postări mai vechi | starije | stariji postovi | starejše | starejši prispevki
    по-стари | по-стари публикации | старији чланци | старије
    старые записи | более старые записи | предыдущие записи | предыдущие новости | более ранние | старіші | старіші записи
    παλαιότερα | παλαιότερα άρθρα | παλαιότερες αναρτήσεις | eski | daha eski | eski yazılar | daha eski kayıtlar
    senākie | vecāki ieraksti | ankstesni įrašai | senesni | senesni įrašai | hŷn
    過去の記事 | 古い記事 | 以前の記事 | 前の記事一覧 | 较早的文章 | 更早 | 较旧 | 较旧的博文 | 較舊的文章 | 이전 글 | 지난 글
    أقدم | مقالات أقدم | المشاركات الأقدم | قدیمی‌تر | نوشته‌های قدیمی‌تر | פוסטים ישנים יותר | ישנות יותר
    पुराने पोस्ट | पुरानी खबरें | bài cũ hơn | cũ hơn | lebih lama | postingan lama | บทความเก่า
    """
)
"""What leads to older items, whatever `next` means there."""

NEXT = phrases(
    """
    next | next page | next results | next set of pages | go to next page | go to the next page | page suivante | suivant
    nächste | nächste seite | zur nächsten seite | weiter | vor | vorwärts | folgende seite | nächste ergebnisse
    suivante | suivants | suivantes | aller à la page suivante | résultats suivants
    siguiente | siguientes | página siguiente | siguiente página | ir a la página siguiente | próxima | próximo
    seguinte | próxima página | página seguinte | avançar | ir para a próxima página
    successivo | successiva | pagina successiva | prossima | pagina seguente | avanti | prossimo | seguente
    volgende | volgende pagina | ga naar volgende pagina | verder | nästa | nästa sida | gå till nästa sida
    næste | næste side | gå til næste side | neste | neste side | gå til neste side | seuraava | seuraava sivu
    seuraavalle sivulle | næsta | næsta síða | áfram | järgmine | järgmine leht | nākamā | nākamais | nākamā lapa | tālāk
    kitas | kita | kitas puslapis | toliau | następna | następny | następna strona | dalej | przejdź do następnej strony
    další | následující | další stránka | následující stránka | ďalšia | ďalej | nasledujúca | ďalšia strana
    nasledujúca strana | következő | következő oldal | tovább | următoarea | următor | următorul | pagina următoare
    înainte | sljedeća | sljedeća stranica | sledeća | naslednja | naslednja stran | naprej | naprijed | dalje
    следваща | следваща страница | напред | следующая | следующая страница | вперёд | вперед | далее | дальше
    наступна | наступна сторінка | далі | следећа | следећа страна | επόμενη | επόμενη σελίδα | επόμενο | επόμενα
    sonraki | sonraki sayfa | ileri | següent | pàgina següent | hurrengoa | hurrengo orria | seguinte páxina
    nesaf | tudalen nesaf | ar aghaidh | an chéad leathanach eile | faqja tjetër | tjetra | следна | следна страница
    次 | 次へ | 次のページ | 次のページへ | 下一页 | 下一頁 | 下页 | 下頁 | 后页 | 다음 | 다음 페이지 | 다음페이지
    التالي | التالية | الصفحة التالية | بعدی | صفحه بعد | صفحه بعدی | הבא | הבאה | לעמוד הבא | העמוד הבא
    अगला | अगला पृष्ठ | अगले | পরবর্তী | ถัดไป | หน้าถัดไป | tiếp | trang sau | tiếp theo | trang tiếp
    berikutnya | selanjutnya | halaman berikutnya | seterusnya | halaman seterusnya | ukurasa unaofuata
    """
)
"""What leads on in a row of pages."""

MORE = phrases(
    """
    more | load more | show more | view more | see more | more news | more posts | more results | more articles | more items
    load more posts | load more news | load more articles | load more results | load more items | show more results
    show more news | view more news | more stories | load more stories | mehr laden | weitere laden | mehr anzeigen
    weitere anzeigen | weitere meldungen | weitere beiträge | weitere artikel | mehr meldungen | weitere ergebnisse
    charger plus | voir plus | afficher plus | plus de résultats | plus d’actualités | plus d'actualités | plus d'articles
    cargar más | ver más | mostrar más | más noticias | más resultados | carregar mais | ver mais | mostrar mais
    mais notícias | carrega altri | carica altri | carica altro | mostra altri | mostra altro | altre notizie
    meer laden | laad meer | toon meer | meer berichten | meer nieuws | meer tonen | visa fler | ladda fler | läs in fler
    vis flere | vis mere | indlæs flere | hent flere | last inn flere | vis mer | näytä lisää | lataa lisää | lisää uutisia
    pokaż więcej | załaduj więcej | więcej | więcej aktualności | načíst další | zobrazit další | načítať ďalšie
    zobraziť ďalšie | több betöltése | továbbiak | több hír | mai multe | încarcă mai multe | učitaj više | prikaži više
    naloži več | prikaži več | още | зареди още | показать ещё | показать еще | загрузить ещё | загрузить еще | ещё | еще
    показати ще | завантажити ще | більше | περισσότερα | φόρτωση περισσότερων | daha fazla | daha fazla yükle
    daha fazla göster | carrega'n més | mostra'n més | gehiago | rohkem | näita rohkem | vairāk | rādīt vairāk | daugiau
    もっと見る | さらに表示 | さらに読み込む | 加载更多 | 查看更多 | 更多 | 載入更多 | 더보기 | 더 보기 | المزيد | تحميل المزيد | عرض المزيد
    بیشتر | טען עוד | הצג עוד | और देखें | และอื่นๆ | ดูเพิ่มเติม | xem thêm | tải thêm | muat lebih banyak | lihat lainnya
    """
)
"""What adds items to a list; it leads elsewhere as often, so the address has to tell."""

NEWER = re.compile(
    r"\b(?:newer|newest|previous|prev|zurück|vorherige\w*|neuere\w*|précédente?s?|plus récents?|anterior(?:es)?"
    r"|precedente?i?|vorige|nyare|föregående|nyere|forrige|edellinen|poprzedni\w*|nowsze|předchozí|novější"
    r"|predchádzajúc\w*|előző|anterioar[ăe]|newer|предыдущ\w+|назад|новее|попередн\w+|предишн\w+|önceki|geri)\b"
    r"|前へ|前のページ|上一页|上一頁|이전 페이지|السابق|قبلی|הקודם",
    re.IGNORECASE,
)
"""What leads back to newer items."""

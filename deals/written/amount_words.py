"""Words of amounts in the partners' languages: how many, of which currency, how sure."""

from decimal import Decimal

_K, _M, _B, _T = Decimal(10) ** 3, Decimal(10) ** 6, Decimal(10) ** 9, Decimal(10) ** 12

# Longer ones first where one begins another: 'mil millones' is a thousand millions.
SCALES: dict[str, Decimal] = {
    **dict.fromkeys(("k", "tsd", "thousand", "thousands", "tausend", "mille", "mila", "tusen", "tuhat", "tuhatta",
                     "milhar", "milhares", "miles"), _K),
    **dict.fromkeys(("m", "mm", "mn", "mln", "mio", "mill", "million", "millions", "millionen", "millón", "millon",
                     "millones", "milhão", "milhao", "milhões", "milhoes", "milione", "milioni", "miljon", "miljoner",
                     "millioner", "miljoona", "miljoonaa", "milj", "miljonit", "mi", "百万", "백만"), _M),
    **dict.fromkeys(("bn", "b", "bln", "billion", "billions", "md", "mds", "mdr", "mrd", "mld", "mia", "milliard",
                     "milliards", "milliarde", "milliarden", "milliarder", "miljard", "miljarder", "miljardi",
                     "miljardia", "miljardit", "miliardo", "miliardi", "mil millones", "millardo", "millardos",
                     "mil milhões", "mil milhoes", "mil m", "bilhão", "bilhões", "bi", "thousand million",
                     "thousand millions"), _B),
    # Where a milliard is a thousand millions, the next word is a million of them.
    **dict.fromkeys(("tn", "trn", "trillion", "trillions", "billionen", "billones", "billón", "biljon", "biljoner",
                     "biljoona", "biljoonaa", "bilione", "bilioni"), _T),
    **dict.fromkeys(("crore", "crores", "cr"), Decimal(10) ** 7),
    **dict.fromkeys(("lakh", "lakhs", "lac", "lacs"), Decimal(10) ** 5),
}  # fmt: skip
# A thousand in Spanish, Portuguese and Turkish, a million in some English books.
UNSURE = {"mil": (_K, _M)}

_DOLLARS = ("USD", "AUD", "CAD", "NZD", "SGD", "HKD")
_CROWNS = ("SEK", "NOK", "DKK")
_PESOS = ("MXN", "CLP", "ARS", "COP", "PHP")
CURRENCIES: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("us$", "u$s", "us dollar", "us dollars", "us-dollar", "usd$", "米ドル", "米国ドル", "미달러",
                     "미국달러", "美元", "dollars us", "dólares estadounidenses", "dollari usa"), ("USD",)),
    **dict.fromkeys(("a$", "au$", "aud$", "australian dollars", "豪ドル", "호주달러"), ("AUD",)),
    **dict.fromkeys(("c$", "ca$", "can$", "cad$", "cdn$", "canadian dollars", "加ドル", "カナダドル"), ("CAD",)),
    **dict.fromkeys(("nz$",), ("NZD",)), **dict.fromkeys(("s$", "sgd$"), ("SGD",)),
    **dict.fromkeys(("hk$",), ("HKD",)), **dict.fromkeys(("r$", "reais", "real"), ("BRL",)),
    **dict.fromkeys(("€", "euro", "euros", "eurot", "euroa", "eur.", "ユーロ", "유로", "欧元"), ("EUR",)),
    **dict.fromkeys(("£", "gbp£", "pound", "pounds", "pounds sterling", "sterling", "ポンド", "파운드"), ("GBP",)),
    **dict.fromkeys(("円", "yen", "jp¥", "日本円", "엔", "엔화", "jpy¥"), ("JPY",)),
    **dict.fromkeys(("₩", "원", "won", "ウォン", "韓国ウォン"), ("KRW",)),
    **dict.fromkeys(("元", "人民元", "人民币", "rmb", "cn¥", "위안", "yuan", "renminbi"), ("CNY",)),
    **dict.fromkeys(("₹", "rs", "rs.", "rupees", "inr₹"), ("INR",)), **dict.fromkeys(("₺",), ("TRY",)),
    **dict.fromkeys(("chf.", "franken", "francs suisses", "sfr", "sfr."), ("CHF",)),
    **dict.fromkeys(("kronor", "svenska kronor"), ("SEK",)), **dict.fromkeys(("rand",), ("ZAR",)),
    **dict.fromkeys(("$", "dollar", "dollars", "dollari", "dólares", "dolares", "dólar", "dollaria", "dollarit",
                     "ドル", "달러"), _DOLLARS),
    "¥": ("JPY", "CNY"),
    **dict.fromkeys(("kr", "kr.", "kroner", "krone", "kruunua"), _CROWNS),
    **dict.fromkeys(("pesos", "peso"), _PESOS),
}  # fmt: skip

# How sure an amount is, wherever the word stands; `unknown` where there is none.
QUALIFIERS: dict[str, tuple[str, ...]] = {
    "up_to": ("up to", "max.", "max", "maximum", "at most", "bis zu", "höchstens", "jusqu'à", "jusqu’à", "au plus",
              "hasta", "até", "fino a", "upp till", "opp til", "op til", "enintään", "kuni", "<=", "≤", "最大", "上限",
              "まで", "以内", "최대", "이내", "까지"),
    "approximate": ("approximately", "approx.", "approx", "about", "around", "circa", "ca.", "ca", "c.", "roughly",
                    "rund", "etwa", "ungefähr", "environ", "env.", "aproximadamente", "aprox.", "alrededor de",
                    "cerca de", "circa", "omkring", "ungefär", "omtrent", "noin", "umbes", "~", "≈", "約", "およそ",
                    "約", "약", "程度"),
    "at_least": ("at least", "min.", "minimum", "no less than", "mindestens", "au moins", "al menos", "pelo menos",
                 "almeno", "minst", "vähintään", "vähemalt", ">=", "≥", "以上", "最低", "최소", "이상"),
}  # fmt: skip
UNKNOWN = frozenset(
    {"", "-", "–", "—", "?", "n/a", "na", "n.a.", "tbd", "tbc", "tba", "unknown", "undisclosed", "not disclosed"}
    | {"confidential", "k.a.", "k. a.", "offen", "n.n.", "nc", "n.c.", "non communiqué", "inconnu", "por definir"}
    | {"a definir", "da definire", "okänt", "ukjent", "ei tiedossa", "未定", "非公表", "不明", "미정", "비공개"}
)

"""What columns are called in the partners' languages, by the field that they hold."""

# kind -> field -> words. The first word of each is how the field is shown; a field that is found in several kinds is
# called alike in each.
_NAME = (
    "name",
    "title",
    "bezeichnung",
    "nom",
    "nome",
    "nombre",
    "namn",
    "navn",
    "nimi",
    "名称",
    "名前",
    "이름",
    "명칭",
)
_COUNTRY = ("country", "location", "country of project", "land", "standort", "pays", "paese", "país", "pais", "maa",
            "riik", "国", "所在国", "国名", "국가", "소재국", "대상국")  # fmt: skip
_PROJECT = ("project", "project name", "asset", "mine", "projekt", "projet", "progetto", "proyecto", "projeto",
            "prosjekt", "hanke", "projekti", "案件", "案件名", "プロジェクト", "プロジェクト名", "鉱山", "프로젝트", "사업", "사업명")  # fmt: skip
_AMOUNT = ("amount", "size", "volume", "commitment amount", "value", "target", "total", "total debt", "facility size",
           "betrag", "volumen", "summe", "montant", "importo", "importe", "monto", "valor", "montante", "belopp",
           "beløp", "summa", "määrä", "金額", "融資額", "支援額", "保証額", "금액", "지원금액", "대출금액", "규모")  # fmt: skip
_CURRENCY = ("currency", "ccy", "curr", "währung", "devise", "monnaie", "valuta", "moneda", "divisa", "moeda", "valuutta",
             "valuuta", "通貨", "통화")  # fmt: skip
_DEAL = ("deal", "deal name", "transaction", "financing", "facility", "finanzierung", "geschäft", "opération",
         "financement", "operazione", "finanziamento", "operación", "operação", "affär", "rahoitus", "tehing",
         "取引", "融資案件", "ファイナンス", "거래", "금융")  # fmt: skip

FIELDS: dict[str, dict[str, tuple[str, ...]]] = {
    "projects": {
        "name": (*_NAME, *_PROJECT),
        "country": _COUNTRY,
        "minerals": ("minerals", "mineral", "commodity", "commodities", "material", "metal", "rohstoff", "rohstoffe",
                     "minerai", "minerais", "matière première", "minerale", "minerali", "mineral", "minerales",
                     "minério", "minérios", "mineraali", "råvara", "råvare", "maavara", "鉱種", "鉱物", "対象鉱物", "광물",
                     "광종"),
        "aliases": ("aliases", "alias", "also known as", "aka", "other names", "auch genannt", "autres noms", "別名",
                    "별칭"),
        "region": ("region", "state", "province", "bundesland", "région", "regione", "región", "região", "州", "地域",
                   "지역"),
        "latitude": ("latitude", "lat", "breite", "breitengrad", "latitud", "緯度", "위도"),
        "longitude": ("longitude", "lon", "long", "lng", "länge", "längengrad", "longitud", "経度", "경도"),
        "chain_stages": ("supply-chain stages", "stage", "stages", "supply chain", "value chain", "wertschöpfungsstufe",
                         "maillon", "fase", "工程", "단계"),
    },
    "deals": {
        "name": (*_NAME, *_DEAL),
        "code_name": ("code name", "codename", "project code", "deckname", "nom de code", "コード名", "코드명"),
        "project": _PROJECT,
        "borrower": ("borrower", "obligor", "debtor", "company", "kreditnehmer", "emprunteur", "mutuatario",
                     "prestatario", "mutuário", "låntagare", "låntaker", "lainanottaja", "laenuvõtja", "借入人", "借主",
                     "차주"),
        "amount": _AMOUNT,
        "currency": _CURRENCY,
    },
    "commitments": {
        "deal": _DEAL,
        "project": _PROJECT,
        "institution": ("financier", "lender", "institution", "bank", "eca", "dfi", "insurer", "guarantor", "financer",
                        "kreditgeber", "institut", "finanzierer", "prêteur", "institution financière", "finanziatore",
                        "prestamista", "financiador", "långivare", "långiver", "rahoittaja", "rahastaja", "金融機関",
                        "支援機関", "融資機関", "機関", "금융기관", "지원기관", "대주"),
        "instrument": ("instrument", "product", "type", "form of support", "art", "produkt", "instrumento", "strumento",
                       "type de soutien", "väline", "手法", "種類", "支援形態", "상품", "지원형태", "종류"),
        "stage": ("stage", "status", "phase", "stand", "statut", "stade", "stato", "estado", "etapa", "situação",
                  "läge", "vaihe", "段階", "状況", "進捗", "단계", "상태", "진행상황"),
        "amount": _AMOUNT,
        "currency": _CURRENCY,
        "valid_until": ("valid until", "validity", "expiry", "expires", "expiry date", "valid to", "gültig bis",
                        "ablauf", "valable jusqu'au", "échéance", "valido fino al", "scadenza", "válido hasta",
                        "vencimiento", "válido até", "validade", "giltig till", "gyldig til", "voimassa", "kehtiv kuni",
                        "有効期限", "期限", "유효기간", "만료일"),
        "tranche": ("tranche", "facility tranche", "トランシェ", "트랜치"),
        "reference": ("reference", "ref", "our ref", "our reference", "file number", "no", "aktenzeichen",
                      "referenz", "référence", "riferimento", "referencia", "referência", "referens", "viite", "viide",
                      "整理番号", "番号", "管理番号", "관리번호", "참조번호"),
        "account": ("account", "own account", "konto", "compte", "cuenta", "conta", "勘定", "계정"),
        "on_behalf_of": ("on behalf of", "im auftrag", "pour le compte de", "por cuenta de"),
        "via": ("via", "vehicle", "spv", "through"),
        "agreement_reference": ("agreement", "agreement reference", "contract", "contract no", "vertrag",
                                "vertragsnummer", "contrat", "contratto", "contrato", "契約番号", "계약번호"),
        "signed_on": ("signed", "signed on", "signing date", "signature date", "date signed", "unterzeichnet",
                      "date de signature", "data firma", "fecha de firma", "data de assinatura", "undertecknad",
                      "調印日", "契約日", "체결일", "서명일"),
        "note": ("note", "notes", "comment", "comments", "remark", "remarks", "bemerkung", "anmerkung", "remarque",
                 "commentaire", "note", "observaciones", "observações", "anmärkning", "merknad", "huomautus", "märkus",
                 "備考", "비고"),
    },
}  # fmt: skip
# Without these a row can't be read; `deal` may be named by its project.
NEEDED: dict[str, tuple[str, ...]] = {
    "projects": ("name", "country"),
    "deals": ("name",),
    "commitments": ("deal", "instrument", "stage"),
}
AMOUNTS, DATES = ("amount",), ("valid_until", "signed_on")

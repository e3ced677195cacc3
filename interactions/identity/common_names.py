"""Names that very many people have, whatever an owner's mail holds of them.

Drawn by hand from national lists of the most frequent names; written as they are, compared folded. A name made of a
frequent given and a frequent family name of one country is borne by several people of any large circle.
"""

from __future__ import annotations

from functools import cache

from interactions.identity.folded import fold
from interactions.identity.names import Name
from interactions.identity.nicknames import full_names, short_forms
from interactions.vocabulary import words

#: Country or language → frequent family names, frequent given names.
_NAMES = {
    "english": (
        "smith johnson williams brown jones miller davis wilson anderson taylor thomas moore martin jackson"
        " thompson white lee harris clark lewis robinson walker young allen king wright scott hill green adams"
        " baker nelson carter mitchell campbell roberts turner phillips parker evans edwards collins stewart"
        " morris murphy cook rogers morgan cooper bailey bell kelly ward cox wood watson bennett hughes price"
        " james davies gray reed ross foster butler simmons powell long perry barnes henderson coleman jenkins"
        " russell griffin hayes myers ford hamilton graham sullivan wallace woods cole west jordan owens reynolds"
        " fisher ellis harrison gibson mcdonald cruz marshall murray freeman webb simpson stevens tucker porter"
        " hunter hicks crawford henry boyd mason morales kennedy warren dixon burns gordon shaw holmes rice"
        " robertson hunt black palmer mills grant knight walsh byrne ryan oconnor oneill doyle mccarthy gallagher"
        " obrien osullivan doherty lynch quinn",
        "john james robert michael william david richard joseph thomas charles christopher daniel matthew anthony"
        " mark paul steven stephen andrew joshua kevin brian george peter simon chris sam jack tom ben adam mary"
        " patricia jennifer linda elizabeth barbara susan jessica sarah karen lisa nancy emily emma kate jane"
        " helen rachel",
    ),
    "german": (
        "müller schmidt schneider fischer weber meyer meier maier mayer wagner becker schulz hoffmann schäfer"
        " koch bauer richter klein wolf schröder neumann schwarz zimmermann braun krüger hofmann hartmann lange"
        " schmitt werner krause lehmann schmid schulze köhler herrmann könig walter huber kaiser fuchs peters lang"
        " scholz möller weiß jung hahn keller vogel frank berger winkler roth beck lorenz baumann gruber fröhlich"
        " vogt simon ludwig kraus böhm arnold schuster heinrich otto sommer graf seidel brandt haas schreiber"
        " dietrich ziegler kuhn kühn pohl engel horn busch bergmann thomas voigt sauer krämer franke albrecht",
        "michael thomas andreas peter stefan christian martin alexander markus wolfgang klaus jürgen bernd frank"
        " uwe hans daniel sebastian tobias florian philipp lukas felix max jan anna maria sabine susanne petra"
        " monika andrea claudia nicole stefanie katharina christine birgit ursula julia sarah laura lisa",
    ),
    "french": (
        "martin bernard dubois thomas robert richard petit durand leroy moreau simon laurent lefebvre michel"
        " garcia david bertrand roux vincent fournier girard andré mercier blanc guérin boyer garnier chevalier"
        " gauthier perrin robin morel dupont lambert bonnet françois martinez legrand faure rousseau",
        "jean pierre michel philippe nicolas thomas david laurent françois julien marie nathalie isabelle sophie"
        " anne catherine julie camille",
    ),
    "italian": (
        "rossi russo ferrari esposito bianchi romano colombo ricci marino greco bruno gallo conti costa giordano"
        " mancini lombardi barbieri moretti fontana santoro mariani rinaldi caruso ferrara gatti",
        "giuseppe giovanni antonio mario luigi francesco marco andrea luca paolo anna giulia francesca chiara maria",
    ),
    "iberian": (
        "garcía fernández gonzález rodríguez lópez martínez sánchez pérez gómez jiménez ruiz hernández díaz"
        " moreno álvarez romero torres ramírez silva santos ferreira pereira oliveira rodrigues costa sousa alves"
        " ortega navarro castillo ramos vargas mendoza cruz reyes flores rivera castro ortiz gutiérrez molina"
        " delgado suárez vega rubio marín sanz martins gomes lima carvalho almeida ribeiro pinto cardoso teixeira",
        "josé juan manuel antonio francisco carlos miguel luis javier david maria ana carmen laura marta cristina"
        " joão pedro paulo",
    ),
    "nordic": (
        "jensen nielsen hansen pedersen andersen christensen larsen johansson andersson karlsson nilsson eriksson"
        " larsson olsson persson johansen olsen rasmussen jørgensen madsen kristensen berg haugen lindberg"
        " lindström svensson gustafsson pettersson jonsson jansson korhonen virtanen mäkinen nieminen",
        "lars anders per mikael johan karl peter thomas jan anna eva maria kristina ingrid",
    ),
    "slavic": (
        "nowak kowalski kowalska wiśniewski kowalczyk novák novotný dvořák svoboda ivanov ivanova petrov petrova"
        " smirnov smirnova popov kuznetsov kamiński kamińska lewandowski lewandowska zieliński zielińska szymański"
        " szymańska woźniak dąbrowski dąbrowska kozłowski kozłowska jankowski mazur wójcik procházka kučera veselý"
        " horák nováková svobodová sokolov sokolova lebedev lebedeva kozlov morozov morozova volkov volkova"
        " vasiliev zaytsev pavlov pavlova semenov fedorov shevchenko kovalenko bondarenko tkachenko popa popescu"
        " ionescu",
        "jan piotr krzysztof tomasz andrzej anna maria katarzyna ivan sergey sergei dmitry alexey elena olga natalia",
    ),
    "dutch": (
        "jong jansen vries berg bakker janssen visser smit meijer mulder boer groot bos vos peters hendriks"
        " dekker brouwer dijkstra",
        "jan piet kees willem johan hans peter maria anna johanna",
    ),
    "hungarian": (
        "nagy kovács tóth szabó horváth varga kiss molnár németh balogh farkas papp takács juhász",
        "lászló istván józsef jános zoltán sándor mária anna katalin ilona éva",
    ),
    "turkish": (
        "yılmaz kaya demir şahin çelik yıldız yıldırım öztürk aydın özdemir arslan doğan kılıç aslan çetin kara koç",
        "mehmet mustafa ahmet ali hüseyin hasan ibrahim murat emre fatma ayşe emine hatice zeynep elif",
    ),
    "arabic": (
        "mohamed mohammed ahmed ahmad ali hassan hussein ibrahim khan khoury haddad mansour saleh salem nasser"
        " saad said khalil محمد أحمد علي حسن حسين إبراهيم خوري حداد منصور sharif abdullah mahmoud rahman hamid"
        " suleiman malik farah qureshi hussain karimi hosseini mohammadi ahmadi masri najjar شريف محمود عبدالله"
        " رحمن حميد سليمان مالك فرح",
        "mohammed muhammad mohamed ahmed ali omar hassan hussein khaled youssef ibrahim fatima layla mariam محمد"
        " أحمد علي عمر حسن حسين خالد يوسف إبراهيم فاطمة ليلى مريم",
    ),
    "japanese": (
        "sato suzuki takahashi tanaka watanabe ito yamamoto nakamura kobayashi kato yoshida yamada sasaki 佐藤 鈴木"
        " 高橋 田中 渡辺 伊藤 山本 中村 小林 加藤 吉田 山田 佐々木",
        "hiroshi takashi kenji yuichi daisuke makoto kenta akira takeshi naoki yuki yuko keiko akiko haruka"
        " misaki 裕一 雄一 大輔 誠 健太 明 浩 隆 健二 直樹 由紀 優子 恵子 明子 美咲",
    ),
    "indian": (
        "patel singh sharma kumar gupta shah khan das reddy malhotra mehta joshi nair iyer rao verma agarwal jain"
        " kapoor chopra mishra pandey yadav banerjee mukherjee chatterjee",
        "amit rahul raj anil sanjay priya pooja neha anita sunita",
    ),
}
#: Family names so frequent that any given name beside them is common.
_CROWDED = words(
    "wang li zhang liu chen yang huang zhao wu zhou xu sun ma zhu hu guo he lin gao luo chan wong lam kim park choi"
    " jung nguyen tran pham"
    " 王 李 张 張 刘 劉 陈 陳 杨 楊 黄 黃 赵 趙 吴 吳 周 徐 孙 孫 马 馬 朱 胡 郭 何 林 高"
    " 김 이 박 최 정"
)


@cache
def _folded() -> tuple[tuple[frozenset[str], frozenset[str]], ...]:
    return tuple(
        (frozenset(map(fold, words(family))), frozenset(map(fold, words(given)))) for family, given in _NAMES.values()
    )


@cache
def _families() -> frozenset[str]:
    return frozenset().union(*(family for family, _ in _folded()))


def is_given(word: str) -> bool:
    """Whether a folded word is known as a given name, whole or short."""
    known = full_names(word) != {word} or bool(short_forms(word))
    return known or any(word in given for _, given in _folded())


def is_frequent(name: Name) -> bool:
    """Whether its family name is one of the most frequent, so that any given name beside it is borne by several."""
    return not _families().isdisjoint((name.words[0], name.words[-1]))


def is_common(name: Name) -> bool:
    """Whether very many people are called so."""
    if len(name.words) < 2:
        return False
    if not _CROWDED.isdisjoint(name.words):
        return True
    return any(
        one in family and not given.isdisjoint(full_names(other))
        for family, given in _folded()
        for number, one in enumerate(name.words)
        for at, other in enumerate(name.words)
        if number != at
    )

"""Domains of mailboxes that anybody can have: no company stands behind one, and who writes from one is a person."""

from __future__ import annotations

from interactions.vocabulary import words

#: Consumer providers of many countries, by the second-level name where they use several suffixes.
_EVERYWHERE = words(
    "gmail googlemail hotmail outlook live msn yahoo ymail rocketmail aol icloud proton protonmail gmx mail yandex zoho"
    " tutanota hushmail"
)
_DOMAINS = words(
    "me.com mac.com pm.me proton.me tuta.io web.de t-online.de freenet.de arcor.de online.de posteo.de posteo.net"
    " mailbox.org email.de 1und1.de kabelmail.de vodafone.de o2online.de bluewin.ch hispeed.ch sunrise.ch aon.at"
    " chello.at"
    " orange.fr wanadoo.fr free.fr laposte.net sfr.fr neuf.fr bbox.fr numericable.fr libero.it virgilio.it"
    " tin.it alice.it"
    " tiscali.it fastwebnet.it telefonica.net terra.es sapo.pt clix.pt ziggo.nl kpnmail.nl planet.nl xs4all.nl home.nl"
    " hetnet.nl telenet.be skynet.be scarlet.be telia.com online.no start.no bredband.net jubii.dk mail.dk kolumbus.fi"
    " wp.pl o2.pl onet.pl interia.pl op.pl gazeta.pl seznam.cz centrum.cz email.cz azet.sk freemail.hu citromail.hu"
    " abv.bg mail.ru bk.ru inbox.ru list.ru rambler.ru ukr.net i.ua qq.com 163.com 126.com sina.com foxmail.com"
    " naver.com docomo.ne.jp ezweb.ne.jp softbank.ne.jp nifty.com biglobe.ne.jp ocn.ne.jp"
    " daum.net hanmail.net nate.com rediffmail.com btinternet.com ntlworld.com virginmedia.com sky.com talktalk.net"
    " blueyonder.co.uk tiscali.co.uk eircom.net comcast.net verizon.net att.net sbcglobal.net bellsouth.net pacbell.net"
    " earthlink.net mindspring.com cox.net charter.net optonline.net juno.com netzero.net rr.com home.com adelphia.net"
    " frontier.com centurylink.net windstream.net suddenlink.net roadrunner.com sympatico.ca rogers.com shaw.ca"
    " videotron.ca"
    " bigpond.com bigpond.net.au optusnet.com.au iinet.net.au xtra.co.nz uol.com.br bol.com.br terra.com.br ig.com.br"
    " fastmail.com fastmail.fm hey.com duck.com simplelogin.com mail.com email.com usa.net inbox.com lycos.com"
    " excite.com"
)
#: Second levels under which whole countries register: yahoo.co.uk is yahoo.
_SECOND = words("co com net org")


def is_free_mail(domain: str) -> bool:
    """Whether a domain (lower case) is a consumer provider's: "gmail.com", "yahoo.co.uk", "houston.rr.com"."""
    labels = domain.split(".")
    if domain in _DOMAINS or ".".join(labels[-2:]) in _DOMAINS:
        return True
    short = len(labels) == 2 or (len(labels) == 3 and labels[1] in _SECOND)
    return short and labels[0] in _EVERYWHERE

"""What each kind of mail says: one sentence that tells, one that says what to do, and the words of the link."""

from dataclasses import dataclass
from typing import TypeAlias

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.accounts.enums import MessageKind

Words: TypeAlias = str | Promise

LOG_IN = _("Log in om het te bekijken")
# Of what touches the safety of the account itself: mailed at once, whatever pace the user chose.
AT_ONCE = frozenset(
    {
        MessageKind.INVITATION,
        MessageKind.NEW_DEVICE,
        MessageKind.FACTOR_ADDED,
        MessageKind.FACTOR_REMOVED,
        MessageKind.RECOVERY_CODE_USED,
        MessageKind.PASSWORD_CHANGED,
        MessageKind.PASSWORD_FORGOTTEN,
        MessageKind.RESET_REQUESTED,
        MessageKind.RESET_APPROVED,
        MessageKind.RESET_READY,
        MessageKind.RESET_STOPPED,
        MessageKind.RESET_TO_APPROVE,
        MessageKind.DIGEST,
    }
)
# The link of these ends in a one-time secret, which is in the mail and nowhere else.
SECRET_LINK = frozenset(
    {
        MessageKind.INVITATION,
        MessageKind.PASSWORD_FORGOTTEN,
        MessageKind.RESET_REQUESTED,
        MessageKind.RESET_APPROVED,
        MessageKind.RESET_READY,
    }
)


@dataclass(frozen=True, kw_only=True)
class Text:
    """What happened, what to do now, and what the one link is called."""

    what: Words
    do: Words = ""
    link: Words = LOG_IN


_NOT_YOU = _("Was u dit niet? Bel dan vandaag de beheerder van uw organisatie.")

TEXTS: dict[MessageKind, Text] = {
    MessageKind.HANDOVER_WAITING: Text(
        what=_("Er wacht een overdracht op uw team."), do=_("Neem hem aan of weiger hem. Daarna kunt u hem ophalen.")
    ),
    MessageKind.HANDOVER_ANSWERED: Text(what=_("De ontvanger heeft geantwoord op een overdracht van uw team.")),
    MessageKind.HANDOVER_STOPPED: Text(
        what=_("Een overdracht aan of van uw team is gestopt."), do=_("U leest in het portaal waarom.")
    ),
    MessageKind.HANDOVER_EXPIRED: Text(
        what=_("De tijd van een overdracht is voorbij. Hij is niet opgehaald of niet bevestigd."),
        do=_("Bel de andere organisatie en spreek af wat nodig is."),
    ),
    MessageKind.HANDOVER_CONFIRMED: Text(what=_("De ontvanger heeft een overdracht van uw team bevestigd.")),
    MessageKind.FILE_QUARANTINED: Text(
        what=_("Een bestand van uw team is tegengehouden bij de controle op virussen."),
        do=_("Maak het bestand opnieuw en voeg het weer toe."),
    ),
    MessageKind.PAGES_TO_REVIEW: Text(
        what=_("Van één of meer pagina's van uw organisatie is het tijd om ze na te kijken, of bijna.")
    ),
    MessageKind.INVITATION: Text(
        what=_("Een organisatie in uw regio geeft u toegang tot het portaal."),
        do=_("Open de link binnen drie dagen. De link werkt één keer en alleen voor u. Stuur hem niet door."),
        link=_("Neem de uitnodiging aan"),
    ),
    MessageKind.ACCESS_CHANGED: Text(
        what=_("U kunt in het portaal nu meer of minder dan eerst."),
        do=_("Klopt dit niet? Vraag de beheerder van uw organisatie."),
    ),
    MessageKind.NEW_DEVICE: Text(
        what=_("Iemand heeft met uw account ingelogd op een apparaat dat wij nog niet kennen."),
        do=_("Was u dit? Dan hoeft u niets te doen. Was u dit niet? Log in, log overal uit en bel uw beheerder."),
    ),
    MessageKind.FACTOR_ADDED: Text(what=_("Bij uw account hoort nu een sleutel of app meer."), do=_NOT_YOU),
    MessageKind.FACTOR_REMOVED: Text(what=_("Een sleutel of app hoort niet meer bij uw account."), do=_NOT_YOU),
    MessageKind.RECOVERY_CODE_USED: Text(
        what=_("Iemand heeft met een herstelcode ingelogd op uw account. Die code werkt nu niet meer."), do=_NOT_YOU
    ),
    MessageKind.PASSWORD_CHANGED: Text(
        what=_("Het wachtwoord van uw account is veranderd. Alle apparaten zijn uitgelogd."), do=_NOT_YOU
    ),
    MessageKind.RESET_REQUESTED: Text(
        what=_("Een beheerder wil de sleutels en apps van uw account weghalen. U stelt ze dan opnieuw in."),
        do=_("Hebt u dit gevraagd? Dan hoeft u niets te doen. Hebt u dit niet gevraagd? Stop het dan met deze link."),
        link=_("Stop het herstel"),
    ),
    MessageKind.RESET_APPROVED: Text(
        what=_("Een tweede beheerder keurde het herstel van uw account goed. Over 24 uur kunt u beginnen."),
        do=_("Hebt u dit niet gevraagd? Stop het dan met deze link."),
        link=_("Stop het herstel"),
    ),
    MessageKind.RESET_READY: Text(
        what=_("Het wachten is voorbij. U kunt uw account nu herstellen."),
        do=_("Open de link en houd uw wachtwoord bij de hand. De link werkt één keer."),
        link=_("Herstel mijn account"),
    ),
    MessageKind.RESET_STOPPED: Text(
        what=_("Het herstel van uw account gaat niet door. Er is niets veranderd."),
        do=_("Hebt u toch hulp nodig? Vraag de beheerder van uw organisatie."),
    ),
    MessageKind.RESET_TO_APPROVE: Text(
        what=_("Een collega vraagt herstel van een account aan. U bent de tweede die kijkt."),
        do=_("Keur het alleen goed als u weet dat het klopt."),
    ),
    MessageKind.REVIEW_DUE: Text(
        what=_("Het is tijd om na te kijken wie in uw organisatie toegang heeft."),
        do=_("Bevestig of stop de toegang van elke collega. Wie u niet bevestigt, verliest de toegang."),
    ),
    MessageKind.REVIEW_REMINDER: Text(
        what=_("U hebt nog niet van iedereen bevestigd dat de toegang klopt."),
        do=_("Doe het nu. Wie u niet bevestigt, verliest de toegang."),
    ),
    MessageKind.PASSWORD_FORGOTTEN: Text(
        what=_("Iemand vroeg een nieuw wachtwoord voor uw account. Uw oude wachtwoord werkt nog."),
        do=_("Was u dit? Open de link binnen één uur. U heeft ook uw app of sleutel nodig. Was u dit niet? Doe niets."),
        link=_("Kies een nieuw wachtwoord"),
    ),
    MessageKind.DORMANT_SOON: Text(
        what=_("U hebt lang niet ingelogd. Over twee weken gaat uw account in slaap."),
        do=_("Log een keer in. Dan blijft het account werken."),
        link=_("Inloggen"),
    ),
    MessageKind.DORMANT: Text(
        what=_("U hebt lang niet ingelogd. Daarom staat uw account nu in slaap."),
        do=_("Wilt u het weer gebruiken? Vraag de beheerder van uw organisatie om het wakker te maken."),
        link=_("Naar het portaal"),
    ),
    MessageKind.LETTER_VOID: Text(
        what=_("Bij een brief van uw team is te vaak een verkeerde geboortedatum ingevuld. De brief werkt niet meer."),
        do=_("Vraag de persoon of de brief kwijt is. Geef een nieuwe als dat nodig is."),
    ),
    MessageKind.MAIL_BOUNCED: Text(
        what=_("Een mail aan een collega of een team van uw organisatie kwam niet aan."),
        do=_("Kijk na of het adres klopt en verander het als dat nodig is."),
    ),
    MessageKind.RIGHTS_WAITING: Text(
        what=_("Een inwoner vraagt iets over de eigen gegevens."), do=_("U hebt één maand om te antwoorden.")
    ),
    MessageKind.RIGHTS_DUE: Text(
        what=_("De tijd voor een verzoek van een inwoner is bijna of helemaal om."), do=_("Geef vandaag antwoord.")
    ),
    MessageKind.QUESTION_WAITING: Text(
        what=_("Een inwoner heeft een vraag over een toestemming."), do=_("Lees de vraag in het portaal en antwoord.")
    ),
    MessageKind.DIGEST: Text(what=_("Er staan nieuwe berichten voor u in het portaal.")),
}

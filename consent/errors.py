"""Why something was not recorded, in words for the person at the screen."""

from django.utils.translation import gettext_lazy as _

MESSAGES = {
    "nobody_may_decide": _(
        "Voor dit kind staat geen ouder met gezag of voogd in het portaal. Daarom kan nu niemand kiezen. Voeg eerst de "
        "ouder of de voogd toe."
    ),
    "decider_missing": _("Nog niet iedereen die moet kiezen is erbij. Kijk bij ‘Wie kiest?’ wie er nog nodig is."),
    "decider_without_authority": _("Iemand die is aangevinkt, mag hier niet over kiezen. Kijk bij ‘Wie kiest?’."),
    "notice_outdated": _("De uitleg is intussen veranderd. Lees de nieuwe uitleg en kies opnieuw."),
    "notice_missing": _("Er is nog geen uitleg in deze taal. Kies een andere taal."),
    "choices_incomplete": _("Kies bij elk soort gegevens ja of nee."),
    "choices_unknown": _("Dit soort gegevens hoort niet bij dit doel."),
    "secrecy_unanswered": _("Kies ja of nee bij de vraag over het medisch geheim."),
    "no_consequence_not_shown": _("Leg eerst uit dat nee zeggen geen gevolgen heeft."),
    "understanding_missing": _("Schrijf op wat de persoon in eigen woorden vertelde."),
    "understanding_thin": _("Schrijf meer op: wat vertelde de persoon in eigen woorden? Alleen ‘ja’ is niet genoeg."),
    "witness_missing": _("Vul de naam en de functie van de getuige in."),
    "witness_not_apart": _("De getuige moet iemand anders zijn: niet uzelf, en niet iemand die kiest."),
    "signature_missing": _("Nog niet iedereen die kiest, heeft bevestigd. Teken of typ een naam bij elke persoon."),
    "signature_unfit": _("Een handtekening kwam niet goed over. Teken opnieuw, of typ de naam."),
    "interpreter_reason_missing": _(
        "Deze persoon heeft een tolk nodig. Kies een tolk. Of schrijf op waarom er geen tolk is."
    ),
    "decided_meanwhile": _(
        "Er is intussen iets vastgelegd voor deze persoon. Kijk wat er nu staat. Kies daarna opnieuw."
    ),
    "interpreter_missing": _("Vul het nummer of de naam van de tolk in."),
    "recipient_unknown": _("Deze organisatie kan de gegevens niet ontvangen. Kies een andere."),
    "token_used": _("Dit formulier is al gebruikt. Begin opnieuw."),
    "v_number_taken": _("Dit V-nummer staat al in het portaal. Zoek de persoon op met V-nummer en geboortedatum."),
    "not_found": _(
        "Niemand gevonden met dit V-nummer en deze geboortedatum. Kijk allebei na. "
        "Staat deze persoon nog niet in het portaal? Laat het V-nummer dan leeg."
    ),
    "too_many_look_ups": _("U hebt te vaak gezocht. Wacht tien minuten en probeer het dan opnieuw."),
    "too_many_dates": _("Er is vandaag te vaak een verkeerde geboortedatum ingevuld. Probeer het morgen opnieuw."),
    "session_over": _("Deze sessie is voorbij. Begin opnieuw."),
    "letter_unknown": _("Deze brief werkt niet meer. Vraag een nieuwe brief aan de medewerker."),
    "too_many_letters": _("Er is te vaak iets verkeerd ingevuld. Wacht tien minuten en probeer het dan opnieuw."),
    "family_cycle": _("Dit kan niet: deze persoon is zelf een kind of pupil in deze familie. Kijk na wie het kind is."),
    "guardian_too_young": _("Deze persoon is te jong om voor een ander te kiezen. Kijk de geboortedatum na."),
    "parent_too_young": _("Een ouder is ouder dan het kind. Kijk de geboortedatum na."),
    "too_old_for_custody": _("Deze persoon is 18 jaar of ouder. Niemand heeft dan nog gezag."),
    "mentor_for_child": _("Een mentor of curator kan pas vanaf 16 jaar. Kies ouder of voogd."),
    "guardian_known": _("Deze persoon staat al bij de familie. Wilt u iets veranderen? Stop dit eerst."),
    "not_yourself": _("Iemand kan niet de ouder of voogd van zichzelf zijn."),
    "too_many_requests": _("Er staan al veel verzoeken open. Wacht op antwoord."),
    "too_many_copies": _("U hebt net al een paar kopieën gemaakt. Wacht een uur en probeer het dan opnieuw."),
    "too_many_papers": _("Er zijn net al een paar formulieren gemaakt. Gebruik er een daarvan, of wacht een uur."),
    "text_missing": _("Schrijf op wat u vraagt en waarom."),
    "text_long": _("Deze tekst is te lang. Gebruik niet meer dan 4000 tekens."),
    "ground_missing": _("Kies waarom de gegevens stil moeten staan."),
    "received_wrong": _("Deze dag kan niet. Kies de dag waarop de vraag binnenkwam: niet later dan vandaag."),
    "already_decided": _("Dit verzoek heeft al een antwoord."),
    "already_extended": _("De termijn is al verlengd. Dat kan één keer."),
    "extended_too_late": _("De eerste maand is voorbij. U kunt de termijn niet meer verlengen."),
    "extended_too_far": _("Kies een dag na de eerste termijn en binnen drie maanden na het verzoek."),
    "reason_missing": _("Schrijf de reden op, in woorden die de persoon begrijpt."),
    "refusal_ground_missing": _("Kies op welke grond van de wet u nee zegt, helemaal of voor een deel."),
    "refusal_ground_wrong": _("Bij een volledig ja hoort geen grond om nee te zeggen."),
    "not_asked_by_person": _("Wissen kan alleen als de persoon of de ouder het zelf vraagt."),
    "rectified_by_team": _("Een team dat de persoon kent, kijkt de gegevens na en verbetert ze."),
    "proposal_missing": _("Vul minstens één gegeven in dat anders moet zijn."),
    "not_told_yet": _("De persoon moet dit eerst een week weten. Probeer het daarna opnieuw."),
    "draft_changed": _("Iemand anders heeft dit concept intussen veranderd. Kijk wat er nu staat en doe het opnieuw."),
    "draft_gone": _("Dit concept is er niet meer. Het is gepubliceerd of weggegooid."),
    "draft_incomplete": _("De uitleg is nog niet compleet. Kijk welke talen nog niet af zijn."),
    "draft_stale": _(
        "Een vertaling is gemaakt van een oudere Nederlandse tekst. Kijk haar na en bewaar haar opnieuw. Of haal haar "
        "weg."
    ),
    "draft_same": _("Er is niets veranderd. Een nieuwe versie is niet nodig."),
    "source_needed": _("De Nederlandse tekst moet er altijd zijn."),
    "recording_text_changed": _("De tekst is intussen veranderd. Kijk wat er nu staat en lees dat voor."),
    "recording_meanwhile": _("Iemand anders heeft deze opname intussen veranderd. Luister eerst en kies dan opnieuw."),
    "checker_missing": _("Vul in wie de tekst heeft nagekeken."),
    "erased": _("Deze persoon is gewist."),
    "question_empty": _("Schrijf op wat u wilt vragen."),
    "too_many_questions": _("Er wachten al veel vragen van u. Wacht op een antwoord. Of bel."),
    "nobody_to_ask": _("Bij deze organisatie kan nu niemand antwoorden. Vraag het aan de functionaris voor privacy."),
    "answer_empty": _("Schrijf een antwoord."),
    "paper_no_code": _(
        "Wij vinden geen code op de scan. Leg het papier recht en scan opnieuw. Of typ de code die naast het vierkant "
        "staat."
    ),
    "paper_code_wrong": _("Deze code klopt niet. Kijk naast het vierkant op het papier en typ de code opnieuw."),
    "paper_other_person": _(
        "Dit formulier hoort bij iemand anders of bij een ander team. Kijk of u het goede papier hebt."
    ),
    "paper_code_foreign": _("De code op deze scan is niet van dit portaal. Kijk of u het goede papier hebt."),
    "paper_deciders_changed": _(
        "Nu kiest iemand anders dan toen dit formulier werd afgedrukt. Bijvoorbeeld omdat iemand 12 of 16 jaar werd. "
        "Druk een nieuw formulier af."
    ),
    "paper_used": _("Dit formulier is al verwerkt. Kijk wat er is vastgelegd."),
    "paper_void": _("Dit formulier geldt niet meer. Druk een nieuw formulier af."),
    "paper_expired": _(
        "Dit formulier is ouder dan een maand. Druk een nieuw formulier af en laat het opnieuw invullen."
    ),
    "paper_mixed": _("Er zitten verschillende formulieren in deze scan. Scan elk formulier apart."),
    "paper_pages_missing": _("Niet alle bladzijden zijn gescand. Scan alle bladzijden van het formulier samen."),
    "paper_too_many_pages": _("Deze scan heeft te veel bladzijden. Scan alleen het formulier."),
    "paper_unreadable": _("Deze scan kan niet worden gelezen. Scan opnieuw als PDF, JPG of PNG, zonder wachtwoord."),
    "paper_notice_outdated": _(
        "De uitleg is veranderd nadat dit formulier is afgedrukt. Druk een nieuw formulier af en bespreek de nieuwe "
        "uitleg."
    ),
    "paper_overtaken": _(
        "Er is iets anders vastgelegd nadat dit formulier is afgedrukt. Druk een nieuw formulier af en vraag het "
        "opnieuw."
    ),
    "paper_not_clean": _(
        "De scan is nog niet gecontroleerd op virussen, of de controle zei nee. Wacht even of scan opnieuw."
    ),
    "paper_date_wrong": _("De datum op het formulier kan niet: die ligt voor het afdrukken of in de toekomst."),
    "already_answered": _("Een collega heeft deze vraag al beantwoord."),
}


class NotRecorded(Exception):
    """Nothing was changed; ``code`` names the rule, ``message`` says what to do."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code

    @property
    def message(self) -> str:
        return str(MESSAGES[self.code])

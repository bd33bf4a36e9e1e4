"""The forms of consent. Rules are in :mod:`consent.policy` and the services; these check shape and completeness."""

from .asking import AnswerForm, AskForm, OwnChoiceForm, tapped_words
from .assisting import AssistForm
from .deciding import ChoicesForm, ConfirmForm, DecidersForm, InterpreterForm, LanguageForm, NoticeForm
from .families import GuardianEndForm, GuardianForm
from .finding import BirthDateForm, FindForm
from .letters import AccessLetterForm, LetterDateForm
from .papers import PaperSignForm, PrintForm
from .withdrawing import WithdrawForm

__all__ = [
    "AccessLetterForm",
    "AnswerForm",
    "AskForm",
    "AssistForm",
    "BirthDateForm",
    "ChoicesForm",
    "ConfirmForm",
    "DecidersForm",
    "FindForm",
    "GuardianEndForm",
    "GuardianForm",
    "InterpreterForm",
    "LanguageForm",
    "LetterDateForm",
    "NoticeForm",
    "OwnChoiceForm",
    "PaperSignForm",
    "PrintForm",
    "WithdrawForm",
    "tapped_words",
]

"""What stands between the network and every view."""

from .actor import ActorMiddleware
from .gate import GateMiddleware
from .language import LanguageMiddleware
from .loopback import LoopbackOnlyMiddleware

__all__ = ["ActorMiddleware", "GateMiddleware", "LanguageMiddleware", "LoopbackOnlyMiddleware"]

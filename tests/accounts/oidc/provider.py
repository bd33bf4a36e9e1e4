"""An OpenID provider on the loopback that can tell the truth and any lie."""

import base64
import hashlib
import json
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from joserfc import jws, jwt
from joserfc.jwk import ECKey, KeySet, OctKey, RSAKey

CLIENT_ID = "portaal"
CLIENT_SECRET = "a secret of two"
KEY = RSAKey.generate_key(2048, {"kid": "first", "use": "sig"})
OTHER_KEY = RSAKey.generate_key(2048, {"kid": "first", "use": "sig"})
NEW_KEY = ECKey.generate_key("P-256", {"kid": "second", "use": "sig", "alg": "ES256"})


class LocalProvider:
    """Answers discovery, keys and tokens. ``claims`` change what the next ID token says (``None`` leaves one out);
    ``sign`` replaces how it is signed; ``answers`` replaces what a path answers with.
    """

    def __init__(self) -> None:
        self.claims: dict[str, Any] = {}
        self.sign: Callable[[dict[str, Any]], str] = sign_rs256
        self.answers: dict[str, Callable[[BaseHTTPRequestHandler], None]] = {}
        self.keys = [KEY]
        self.asked: list[str] = []
        self.codes: dict[str, dict[str, str]] = {}
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.server.daemon_threads = True
        self.issuer = f"http://127.0.0.1:{self.server.server_port}/realm"
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self.thread.start()

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

    def metadata(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "id_token_signing_alg_values_supported": ["RS256", "none", "HS256"],
        }

    def visit(self, address: str, *, code: str = "code-1") -> dict[str, str]:
        """Somebody signs in at the provider; returns the parameters of the way back."""
        query = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        self.codes[code] = query
        return {"state": query["state"], "code": code}

    def id_token(self, query: dict[str, str]) -> str:
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "sub": "subject-1",
            "aud": CLIENT_ID,
            "exp": now + 300,
            "iat": now,
            "auth_time": now,
            "nonce": query["nonce"],
            "email": "samira@example.org",
        } | self.claims
        return self.sign({name: value for name, value in claims.items() if value is not None})

    def _token(self, handler: BaseHTTPRequestHandler) -> None:
        body = handler.rfile.read(int(handler.headers["Content-Length"])).decode()
        form = {name: values[0] for name, values in parse_qs(body).items()}
        query = self.codes.pop(form.get("code", ""), None)
        verifier = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(verifier).decode().rstrip("=")
        basic = base64.b64encode(f"{CLIENT_ID}:{CLIENT_SECRET}".encode()).decode()
        known = handler.headers.get("Authorization") == f"Basic {basic}"
        if query is None or not known or challenge != query["code_challenge"]:
            send_json(handler, {"error": "invalid_grant"}, status=400)
            return
        answer = {"access_token": "access", "token_type": "Bearer", "id_token": self.id_token(query)}
        send_json(handler, answer)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def _answer(self) -> None:
                path = urlsplit(self.path).path.removeprefix("/realm")
                provider.asked.append(path)
                if path in provider.answers:
                    provider.answers[path](self)
                elif path == "/.well-known/openid-configuration":
                    send_json(self, provider.metadata())
                elif path == "/keys":
                    send_json(self, KeySet(provider.keys).as_dict(private=False))
                elif path == "/token" and self.command == "POST":
                    provider._token(self)
                else:
                    self.send_error(404)

            do_GET = do_POST = _answer  # noqa: N815  names that http.server looks for

            def log_message(self, *args: Any) -> None:
                pass

        return Handler


def send_json(handler: BaseHTTPRequestHandler, document: Any, *, status: int = 200) -> None:
    send_bytes(handler, json.dumps(document).encode(), status=status)


def send_bytes(handler: BaseHTTPRequestHandler, body: bytes, *, status: int = 200, **headers: str) -> None:
    handler.send_response(status)
    handler.send_header("Content-Type", "application/json")
    handler.send_header("Content-Length", str(len(body)))
    for name, value in headers.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.end_headers()
    handler.wfile.write(body)


def sign_rs256(claims: dict[str, Any], *, key: Any = KEY, header: dict[str, Any] | None = None) -> str:
    return jwt.encode({"alg": "RS256", "kid": "first"} | (header or {}), claims, key)


def sign_none(claims: dict[str, Any]) -> str:
    """What a library writes for ``alg: none``: no signature at all."""

    def part(data: dict[str, Any]) -> str:
        return base64.urlsafe_b64encode(json.dumps(data).encode()).decode().rstrip("=")

    return f"{part({'alg': 'none'})}.{part(claims)}."


def sign_with_public_key(claims: dict[str, Any]) -> str:
    """HS256 with the public key as the shared secret (CVE-2015-9235)."""
    secret = OctKey.import_key(KEY.as_pem(private=False))
    registry = jws.JWSRegistry(algorithms=["HS256"])
    return jws.serialize_compact(
        {"alg": "HS256", "kid": "first"}, json.dumps(claims).encode(), secret, registry=registry
    )


def sign_with_new_key(claims: dict[str, Any]) -> str:
    return jwt.encode({"alg": "ES256", "kid": "second"}, claims, NEW_KEY)


def sign_with_own_key_in_header(claims: dict[str, Any]) -> str:
    """The forger's public key in the header, as if it were the provider's."""
    header = {"alg": "RS256", "kid": "mine", "jwk": OTHER_KEY.as_dict(private=False)}
    return jws.serialize_compact(
        header, json.dumps(claims).encode(), OTHER_KEY, registry=jws.JWSRegistry(strict_check_header=False)
    )


def sign_a_list(claims: dict[str, Any]) -> str:
    """A good signature under something that is no set of claims."""
    return jws.serialize_compact({"alg": "RS256", "kid": "first"}, json.dumps([claims]).encode(), KEY)

"""A small OpenID Connect provider on 127.0.0.1, for one test: it knows one person at a time."""

import base64
import hashlib
import json
import secrets
import time
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT, SECRET, KEY_ID = "shangji", "a secret of the test", "key-1"
_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


class Provider:
    """Discovery, authorize, token (with PKCE), JWKS, userinfo.

    Attributes:
        person: the claims of whoever is signed in at the provider; None: they cancel.
        calls: the paths that were asked for, in order.
    """

    def __init__(self) -> None:
        self.person: dict[str, Any] | None = None
        self.calls: list[str] = []
        self.codes: dict[str, dict[str, str]] = {}
        self.tokens: dict[str, dict[str, Any]] = {}
        handler = type("Handler", (_Handler,), {"provider": self})
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    # ------------------------------------------------------------------------ what it answers

    def configuration(self) -> dict[str, Any]:
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "userinfo_endpoint": f"{self.url}/userinfo",
            "jwks_uri": f"{self.url}/jwks",
            "response_types_supported": ["code"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
            "code_challenge_methods_supported": ["S256"],
        }

    def authorize(self, query: dict[str, str]) -> str:
        """The address the browser is sent back to."""
        assert query["client_id"] == CLIENT and query["response_type"] == "code", query
        assert {"openid", "email"} <= set(query["scope"].split()), query
        back = {"state": query["state"]}
        if self.person is None:
            back["error"] = "access_denied"
        else:
            back["code"] = secrets.token_urlsafe(16)
            self.codes[back["code"]] = query
        return f"{query['redirect_uri']}?{urllib.parse.urlencode(back)}"

    def token(self, form: dict[str, str]) -> dict[str, Any] | None:
        """Tokens for a code, once; None refuses."""
        asked = self.codes.pop(form.get("code", ""), None)
        if asked is None or (form["client_id"], form["client_secret"]) != (CLIENT, SECRET):
            return None
        digest = hashlib.sha256(form["code_verifier"].encode()).digest()
        if base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != asked["code_challenge"]:
            return None
        if form["redirect_uri"] != asked["redirect_uri"] or self.person is None:
            return None
        access, now = secrets.token_urlsafe(16), int(time.time())
        self.tokens[access] = self.person
        claims = {**self.person, "iss": self.url, "aud": CLIENT, "iat": now, "exp": now + 300}
        signed = jwt.encode(claims, _KEY, algorithm="RS256", headers={"kid": KEY_ID})
        return {"access_token": access, "token_type": "Bearer", "id_token": signed}

    def keys(self) -> dict[str, Any]:
        key = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(_KEY.public_key()))
        return {"keys": [{**key, "kid": KEY_ID, "alg": "RS256", "use": "sig"}]}


class _Handler(BaseHTTPRequestHandler):
    provider: Provider

    def do_GET(self) -> None:
        path, _mark, text = self.path.partition("?")
        query = dict(urllib.parse.parse_qsl(text))
        self.provider.calls.append(path)
        if path == "/.well-known/openid-configuration":
            self._answer(self.provider.configuration())
        elif path == "/authorize":
            self.send_response(302)
            self.send_header("Location", self.provider.authorize(query))
            self.end_headers()
        elif path == "/jwks":
            self._answer(self.provider.keys())
        elif path == "/userinfo":
            bearer = self.headers.get("Authorization", "").removeprefix("Bearer ")
            self._answer(self.provider.tokens.get(bearer), 401)
        else:
            self._answer(None, 404)

    def do_POST(self) -> None:
        self.provider.calls.append(self.path)
        size = int(self.headers["Content-Length"])
        form = dict(urllib.parse.parse_qsl(self.rfile.read(size).decode()))
        self._answer(self.provider.token(form) if self.path == "/token" else None, 400)

    def _answer(self, found: dict[str, Any] | None, refusal: int = 404) -> None:
        body = json.dumps(found if found is not None else {"error": "invalid_grant"}).encode()
        self.send_response(200 if found is not None else refusal)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_words: Any) -> None:
        """Tests read `calls`."""

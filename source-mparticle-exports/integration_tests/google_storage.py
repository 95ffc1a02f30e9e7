"""Google Cloud Storage for tests: an emulator, and what gives tokens for the key of a service account."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, quote

import pytest
import requests
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from google.auth import jwt

from integration_tests.storages import BUCKET

_SCOPE = "https://www.googleapis.com/auth/devstorage.read_only"


def gcs_storage(**changes: str) -> dict[str, Any]:
    return {"storage_type": "GCS", "bucket_name": BUCKET, **changes}


@contextmanager
def gcs_emulator() -> Iterator[str]:
    """The address of an emulator with one bucket, which is empty. Google's libraries find it in the environment.

    It asks for no credentials, and puts all of a listing in one page.
    """
    from gcp_storage_emulator.server import create_server  # noqa: PLC0415 - it need not be there

    server = create_server("127.0.0.1", 0, in_memory=True, default_bucket=BUCKET)
    server.start()
    url = f"http://127.0.0.1:{server._api._httpd.server_port}"  # noqa: SLF001 - it does not tell otherwise
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("STORAGE_EMULATOR_HOST", url)
        try:
            yield url
        finally:
            server.stop()


def put_object(url: str, path: str, content: bytes) -> None:
    address = f"{url}/upload/storage/v1/b/{BUCKET}/o?name={quote(path, safe='')}&uploadType="
    if content:
        requests.post(f"{address}media", content, timeout=10).raise_for_status()
        return
    # The emulator takes an empty object in this form alone.
    form = {"Content-Type": "multipart/related; boundary=end"}
    metadata = f"--end\r\nContent-Type: application/json\r\n\r\n{json.dumps({'name': path})}\r\n"
    nothing = "--end\r\nContent-Type: text/plain\r\n\r\n\r\n--end--\r\n"
    requests.post(f"{address}multipart", metadata + nothing, headers=form, timeout=10).raise_for_status()


def new_private_key() -> str:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return _pem(key)


def _pem(key: rsa.RSAPrivateKey) -> str:
    no_password = serialization.NoEncryption()
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, no_password).decode()


@contextmanager
def service_account() -> Iterator[dict[str, str]]:
    """The key of a service account that may read, as Google hands it out. A server knows it and gives tokens for it."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    public = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler_of_tokens(public))
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield {
            "type": "service_account",
            "project_id": "a-project",
            "private_key_id": "1",
            "private_key": _pem(key),
            "client_email": "connector@a-project.iam.gserviceaccount.com",
            "client_id": "1",
            "token_uri": f"http://127.0.0.1:{server.server_port}/token",
        }
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _handler_of_tokens(public: bytes) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
            status, answer = _token(form["assertion"][0], public)
            body = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    return Handler


def _token(assertion: str, public: bytes) -> tuple[int, dict[str, Any]]:
    """What Google's server answers, as `google.oauth2` reads it."""
    try:
        claims = jwt.decode(assertion, certs=public)  # type: ignore[no-untyped-call] # it has no types
    except ValueError:
        return 400, {"error": "invalid_grant", "error_description": "Invalid JWT Signature."}
    if claims["scope"] != _SCOPE:
        return 400, {"error": "invalid_scope", "error_description": "More than is needed."}
    return 200, {"access_token": "a-token", "expires_in": 3600, "token_type": "Bearer"}

"""Over TLS the certificate is held against the host's name, though the connection goes to an address."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from collecting import Collection, a_pdf, serving

from jcfs_etl.contracts.sources import PublicationSource

pytest.importorskip("cryptography", reason="makes the test's certificate")


def certificate(folder: Path, host: str) -> Path:
    """A key and a self-signed certificate for one host."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, host)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = folder / "host.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return path


@pytest.fixture
def collection(tmp_path: Path) -> Iterator[Collection]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate(tmp_path, "site.test"))
    with serving(context) as site:
        site.gives("/a.pdf", a_pdf())
        yield Collection(site, tmp_path / "raw")


def source(collection: Collection, host: str) -> PublicationSource:
    return PublicationSource(id="one", file=f"https://{host}:{collection.site.port}/a.pdf")


def test_a_host_whose_certificate_holds_is_asked(
    collection: Collection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "host.pem"))
    assert collection.run(source(collection, "site.test")).exit_code == 0


@pytest.mark.parametrize(("host", "trusted"), [("other.test", True), ("site.test", False)])
def test_a_host_whose_certificate_does_not_hold_is_not(
    collection: Collection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, host: str, trusted: bool
) -> None:
    if trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "host.pem"))
    [outcome] = collection.run(source(collection, host)).outcomes
    assert outcome.reason == "bad_certificate" and "SSL_CERT_FILE" in outcome.remedy
    assert collection.site.requests == []

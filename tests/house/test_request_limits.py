"""A stranger cannot fill the disk with a form."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse


@pytest.mark.django_db
def test_a_large_form_is_refused_before_it_is_written(settings, monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[int] = []
    monkeypatch.setattr("tempfile.NamedTemporaryFile", lambda *args, **kwargs: written.append(1))
    settings.FORM_MAX_BYTES = 3_000_000
    client = Client(enforce_csrf_checks=True)
    client.cookies["csrftoken"] = "a" * 32
    large = SimpleUploadedFile("groot.bin", b"x" * 3_500_000)
    assert client.post(reverse("accounts:sign_in"), {"file": large}).status_code in {400, 413}
    assert written == []


@pytest.mark.django_db
def test_a_small_form_is_read(settings) -> None:
    settings.FORM_MAX_BYTES = 3_000_000
    small = SimpleUploadedFile("klein.bin", b"x" * 1000)
    assert Client().post(reverse("accounts:sign_in"), {"file": small, "email": "x"}).status_code == 422

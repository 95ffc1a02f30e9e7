import json

import pytest
from mparticle_sandbox.core.events_api.batch_text import BodyError, many_batches, one_batch


@pytest.mark.parametrize("body", ["[]", " [ ] ", "[{}]", ' [ {"a": "],[" } ,\n{"b": [1, 2]} ] ', '[1, "x", null]'])
def test_an_array_comes_apart_into_its_items(body: str) -> None:
    batches = many_batches(body.encode())
    assert [item.content for item in batches] == json.loads(body)
    assert [json.loads(item.text) for item in batches] == json.loads(body)


def test_the_text_of_a_batch_is_kept_to_the_letter() -> None:
    texts = ['{"mpid": 9223372036854775807}', '{"a":  1.10, "b": "\\u00e9"}', '{"c":"é"}']
    assert [item.text for item in many_batches(f"[{','.join(texts)}]".encode())] == texts


@pytest.mark.parametrize(
    "body",
    [b"", b"[", b"[1", b"[1,", b"[1,]", b"[,]", b"[1 2]", b"[1] 2", b"[] x", b"{}", b"[NaN]", b"[Infinity]", b"\xff"],
)
def test_what_is_no_array_is_refused(body: bytes) -> None:
    with pytest.raises(BodyError):
        many_batches(body)


@pytest.mark.parametrize("body", [b"", b"{", b"{}x", b"[]", b'"x"', b'{"a": NaN}', b"{'a': 1}", b'{"a":' * 90_000])
def test_what_is_no_object_is_refused(body: bytes) -> None:
    with pytest.raises(BodyError):
        one_batch(body)

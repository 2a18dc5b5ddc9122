"""A bucket of our own, behind a server that speaks S3."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import boto3
import pytest
from moto.server import ThreadedMotoServer


@dataclass(frozen=True, slots=True)
class Bucket:
    """Its s3:// address, what a process is told to reach it, and what an operator sees of it."""

    url: str
    settings: dict[str, str]
    client: Any
    name: str

    def keys(self) -> list[str]:
        """What a listing shows."""
        return [found["Key"] for found in self.client.list_objects_v2(Bucket=self.name).get("Contents", [])]

    def unfinished(self) -> list[dict[str, Any]]:
        """The uploads in parts that are neither completed nor aborted."""
        return self.client.list_multipart_uploads(Bucket=self.name).get("Uploads") or []

    def empty(self) -> None:
        """Remove all of it, as an operator would."""
        for key in self.keys():
            self.client.delete_object(Bucket=self.name, Key=key)
        for upload in self.unfinished():
            self.client.abort_multipart_upload(Bucket=self.name, Key=upload["Key"], UploadId=upload["UploadId"])


@contextmanager
def serving_bucket() -> Iterator[Bucket]:
    """An empty bucket on a free port; the environment names its server as long as it is there."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    settings = {
        "AWS_ENDPOINT_URL": f"http://{host}:{port}",
        "AWS_ALLOW_HTTP": "true",
        "AWS_ACCESS_KEY_ID": "tests",
        "AWS_SECRET_ACCESS_KEY": "tests",
        "AWS_REGION": "us-east-1",
    }
    name = f"papers-{port}"  # storages are kept by address
    with pytest.MonkeyPatch.context() as patch:
        for variable, value in settings.items():
            patch.setenv(variable, value)
        client = boto3.client("s3", endpoint_url=settings["AWS_ENDPOINT_URL"], region_name="us-east-1")
        client.create_bucket(Bucket=name)
        yield Bucket(f"s3://{name}/attachments", settings, client, name)
        client.close()
    server.stop()

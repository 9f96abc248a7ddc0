"""Where uploads and editions are kept: a folder, or a bucket of any S3-compatible service."""

from typing import Any

import environ

FOLDER = "django.core.files.storage.FileSystemStorage"
BUCKET = "storages.backends.s3.S3Storage"


def files_storage(env: environ.Env) -> dict[str, Any]:
    """The storage for files as the environment names it: without `FILES_BUCKET` the folder MEDIA_ROOT.

    A bucket stays closed: nothing in it gets a public address, and a name that exists is never overwritten.
    """
    bucket = env.str("FILES_BUCKET", default="")
    if not bucket:
        return {"BACKEND": FOLDER}
    return {
        "BACKEND": BUCKET,
        "OPTIONS": {
            "bucket_name": bucket,
            "endpoint_url": env.str("FILES_ENDPOINT_URL", default="") or None,
            "region_name": env.str("FILES_REGION", default="us-east-1"),
            "access_key": env.str("FILES_ACCESS_KEY"),
            "secret_key": env.str("FILES_SECRET_KEY"),
            "location": env.str("FILES_PREFIX", default=""),
            "default_acl": None,
            "querystring_auth": True,
            "file_overwrite": False,
            "client_config": _client(env.str("FILES_ADDRESSING", default="path")),
        },
    }


def _client(addressing: str) -> Any:
    """As other services than Amazon's understand it: newer checksums only where they are asked for."""
    from botocore.config import Config  # large, and needed only with a bucket

    return Config(
        s3={"addressing_style": addressing},
        signature_version="s3v4",
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
        connect_timeout=5,
        read_timeout=30,
        retries={"max_attempts": 3},
    )

"""What boto3 does with the S3 door; Boto3Test runs one function of these at a time."""

import base64
import datetime
import hashlib
import io
import os
import sys
import types
import urllib.error
import urllib.request
import zlib

import boto3
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import ClientError

PATHS = Config(s3={"addressing_style": "path"}, signature_version="s3v4")
FOLDER = "shop/boto3/"
ODD = [
    "two words",
    "a+b",
    "100%",
    "50%25",
    "호수/grün",
    "a//b/../c",
    "quote'\"<&>",
    "emoji 🐦",
    "=?&;,:@!$*()[]~",
    "trailing/",
    "x" * (1024 - len(FOLDER)),
]


def client(**keys):
    return boto3.client("s3", endpoint_url=os.environ["AWS_ENDPOINT_URL_S3"],
                        region_name=os.environ["AWS_REGION"], config=PATHS, **keys)


def refused(code, work):
    try:
        work()
    except ClientError as e:
        assert e.response["Error"]["Code"] == code, e.response
        return e.response
    raise AssertionError("It was not refused with " + code)


def odd_keys():
    s3 = client()
    for name in ODD:
        key = FOLDER + "odd/" + name if len(name) < 900 else FOLDER + name
        body = name.encode()
        s3.put_object(Bucket="raw", Key=key, Body=body, Metadata={"note": "kept"})
        got = s3.get_object(Bucket="raw", Key=key)
        assert got["Body"].read() == body, key
        assert got["Metadata"] == {"note": "kept"}, key
        assert got["ETag"] == '"%s"' % hashlib.md5(body).hexdigest()
        listed = s3.list_objects_v2(Bucket="raw", Prefix=key)["Contents"]
        assert [o["Key"] for o in listed] == [key], listed
        copy = FOLDER + "copy/" + name if len(name) < 900 else FOLDER + "y" + name[1:]
        s3.copy_object(Bucket="stage", Key=copy, CopySource={"Bucket": "raw", "Key": key})
        assert s3.get_object(Bucket="stage", Key=copy)["Body"].read() == body
        s3.delete_objects(Bucket="raw", Delete={"Objects": [{"Key": key}]})
        assert refused("404", lambda: s3.head_object(Bucket="raw", Key=key))
    refused("KeyTooLongError", lambda: s3.put_object(Bucket="raw", Key="k" * 1025, Body=b""))


def ranges():
    s3 = client()
    body = bytes(range(256)) * 100
    s3.put_object(Bucket="raw", Key=FOLDER + "range", Body=body)

    def part(text):
        got = s3.get_object(Bucket="raw", Key=FOLDER + "range", Range=text)
        return got["Body"].read(), got["ContentRange"], got["ResponseMetadata"]["HTTPStatusCode"]

    assert part("bytes=10-19") == (body[10:20], "bytes 10-19/25600", 206)
    assert part("bytes=-5") == (body[-5:], "bytes 25595-25599/25600", 206)
    assert part("bytes=25000-") == (body[25000:], "bytes 25000-25599/25600", 206)
    refused("InvalidRange",
            lambda: s3.get_object(Bucket="raw", Key=FOLDER + "range", Range="bytes=25600-"))


def parts():
    s3 = client()
    body = hashlib.sha512(b"seed").digest() * (20 * 1024 * 1024 // 64)
    s3.upload_fileobj(io.BytesIO(body), "raw", FOLDER + "large",
                      Config=TransferConfig(multipart_threshold=8 << 20, multipart_chunksize=8 << 20))
    assert s3.head_object(Bucket="raw", Key=FOLDER + "large")["ETag"].endswith('-3"')
    back = io.BytesIO()
    s3.download_fileobj("raw", FOLDER + "large", back)
    assert back.getvalue() == body
    s3.copy({"Bucket": "raw", "Key": FOLDER + "large"}, "stage", FOLDER + "large",
            Config=TransferConfig(multipart_threshold=8 << 20, multipart_chunksize=8 << 20))
    assert s3.head_object(Bucket="stage", Key=FOLDER + "large")["ContentLength"] == len(body)
    upload = s3.create_multipart_upload(Bucket="raw", Key=FOLDER + "given up")["UploadId"]
    open_uploads = s3.list_multipart_uploads(Bucket="raw")["Uploads"]
    assert [u["UploadId"] for u in open_uploads] == [upload]
    s3.abort_multipart_upload(Bucket="raw", Key=FOLDER + "given up", UploadId=upload)
    assert "Uploads" not in s3.list_multipart_uploads(Bucket="raw")


def checksums():
    s3 = client()
    body = b"counted and compared"
    sums = {
        "CRC32": base64.b64encode(zlib.crc32(body).to_bytes(4, "big")).decode(),
        "SHA1": base64.b64encode(hashlib.sha1(body).digest()).decode(),
        "SHA256": base64.b64encode(hashlib.sha256(body).digest()).decode(),
    }
    for name, value in sums.items():
        key = FOLDER + name
        field = "Checksum" + name
        assert s3.put_object(Bucket="raw", Key=key, Body=body, ChecksumAlgorithm=name)[field] == value
        got = s3.get_object(Bucket="raw", Key=key, ChecksumMode="ENABLED")
        assert got["Body"].read() == body and got[field] == value
        other = base64.b64encode(b"\0" * len(base64.b64decode(value))).decode()
        refused("BadDigest", lambda: s3.put_object(Bucket="raw", Key=key + "-bad", Body=body, **{field: other}))
        refused("404", lambda: s3.head_object(Bucket="raw", Key=key + "-bad"))
    refused("BadDigest", lambda: s3.put_object(
        Bucket="raw", Key=FOLDER + "md5-bad", Body=body,
        ContentMD5=base64.b64encode(hashlib.md5(b"other").digest()).decode()))


def pages_and_many_deletes():
    s3 = client()
    keys = [FOLDER + "many/%d/%03d" % (i % 3, i) for i in range(40)]
    for key in keys:
        s3.put_object(Bucket="raw", Key=key, Body=b"x")
    pages = s3.get_paginator("list_objects_v2").paginate(
        Bucket="raw", Prefix=FOLDER + "many/", PaginationConfig={"PageSize": 7})
    assert [o["Key"] for page in pages for o in page["Contents"]] == sorted(keys)
    folders = s3.list_objects_v2(Bucket="raw", Prefix=FOLDER + "many/", Delimiter="/")
    assert [p["Prefix"] for p in folders["CommonPrefixes"]] == [FOLDER + "many/%d/" % i for i in range(3)]
    assert "Contents" not in folders
    answer = s3.delete_objects(Bucket="raw", Delete={"Objects": [{"Key": k} for k in keys]})
    assert len(answer["Deleted"]) == len(keys) and "Errors" not in answer, answer
    assert s3.list_objects_v2(Bucket="raw", Prefix=FOLDER + "many/")["KeyCount"] == 0


def presigned():
    s3 = client()
    key = FOLDER + "pre signed+%"
    put = s3.generate_presigned_url("put_object", Params={"Bucket": "raw", "Key": key}, ExpiresIn=60)
    urllib.request.urlopen(urllib.request.Request(put, data=b"by url", method="PUT",
                                                  headers={"Content-Type": ""}))
    get = s3.generate_presigned_url("get_object", Params={"Bucket": "raw", "Key": key}, ExpiresIn=60)
    assert urllib.request.urlopen(get).read() == b"by url"
    status(403, "SignatureDoesNotMatch", get[:-4] + "0000")
    status(403, "AccessDenied", expired(key))


def expired(key):
    """An URL that somebody made an hour ago for one minute."""
    hour = datetime.timedelta(hours=1)

    class Past(datetime.datetime):
        @classmethod
        def utcnow(cls):
            return datetime.datetime.utcnow() - hour

        @classmethod
        def now(cls, tz=None):
            return datetime.datetime.now(tz) - hour

    past = types.SimpleNamespace(datetime=Past, timezone=datetime.timezone)
    signers = [m for name, m in sys.modules.items()
               if name.startswith("botocore.") and getattr(m, "datetime", None) is datetime]
    for signer in signers:
        signer.datetime = past
    try:
        return client().generate_presigned_url(
            "get_object", Params={"Bucket": "raw", "Key": key}, ExpiresIn=60)
    finally:
        for signer in signers:
            signer.datetime = datetime


def status(code, error, url):
    try:
        urllib.request.urlopen(url)
    except urllib.error.HTTPError as e:
        body = e.read().decode()
        assert e.code == code and "<Code>%s</Code>" % error in body, (e.code, body)
        return
    raise AssertionError("The URL was answered: " + url)


def wrong_keys():
    refused("SignatureDoesNotMatch", client(aws_secret_access_key="wrong", aws_access_key_id=key_id()).list_buckets)
    refused("InvalidAccessKeyId", client(aws_secret_access_key="x", aws_access_key_id="NOBODY").list_buckets)
    refused("NoSuchBucket", lambda: client().list_objects_v2(Bucket="nowhere"))
    refused("NoSuchKey", lambda: client().get_object(Bucket="raw", Key=FOLDER + "nothing"))


def key_id():
    return os.environ["AWS_ACCESS_KEY_ID"]


globals()[sys.argv[1]]()

"""Runs the reaper's own code against moto, by boto3, on a clock of its own.

Each line of stdin is a story: {"file": path of reaper.py, "env": {...}, "steps": [...]}; a step is
{"iam": [[method, {...}]]}, {"tick": minute, "event": {...}, "fail": ["iam.method", ...],
"throttle": {"iam.method": times}, "slow": {"iam.method": seconds}},
{"memory": text} or {"forget": true} (a new Lambda container). Its line of stdout: for each tick what
it left behind, or {"broken": why}.
"""
import importlib.util, json, os, sys, traceback

START = 1_781_748_000  # 2026-06-18T02:00:00Z
os.environ.update(
    AWS_ACCESS_KEY_ID="testing",
    AWS_SECRET_ACCESS_KEY="testing",
    AWS_DEFAULT_REGION="us-east-1",
    AWS_EC2_METADATA_DISABLED="true",
    AWS_CONFIG_FILE=os.devnull,
    AWS_SHARED_CREDENTIALS_FILE=os.devnull,
)

import boto3
from botocore.exceptions import ClientError
import moto.iam.models
from moto import mock_aws
from moto.moto_api._internal import moto_api_backend

# moto reads all of AWS's own policies anew for each story: two are enough.
every = json.loads(moto.iam.models.aws_managed_policies_data)
moto.iam.models.aws_managed_policies_data = json.dumps(
    {name: every[name] for name in ("AWSDenyAll", "ReadOnlyAccess")}
)

ACCOUNT = "123456789012"
BOUNDARY = f"arn:aws:iam::{ACCOUNT}:policy/breakglass/BreakGlassEmergencyBoundary"
# moto forgets users' boundaries: they are kept here.
bounded = set()
EMERGENCY, ACTIVATOR = "bg-emergency", "bg-activator"


class Clock:
    """The reaper's `time`, at the minute of the tick."""

    now = START
    slept = 0
    slow = {}
    strptime = staticmethod(__import__("time").strptime)

    def time(self):
        return self.now + self.slept

    def sleep(self, seconds):
        self.slept += seconds


class Client:
    """A boto3 client whose named calls are throttled away or slow; publications are kept."""

    def __init__(self, name, inner, failing, pages, clock):
        self._name, self._inner, self._failing, self._pages = name, inner, failing, pages
        self._clock = clock
        self.exceptions = inner.exceptions

    def __getattr__(self, method):
        def call(**arguments):
            self._clock.slept += self._clock.slow.get(f"{self._name}.{method}", 0)
            left = self._failing.get(f"{self._name}.{method}", 0)
            if left > 0:
                self._failing[f"{self._name}.{method}"] = left - 1
                raise ClientError({"Error": {"Code": "Throttling", "Message": "Rate"}}, method)
            answer = getattr(self._inner, method)(**arguments)
            if method == "get_user" and arguments["UserName"] in bounded:
                answer["User"]["PermissionsBoundary"] = {"PermissionsBoundaryArn": BOUNDARY}
            if method == "publish":
                self._pages.append(arguments["Subject"])
            return answer

        return call


def standing(iam, user):
    keys = iam.list_access_keys(UserName=user)["AccessKeyMetadata"]
    attached = iam.list_attached_user_policies(UserName=user)["AttachedPolicies"]
    try:
        iam.get_login_profile(UserName=user)
        login = True
    except iam.exceptions.NoSuchEntityException:
        login = False
    return {
        "attached": sorted(one["PolicyName"] for one in attached),
        "active": sum(one["Status"] == "Active" for one in keys),
        "login": login,
    }


def load(file, failing, pages, clock):
    spec = importlib.util.spec_from_file_location("reaper", file)
    reaper = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(reaper)
    for name in ("iam", "ssm", "sns"):
        setattr(reaper, name, Client(name, getattr(reaper, name), failing, pages, clock))
    reaper.time = clock
    return reaper


def play(given):
    moto_api_backend.reset()
    os.environ.update(given["env"])
    bounded.clear()
    iam, ssm, sns = (boto3.client(name) for name in ("iam", "ssm", "sns"))
    deny = json.dumps(
        {"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "*", "Resource": "*"}]}
    )
    for name in ("BreakGlassClosed", "BreakGlassEmergencyBoundary"):
        iam.create_policy(PolicyName=name, Path="/breakglass/", PolicyDocument=deny)
    iam.create_user(UserName=EMERGENCY, Path="/breakglass/", PermissionsBoundary=BOUNDARY)
    bounded.add(EMERGENCY)
    iam.create_user(UserName=ACTIVATOR, Path="/breakglass/")
    iam.attach_user_policy(
        UserName=EMERGENCY, PolicyArn=f"arn:aws:iam::{ACCOUNT}:policy/breakglass/BreakGlassClosed"
    )
    ids = {}
    for user in (EMERGENCY, ACTIVATOR):
        ids[user] = iam.create_access_key(UserName=user)["AccessKey"]["AccessKeyId"]
    iam.update_access_key(UserName=EMERGENCY, AccessKeyId=ids[EMERGENCY], Status="Inactive")
    ssm.put_parameter(Name=given["env"]["MEMORY"], Value="{}", Type="String")
    sns.create_topic(Name="breakglass-page")

    failing, pages, clock, out = {}, [], Clock(), []
    reaper = load(given["file"], failing, pages, clock)
    for step in given["steps"]:
        for method, arguments in step.get("iam", []):
            filled = {k: ids.get(v, v) if k == "AccessKeyId" else v for k, v in arguments.items()}
            if method == "delete_user_permissions_boundary":
                bounded.discard(filled["UserName"])
            else:
                getattr(iam, method)(**filled)
        if "memory" in step:
            ssm.put_parameter(
                Name=given["env"]["MEMORY"], Value=step["memory"], Type="String", Overwrite=True
            )
        if step.get("forget"):
            reaper = load(given["file"], failing, pages, clock)
        if "tick" not in step:
            continue
        clock.now = START + step["tick"] * 60
        clock.slept = 0
        clock.slow = step.get("slow", {})
        failing.clear()
        failing.update({name: 10**9 for name in step.get("fail", [])}, **step.get("throttle", {}))
        pages.clear()
        error = None
        try:
            reaper.handler(step["event"], None)
        except RuntimeError as raised:
            error = str(raised)
        memory = ssm.get_parameter(Name=given["env"]["MEMORY"])["Parameter"]["Value"]
        out.append(
            {
                "minute": step["tick"],
                "error": error,
                "seconds": clock.slept,
                "pages": list(pages),
                "emergency": standing(iam, EMERGENCY),
                "activator": standing(iam, ACTIVATOR),
                "memoryBytes": len(memory),
            }
        )
    return out


# One mock for all stories: botocore then reads its models once.
mock_aws(config={"iam": {"load_aws_managed_policies": True}}).start()
for line in sys.stdin:
    try:
        answer = play(json.loads(line))
    except Exception:
        answer = {"broken": traceback.format_exc()}
    print(json.dumps(answer), flush=True)

"""boto3. Prints each operation that was answered."""

import datetime
import os

import boto3
from botocore import xform_name
from botocore.config import Config

NAME, ENDPOINT = os.environ["CLIENT"], os.environ["ENDPOINT"]
FACEBOOK, GOOGLE = "graph.facebook.com", "accounts.google.com"
ROLE = "arn:aws:iam::123456789012:role/Reader"
SERVICES = {"identity": "cognito-identity", "sync": "cognito-sync", "sts": "sts"}


def client(service, credentials=None):
    keys = credentials or {"AccessKeyId": "AKIDLOCAL", "SecretAccessKey": "local-secret"}
    return boto3.client(
        SERVICES[service],
        endpoint_url=ENDPOINT,
        region_name="us-east-1",
        aws_access_key_id=keys["AccessKeyId"],
        # Cognito Identity says SecretKey, STS SecretAccessKey.
        aws_secret_access_key=keys.get("SecretKey") or keys.get("SecretAccessKey"),
        aws_session_token=keys.get("SessionToken"),
        config=Config(retries={"max_attempts": 0}),
    )


def caller(sender, **always):
    def call(operation, **more):
        answer = getattr(sender, xform_name(operation))(**{**always, **more})
        print(operation)
        return answer

    return call


def same(got, expected):
    assert got == expected, f"expected {expected!r}, got {got!r}"


def write(user, dataset, key, value):
    listed = user("ListRecords", DatasetName=dataset)
    same(listed["DatasetExists"], False)
    written = user(
        "UpdateRecords",
        DatasetName=dataset,
        SyncSessionToken=listed["SyncSessionToken"],
        RecordPatches=[
            {
                "Op": "replace",
                "Key": key,
                "Value": value,
                "SyncCount": 0,
                "DeviceLastModifiedDate": datetime.datetime.now(datetime.timezone.utc),
            }
        ],
    )
    same(written["Records"][0]["SyncCount"], 1)
    records = user("ListRecords", DatasetName=dataset, LastSyncCount=0, MaxResults=10)["Records"]
    same([(record["Key"], record["Value"]) for record in records], [(key, value)])


identity = caller(client("identity"))
settings = {"IdentityPoolName": NAME, "AllowUnauthenticatedIdentities": True}
pool = identity(
    "CreateIdentityPool", DeveloperProviderName="login.mine", IdentityPoolTags={"made": "here"}, **settings
)["IdentityPoolId"]
identity(
    "UpdateIdentityPool",
    IdentityPoolId=pool,
    AllowClassicFlow=True,
    SupportedLoginProviders={FACEBOOK: "1", GOOGLE: "2"},
    **settings,
)
same(identity("DescribeIdentityPool", IdentityPoolId=pool)["SupportedLoginProviders"][GOOGLE], "2")
gone = identity("CreateIdentityPool", **{**settings, "IdentityPoolName": f"{NAME} gone"})["IdentityPoolId"]
identity("DeleteIdentityPool", IdentityPoolId=gone)
pools = identity("ListIdentityPools", MaxResults=60)["IdentityPools"]
same([each["IdentityPoolName"] for each in pools if each["IdentityPoolName"].startswith(NAME)], [NAME])

identity("SetIdentityPoolRoles", IdentityPoolId=pool, Roles={"authenticated": ROLE})
same(identity("GetIdentityPoolRoles", IdentityPoolId=pool)["Roles"], {"authenticated": ROLE})
arn = f"arn:aws:cognito-identity:us-east-1:123456789012:identitypool/{pool}"
identity("TagResource", ResourceArn=arn, Tags={"team": NAME, "gone": "x"})
identity("UntagResource", ResourceArn=arn, TagKeys=["gone"])
same(identity("ListTagsForResource", ResourceArn=arn)["Tags"], {"made": "here", "team": NAME})
provider = {"IdentityPoolId": pool, "IdentityProviderName": GOOGLE}
identity("SetPrincipalTagAttributeMap", PrincipalTags={"plan": "custom:plan"}, **provider)
same(identity("GetPrincipalTagAttributeMap", **provider)["PrincipalTags"], {"plan": "custom:plan"})

logins = {FACEBOOK: "alice"}
alice = identity("GetId", IdentityPoolId=pool, Logins=logins)["IdentityId"]
which = {"IdentityPoolId": pool, "IdentityId": alice}
developer = caller(client("sync"), IdentityPoolId=pool)
developer(
    "SetIdentityPoolConfiguration",
    PushSync={"ApplicationArns": ["arn:aws:sns:us-east-1:123456789012:app/GCM/phone"], "RoleArn": ROLE},
    CognitoStreams={"StreamName": "records", "RoleArn": ROLE, "StreamingStatus": "ENABLED"},
)
same(developer("GetIdentityPoolConfiguration")["CognitoStreams"]["StreamName"], "records")

# The enhanced flow.
credentials = identity("GetCredentialsForIdentity", IdentityId=alice, Logins=logins)["Credentials"]
user = caller(client("sync", credentials), **which)
write(user, "profile", "theme", "dark: ü 日本 😀")
write(user, "scratch", "a", "1")
user("DeleteDataset", DatasetName="scratch")
same([each["DatasetName"] for each in user("ListDatasets")["Datasets"]], ["profile"])
same(user("DescribeDataset", DatasetName="profile")["Dataset"]["NumRecords"], 1)
same(user("DescribeIdentityUsage")["IdentityUsage"]["DatasetCount"], 1)
device = user("RegisterDevice", Platform="GCM", Token="a-token")["DeviceId"]
user("SubscribeToDataset", DatasetName="profile", DeviceId=device)
user("UnsubscribeFromDataset", DatasetName="profile", DeviceId=device)

# The classic flow.
token = identity("GetOpenIdToken", IdentityId=alice, Logins=logins)["Token"]
sts = caller(client("sts"))
assumed = sts("AssumeRoleWithWebIdentity", RoleArn=ROLE, RoleSessionName=NAME, WebIdentityToken=token)
write(caller(client("sync", assumed["Credentials"]), **which), "classic", "flow", "classic")
same(sts("GetCallerIdentity")["Account"], "123456789012")


def developer_identity(name):
    opened = identity("GetOpenIdTokenForDeveloperIdentity", IdentityPoolId=pool, Logins={"login.mine": name})
    return opened["IdentityId"]


old, new = developer_identity("old"), developer_identity("new")
same(identity("LookupDeveloperIdentity", IdentityPoolId=pool, DeveloperUserIdentifier="old")["IdentityId"], old)
mine = {"IdentityPoolId": pool, "DeveloperProviderName": "login.mine"}
merged = identity(
    "MergeDeveloperIdentities", SourceUserIdentifier="old", DestinationUserIdentifier="new", **mine
)
same(merged["IdentityId"], new)
found = identity("LookupDeveloperIdentity", IdentityPoolId=pool, IdentityId=new)
same(found["DeveloperUserIdentifierList"], ["new", "old"])
identity("UnlinkDeveloperIdentity", IdentityId=new, DeveloperUserIdentifier="old", **mine)

both = {FACEBOOK: "carol", GOOGLE: "carol"}
carol = identity("GetId", IdentityPoolId=pool, Logins=both)["IdentityId"]
identity("UnlinkIdentity", IdentityId=carol, Logins=both, LoginsToRemove=[GOOGLE])
same(identity("DescribeIdentity", IdentityId=carol)["Logins"], [FACEBOOK])
guest = identity("GetId", IdentityPoolId=pool)["IdentityId"]
identity("DeleteIdentities", IdentityIdsToDelete=[guest])
same(len(identity("ListIdentities", IdentityPoolId=pool, MaxResults=60, HideDisabled=True)["Identities"]), 3)

developer("SetCognitoEvents", Events={"SyncTrigger": "arn:aws:lambda:us-east-1:123456789012:function:check"})
same(list(developer("GetCognitoEvents")["Events"]), ["SyncTrigger"])
developer("BulkPublish")
same(developer("GetBulkPublishDetails")["BulkPublishStatus"], "IN_PROGRESS")
assert developer("DescribeIdentityPoolUsage")["IdentityPoolUsage"]["DataStorage"] > 0
assert caller(client("sync"))("ListIdentityPoolUsage", MaxResults=60)["IdentityPoolUsages"]

# Given a Date, botocore signs that header and leaves X-Amz-Date out.
dated = client("sync")
sent = []
dated.meta.events.register("before-sign.cognito-sync", lambda request, **_: request.headers.add_header("Date", "now"))
dated.meta.events.register("before-send.cognito-sync", lambda request, **_: sent.append(request.headers))
dated.describe_identity_pool_usage(IdentityPoolId=pool)
assert "SignedHeaders=date;host" in str(sent[0]["Authorization"]) and "X-Amz-Date" not in sent[0], sent

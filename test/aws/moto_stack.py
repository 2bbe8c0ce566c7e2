"""Deploys one template to moto's CloudFormation and says what stands then, as IAM tells it.

stdin: {"body": template, "parameters": {...}}; stdout: documents by the names of the kit's files.
"""
import ast, json, os, sys

os.environ.update(
    AWS_ACCESS_KEY_ID="testing",
    AWS_SECRET_ACCESS_KEY="testing",
    AWS_DEFAULT_REGION="us-east-1",
    AWS_CONFIG_FILE=os.devnull,
    AWS_SHARED_CREDENTIALS_FILE=os.devnull,
)

import boto3
from moto import mock_aws


@mock_aws
def main():
    given = json.load(sys.stdin)
    boto3.client("cloudformation").create_stack(
        StackName="breakglass-identities",
        TemplateBody=given["body"],
        Capabilities=["CAPABILITY_NAMED_IAM"],
        Parameters=[
            {"ParameterKey": name, "ParameterValue": value}
            for name, value in given["parameters"].items()
        ],
    )
    iam = boto3.client("iam")
    found = {}
    for one in iam.list_policies(Scope="Local")["Policies"]:
        version = iam.get_policy_version(PolicyArn=one["Arn"], VersionId=one["DefaultVersionId"])
        found[one["Arn"]] = version["PolicyVersion"]["Document"]
    for one in iam.list_roles()["Roles"]:
        found[one["Arn"] + " trust"] = one["AssumeRolePolicyDocument"]
        for name in iam.list_role_policies(RoleName=one["RoleName"])["PolicyNames"]:
            own = iam.get_role_policy(RoleName=one["RoleName"], PolicyName=name)
            # moto keeps a role's own policy as Python wrote it, not as JSON.
            text = own["PolicyDocument"]
            found[one["Arn"]] = ast.literal_eval(text) if isinstance(text, str) else text
    json.dump({"documents": found, "users": [u["Arn"] for u in iam.list_users()["Users"]]}, sys.stdout)


main()

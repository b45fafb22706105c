"""Public endpoints: the API, sign-in, and CloudFront in front of page and API."""

import json
import re
from typing import Any

import pytest

from tests.architecture.stack_template import ROOT, arn_of, expanded_resources, resource, resources, where
from tests.support.template import template
from tools.local_cloud.web_headers import security_headers

MANAGED_CACHING_OPTIMIZED = "658327ea-f89d-4fab-a63d-7e88639e58f6"
MANAGED_CACHING_DISABLED = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
MANAGED_ALL_VIEWER_EXCEPT_HOST = "b689b0a8-53d0-40ab-baf2-68738e2966ac"
GATEWAY_RESPONSES = resource("Api")["GatewayResponses"]


def distribution() -> dict[str, Any]:
    config: dict[str, Any] = resource("Distribution")["DistributionConfig"]
    return config


def behaviour(path: str) -> dict[str, Any]:
    (found,) = [each for each in distribution()["CacheBehaviors"] if each["PathPattern"] == path]
    return dict(found)


def origin(name: str) -> dict[str, Any]:
    (found,) = [each for each in distribution()["Origins"] if each["Id"] == name]
    return dict(found)


def test_the_api_has_the_one_stage_that_the_distributions_path_leads_to() -> None:
    stages = expanded_resources("AWS::ApiGateway::Stage").values()

    assert [stage["StageName"] for stage in stages] == ["api"]
    assert resource("Api")["EndpointConfiguration"] == {"Type": "REGIONAL"}
    assert resource("Api")["TracingEnabled"] is True


def test_every_route_except_the_products_and_the_webhooks_requires_a_token() -> None:
    (api,) = expanded_resources("AWS::ApiGateway::RestApi").values()
    open_calls = [
        (method, path)
        for path, operations in where({"HasSandboxProviders"}, api["Body"]["paths"]).items()
        for method, operation in operations.items()
        if operation.get("security", []) in ([], [{"NONE": []}])
    ]

    # A signature authenticates a webhook.
    assert sorted(open_calls) == [("get", "/products"), ("post", "/webhooks/carrier"), ("post", "/webhooks/payments")]


@pytest.mark.parametrize("name", GATEWAY_RESPONSES)
def test_responses_of_api_gateway_itself_are_problem_documents(name: str) -> None:
    response = GATEWAY_RESPONSES[name]
    body = response["ResponseTemplates"]["application/json"]
    problem = json.loads(re.sub(r":\$context\.error\.messageString", ':"why"', body))

    assert response["ResponseParameters"]["Headers"]["Content-Type"] == "'application/problem+json'"
    assert {"type", "title", "detail", "instance"} <= problem.keys()
    assert problem.get("status") == response.get("StatusCode")


def test_error_responses_of_api_gateway_are_configured() -> None:
    assert {"UNAUTHORIZED", "ACCESS_DENIED", "THROTTLED", "DEFAULT_4XX", "DEFAULT_5XX"} <= GATEWAY_RESPONSES.keys()


def test_sign_in_by_password_is_off_by_default() -> None:
    flows = resource("UserPoolClient")["ExplicitAuthFlows"]

    assert template()["Parameters"]["PasswordSignIn"]["Default"] == "false"
    assert {"Fn::If": ["AllowsPasswordSignIn", "ALLOW_USER_PASSWORD_AUTH", {"Ref": "AWS::NoValue"}]} in flows
    assert "ALLOW_USER_PASSWORD_AUTH" not in flows
    assert {"ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"} <= {flow for flow in flows if isinstance(flow, str)}


def test_only_the_local_environment_turns_sign_in_by_password_on() -> None:
    assert "PasswordSignIn" not in (ROOT / "samconfig.toml").read_text()


def test_sign_in_does_not_reveal_whether_an_account_exists() -> None:
    assert resource("UserPoolClient")["PreventUserExistenceErrors"] == "ENABLED"


def test_the_distribution_is_optional() -> None:
    for name, declared in template()["Resources"].items():
        if declared["Type"].startswith("AWS::CloudFront::"):
            assert declared["Condition"] == "HasCdn", name
    assert template()["Outputs"]["DistributionDomainName"]["Condition"] == "HasCdn"


def test_only_the_distribution_reads_the_page() -> None:
    reads = resource("WebBucketPolicy")["PolicyDocument"]["Statement"][1]["Fn::If"][1]

    assert origin("web")["OriginAccessControlId"] == {"Fn::GetAtt": ["WebOriginAccessControl", "Id"]}
    assert origin("web")["S3OriginConfig"] == {"OriginAccessIdentity": ""}
    assert reads["Principal"] == {"Service": "cloudfront.amazonaws.com"}
    assert reads["Condition"]["StringEquals"]["aws:SourceArn"]["Fn::Sub"].endswith("distribution/${Distribution}")


def test_api_calls_pass_through_uncached_with_everything_but_the_host() -> None:
    api = behaviour("/api/*")

    assert set(api["AllowedMethods"]) == {"GET", "HEAD", "OPTIONS", "PUT", "PATCH", "POST", "DELETE"}
    assert api["CachePolicyId"] == MANAGED_CACHING_DISABLED
    assert api["OriginRequestPolicyId"] == MANAGED_ALL_VIEWER_EXCEPT_HOST
    assert "OriginPath" not in origin("api"), "the stage is named as the path"


def test_products_are_cached_as_their_headers_say() -> None:
    products = behaviour("/api/products")
    paths = [each["PathPattern"] for each in distribution()["CacheBehaviors"]]
    policy = resource("ProductsCachePolicy")["CachePolicyConfig"]

    assert paths.index("/api/products") < paths.index("/api/*"), "the first that matches wins"
    assert products["TargetOriginId"] == "api"
    assert products["CachePolicyId"] == {"Ref": "ProductsCachePolicy"}
    assert (policy["MinTTL"], policy["MaxTTL"]) == (0, 60)
    assert policy["ParametersInCacheKeyAndForwardedToOrigin"]["HeadersConfig"] == {"HeaderBehavior": "none"}


def test_responses_are_compressed() -> None:
    policy = resource("ProductsCachePolicy")["CachePolicyConfig"]["ParametersInCacheKeyAndForwardedToOrigin"]

    # CloudFront compresses only with a cache policy that accepts compressed responses, and CachingDisabled does not.
    # https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/ServingCompressedFiles.html
    assert distribution()["DefaultCacheBehavior"]["Compress"]
    assert distribution()["DefaultCacheBehavior"]["CachePolicyId"] == MANAGED_CACHING_OPTIMIZED
    assert behaviour("/api/products")["Compress"]
    assert policy["EnableAcceptEncodingGzip"]
    assert policy["EnableAcceptEncodingBrotli"]
    assert resource("Api")["MinimumCompressionSize"] == 1000


def test_paths_of_the_page_fall_back_to_it_and_the_apis_404_stays_a_404() -> None:
    (fallback,) = distribution()["DefaultCacheBehavior"]["FunctionAssociations"]

    assert fallback["FunctionARN"] == {"Fn::GetAtt": ["SpaFallbackFunction", "FunctionARN"]}
    assert all("FunctionAssociations" not in each for each in distribution()["CacheBehaviors"])
    assert not any("ResponsePagePath" in each for each in distribution()["CustomErrorResponses"])


def test_no_error_is_cached_for_others() -> None:
    # What CloudFront caches for ten seconds unless told otherwise, and what both origins may answer:
    # https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/HTTPStatusCodes.html
    cached = {404, 405, 414, 500, 501, 502, 503, 504}

    assert {each["ErrorCode"]: each for each in distribution()["CustomErrorResponses"]} == {
        code: {"ErrorCode": code, "ErrorCachingMinTTL": 0} for code in cached
    }


def test_every_answer_carries_the_security_headers() -> None:
    behaviours = [distribution()["DefaultCacheBehavior"], *distribution()["CacheBehaviors"]]
    (policy,) = resources("AWS::CloudFront::ResponseHeadersPolicy").values()
    headers = policy["ResponseHeadersPolicyConfig"]["SecurityHeadersConfig"]

    assert all(each["ResponseHeadersPolicyId"] == {"Ref": "SecurityHeadersPolicy"} for each in behaviours)
    assert headers.keys() >= {"ContentSecurityPolicy", "StrictTransportSecurity", "ContentTypeOptions", "FrameOptions"}
    assert "unsafe" not in headers["ContentSecurityPolicy"]["ContentSecurityPolicy"]["Fn::Sub"]


def test_the_local_web_server_sends_the_same_security_headers() -> None:
    headers = resource("SecurityHeadersPolicy")["ResponseHeadersPolicyConfig"]["SecurityHeadersConfig"]
    local = security_headers(
        "https://cognito-idp.${AWS::Region}.${AWS::URLSuffix}",
        "wss://${LiveApi}.execute-api.${AWS::Region}.${AWS::URLSuffix}",
    )

    assert local == {
        "Content-Security-Policy": headers["ContentSecurityPolicy"]["ContentSecurityPolicy"]["Fn::Sub"],
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": headers["FrameOptions"]["FrameOption"],
        "Referrer-Policy": headers["ReferrerPolicy"]["ReferrerPolicy"],
    }


def test_nothing_is_served_without_tls() -> None:
    behaviours = [distribution()["DefaultCacheBehavior"], *distribution()["CacheBehaviors"]]

    assert {each["ViewerProtocolPolicy"] for each in behaviours} == {"redirect-to-https", "https-only"}
    assert origin("api")["CustomOriginConfig"]["OriginProtocolPolicy"] == "https-only"


def test_every_output_that_scripts_use_exists() -> None:
    assert template()["Outputs"].keys() >= {
        *("UserPoolId", "UserPoolClientId", "ApiUrl", "ApiId", "LiveApiId", "WebBucketName", "DistributionDomainName"),
        *("OrdersTableName", "InventoryTableName", "PaymentsTableName", "ShippingTableName", "ViewsTableName"),
        *("EventStoreBucketName", "OrderEventsTopicArn", "FulfilOrderStateMachineArn"),
        *("FulfilmentQueueUrl", "FulfilmentDeadLetterQueueUrl", "ProjectionQueueUrl", "ProjectionDeadLetterQueueUrl"),
        *("UnreadableRecordsQueueUrl", "StreamFailuresQueueUrl"),
    }


def test_the_authorizer_uses_the_stacks_own_user_pool() -> None:
    auth = resource("Api")["Auth"]

    assert auth["Authorizers"][auth["DefaultAuthorizer"]]["UserPoolArn"] == arn_of("UserPool")


def test_the_page_has_the_password_rules_of_the_user_pool() -> None:
    policy = resource("UserPool")["Policies"]["PasswordPolicy"]
    page = (ROOT / "frontend/src/session/credentials.ts").read_text()
    required = [name for name, value in policy.items() if name.startswith("Require") and value]

    (least,) = re.findall(r"MIN_CHARACTERS = (\d+);", page)
    assert int(least) == policy["MinimumLength"]
    kinds = page.split("const KINDS", 1)[1].split("];\n", 1)[0]
    assert len(re.findall(r"^  \[/", kinds, re.MULTILINE)) == len(required)

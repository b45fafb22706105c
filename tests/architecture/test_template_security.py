"""Protection against abuse: throttles, the web firewall, sign-in, keys."""

import tomllib
from datetime import timedelta
from typing import Any

import pytest

import customer_orders
from tests.architecture.stack_template import (
    BUCKET,
    FUNCTION,
    MAPPING,
    QUEUE,
    ROOT,
    TABLE,
    arn_of,
    expanded_resources,
    resource,
    resources,
    statements,
    where,
)
from tests.support.template import template

OFF_BY_DEFAULT = ["HasDataKey", "HasWebFirewall", "HasThreatProtection"]
OWN_KEY = {"HasDataKey"}
# Only public content uses the AWS managed key, because CloudFront could not read the page otherwise.
KEPT_SECRET = [name for name in resources(BUCKET) if name != "WebBucket"]


def default(parameter: str) -> Any:
    return template()["Parameters"][parameter]["Default"]


def declared(name: str) -> dict[str, Any]:
    found: dict[str, Any] = template()["Resources"][name]
    return found


def rules() -> dict[str, dict[str, Any]]:
    return {rule["Name"]: rule["Statement"] for rule in resource("WebFirewall")["Rules"]}


def test_the_api_has_a_rate_limit_and_lower_ones_for_orders_and_webhooks() -> None:
    (stage,) = expanded_resources("AWS::ApiGateway::Stage").values()
    rates = {
        (each["HttpMethod"], each["ResourcePath"]): each["ThrottlingRateLimit"] for each in stage["MethodSettings"]
    }

    # The notation of the path /orders:
    # https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-apigateway-stage-methodsetting.html
    for limited in ("/~1orders", "/~1webhooks~1payments", "/~1webhooks~1carrier"):
        assert rates[("POST", limited)] < rates[("*", "/*")]
    assert all(each["ThrottlingBurstLimit"] >= each["ThrottlingRateLimit"] for each in stage["MethodSettings"])


@pytest.mark.parametrize(
    "name", [name for name, each in resources(MAPPING).items() if each["EventSourceArn"]["Fn::GetAtt"][1] == "Arn"]
)
def test_a_full_queue_takes_no_more_than_its_share_of_the_account(name: str) -> None:
    assert 2 <= resource(name)["ScalingConfig"]["MaximumConcurrency"] <= 50


def test_low_concurrency_takes_fewer_batches_at_once() -> None:
    levels = template()["Mappings"]["Concurrency"]

    assert 2 <= levels["LOW"]["Batches"] < levels["NORMAL"]["Batches"]


def test_concurrency_is_reserved_only_where_a_parameter_says_so() -> None:
    reserved = {
        name: each["ReservedConcurrentExecutions"]
        for name, each in resources(FUNCTION).items()
        if "ReservedConcurrentExecutions" in each
    }

    assert reserved.keys() == {"OrdersApiFunction", "CatalogFunction", "RelayEventsFunction"}
    for function, chosen in reserved.items():
        condition, parameter, _ = chosen["Fn::If"]
        assert where(set(), chosen) is None, function
        assert default(parameter["Ref"]) == 0
        assert template()["Conditions"][condition] == {"Fn::Not": [{"Fn::Equals": [parameter, 0]}]}


@pytest.mark.parametrize("condition", OFF_BY_DEFAULT)
def test_paid_extras_are_off_by_default(condition: str) -> None:
    rule = template()["Conditions"][condition]
    negated = "Fn::Not" in rule
    parameter, word = (rule["Fn::Not"][0] if negated else rule)["Fn::Equals"]

    assert (default(parameter["Ref"]) == word) is negated


def test_emails_have_one_sender_and_may_go_to_verified_recipients() -> None:
    (policy,) = resource("SendNotificationsFunction")["Policies"]
    (sending,) = [each for each in statements(policy) if each["Action"] == ["ses:SendEmail"]]

    # In the SES sandbox IAM checks the recipient's identity, too.
    assert sending["Resource"]["Fn::Sub"].endswith(":${AWS::AccountId}:identity/*")
    assert sending["Condition"] == {"StringEquals": {"ses:FromAddress": {"Ref": "NotificationSender"}}}


def test_a_warning_does_not_fail_the_import_of_the_api() -> None:
    # The public route has `security: [{NONE: []}]`, which API Gateway may warn about.
    assert "FailOnWarnings" not in resource("Api")


def test_the_firewall_stands_before_the_stage() -> None:
    (association,) = expanded_resources("AWS::WAFv2::WebACLAssociation").values()
    (stage,) = expanded_resources("AWS::ApiGateway::Stage")

    assert association["WebACLArn"] == arn_of("WebFirewall")
    assert association["ResourceArn"]["Fn::Sub"].endswith(f"::/restapis/${{Api}}/stages/${{{stage}}}")
    assert resource("WebFirewall")["Scope"] == "REGIONAL"
    assert {declared(name).get("Condition") for name in ("WebFirewall", "WebFirewallAssociation")} == {"HasWebFirewall"}


def test_the_rate_limit_of_the_firewall_covers_cloudfront_and_direct_requests() -> None:
    behind = rules()["RateLimitByForwardedAddress"]["RateBasedStatement"]
    past = rules()["RateLimitByAddress"]["RateBasedStatement"]

    assert behind["AggregateKeyType"] == "FORWARDED_IP"
    assert behind["ForwardedIPConfig"] == {"HeaderName": "X-Forwarded-For", "FallbackBehavior": "MATCH"}
    assert past["AggregateKeyType"] == "IP"
    assert past["ScopeDownStatement"].keys() == {"NotStatement"}


def test_the_firewall_lets_a_large_order_through() -> None:
    (override,) = rules()["CommonThreats"]["ManagedRuleGroupStatement"]["RuleActionOverrides"]

    assert override == {"Name": "SizeRestrictions_BODY", "ActionToUse": {"Count": {}}}


def test_a_password_is_strong() -> None:
    policy = resource("UserPool")["Policies"]["PasswordPolicy"]

    assert policy["MinimumLength"] >= 12
    assert all(policy[f"Require{kind}"] for kind in ("Lowercase", "Uppercase", "Numbers", "Symbols"))


def test_a_customer_can_change_only_a_verified_email_address() -> None:
    client = resource("UserPoolClient")

    assert client["WriteAttributes"] == ["email"]
    assert resource("UserPool")["UserAttributeUpdateSettings"] == {
        "AttributesRequireVerificationBeforeUpdate": ["email"]
    }


def test_a_stolen_token_is_valid_for_one_day_at_most() -> None:
    client = resource("UserPoolClient")
    minutes = {"minutes": 1, "hours": 60, "days": 24 * 60}

    def lives(token: str) -> int:
        return int(client[f"{token}Validity"] * minutes[client["TokenValidityUnits"][token]])

    assert client["EnableTokenRevocation"] is True
    assert {token: lives(token) for token in ("IdToken", "AccessToken", "RefreshToken")} == {
        "IdToken": 60,
        "AccessToken": 60,
        "RefreshToken": 24 * 60,
    }


def test_the_last_check_of_an_erasure_is_later_than_the_last_token() -> None:
    client = resource("UserPoolClient")

    assert client["TokenValidityUnits"]["IdToken"] == "minutes"
    assert timedelta(minutes=client["IdTokenValidity"]) < customer_orders.LAST_CHECK_DELAY


def test_threat_protection_comes_with_the_tier_that_it_needs() -> None:
    pool = where({"HasThreatProtection"}, resource("UserPool"))

    assert pool["UserPoolTier"] == "PLUS"
    assert pool["UserPoolAddOns"] == {"AdvancedSecurityMode": {"Ref": "ThreatProtection"}}
    assert "UserPoolAddOns" not in where(set(), resource("UserPool"))


def test_production_has_threat_protection() -> None:
    environments = tomllib.loads((ROOT / "samconfig.toml").read_text())

    def protects(environment: str) -> bool:
        overrides: str = environments[environment]["deploy"]["parameters"]["parameter_overrides"]
        return "ThreatProtection=ENFORCED" in overrides.split()

    assert protects("prod")
    assert not protects("default"), "a sandbox does without the tier that it needs"


@pytest.mark.parametrize("name", resources(TABLE))
def test_a_tables_key_can_be_the_stacks_own(name: str) -> None:
    assert where(OWN_KEY, resource(name))["SSESpecification"] == {
        "SSEEnabled": True,
        "SSEType": "KMS",
        "KMSMasterKeyId": arn_of("DataKey"),
    }


@pytest.mark.parametrize("name", [*resources(QUEUE), "OrderEventsTopic"])
def test_a_queues_and_the_topics_key_can_be_the_stacks_own(name: str) -> None:
    properties = where(OWN_KEY, resource(name))

    assert properties["KmsMasterKeyId"] == {"Ref": "DataKey"}
    assert "SqsManagedSseEnabled" not in properties


@pytest.mark.parametrize("name", KEPT_SECRET)
def test_a_buckets_key_can_be_the_stacks_own(name: str) -> None:
    (encryption,) = where(OWN_KEY, resource(name))["BucketEncryption"]["ServerSideEncryptionConfiguration"]

    assert encryption["BucketKeyEnabled"] is True
    assert encryption["ServerSideEncryptionByDefault"] == {
        "SSEAlgorithm": "aws:kms",
        "KMSMasterKeyID": arn_of("DataKey"),
    }


def test_the_results_of_queries_are_encrypted_as_the_store_is() -> None:
    results = where(OWN_KEY, resource("QueryWorkGroup"))["WorkGroupConfiguration"]["ResultConfiguration"]

    assert results["EncryptionConfiguration"] == {"EncryptionOption": "SSE_KMS", "KmsKey": arn_of("DataKey")}


def test_the_key_is_used_through_the_stores_by_this_account_only() -> None:
    key = resource("DataKey")
    statements = {each["Sid"]: each for each in key["KeyPolicy"]["Statement"]}
    users = statements["AllowUseThroughServices"]

    assert key["EnableKeyRotation"] is True
    assert declared("DataKey")["Condition"] == "HasDataKey"
    assert users["Condition"]["StringEquals"].keys() == {"kms:CallerAccount", "kms:ViaService"}
    assert not any("*" in action for action in users["Action"])
    # https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.usagenotes.html
    assert {"kms:Encrypt", "kms:Decrypt", "kms:ReEncryptFrom", "kms:ReEncryptTo", "kms:GenerateDataKey"} <= set(
        users["Action"]
    )
    assert "kms:CreateGrant" not in users["Action"], "a grant outlives the right to ask for it"
    assert statements["AllowGrantForTables"]["Condition"]["Bool"] == {"kms:GrantIsForAWSResource": "true"}
    for sid in statements.keys() - {"AllowAccountAdministration"}:
        assert "Condition" in statements[sid], sid
    assert statements["AllowAccountAdministration"]["Principal"]["AWS"]["Fn::Sub"].endswith(":root")

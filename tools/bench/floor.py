"""The two floors, deployed from floor.yaml: the lower bounds that the shop is compared with."""

from collections.abc import Collection
from pathlib import Path
from uuid import uuid4

import httpx

from tools.deployment.parameters import parameters
from tools.local_cloud.aws import Aws
from tools.local_cloud.cloud import LocalCloud

TEMPLATE = Path(__file__).with_name("floor.yaml")
STACK_NAME = "floor"


class Floor:
    """An API route that puts one item, and a saga of five empty tasks."""

    def __init__(self, cloud: LocalCloud, outputs: dict[str, str]) -> None:
        url = f"{cloud.emulator_url}/_aws/execute-api/{outputs['ApiId']}/floor"
        self._http = httpx.Client(base_url=url, timeout=120, trust_env=False)
        self._saga = outputs["SagaArn"]
        self._step_functions = Aws(cloud.emulator_url).step_functions

    @classmethod
    def deploy(cls, cloud: LocalCloud) -> "Floor":
        """Deploy floor.yaml to the cloud's emulator."""
        cloudformation = Aws(cloud.emulator_url).cloudformation
        cloudformation.create_stack(
            StackName=STACK_NAME,
            TemplateBody=TEMPLATE.read_text(),
            Capabilities=["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
            Parameters=[{"ParameterKey": "PythonRuntime", "ParameterValue": parameters(cloud)["PythonRuntime"]}],
        )
        cloudformation.get_waiter("stack_create_complete").wait(StackName=STACK_NAME, WaiterConfig={"Delay": 1})
        (stack,) = cloudformation.describe_stacks(StackName=STACK_NAME)["Stacks"]
        return cls(cloud, {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]})

    def put(self) -> str:
        """Send a request that puts an item, and return the item's id.

        Raises:
            httpx.HTTPStatusError: The item was not put.
        """
        item = str(uuid4())
        self._http.post("/items", json={"id": item}).raise_for_status()
        return item

    def start_saga(self) -> str:
        """Start a run of the empty saga, and return its ARN."""
        return self._step_functions.start_execution(stateMachineArn=self._saga, name=str(uuid4()))["executionArn"]

    def ended(self, runs: Collection[str]) -> dict[str, bool]:
        """Return which of `runs` have ended, and whether each succeeded."""
        statuses = {run: self._step_functions.describe_execution(executionArn=run)["status"] for run in runs}
        return {run: status == "SUCCEEDED" for run, status in statuses.items() if status != "RUNNING"}

"""The calls of operations: tasks, orders of all customers, dead letters, rebuilds of the views, and customers."""

from typing import get_args

import activity
import erase_customer
import find_customer
import get_activity
import list_dead_letters
import list_tasks
import order_document
import rebuild_run
import redrive_dead_letters
import resolve_task
import search_orders
import task
from contracts.generator import openapi_examples as examples
from contracts.generator.api_call import PAGE, Call, Success, location, path, query

OPERATOR_CALLS: dict[str, Call] = {
    "GET /tasks": Call(
        "listTasks",
        "List the open tasks",
        "operators",
        Success(200, "A page of open tasks, oldest first.", list_tasks.TaskPage, {"tasks": [examples.TASK]}),
        problems=(400, 403),
        parameters=(
            query("status", "The status of the tasks.", "open", type="string", enum=["open"], default="open"),
            *PAGE,
        ),
    ),
    "POST /tasks/{task_id}/decision": Call(
        "resolveTask",
        "Resolve a task",
        "operators",
        Success(
            200,
            "The task with the decision. The order changes after a short delay.",
            task.TaskDocument,
            examples.DECIDED_TASK,
        ),
        problems=(400, 403, 404, 409, 413, 422),
        parameters=(path("task_id", "The task's id from `GET /tasks`.", examples.TASK_ID),),
        body=resolve_task.ResolveTask,
        body_example={"decision": "approve", "comment": "a known customer"},
    ),
    "GET /operations/orders": Call(
        "searchOrders",
        "Search the orders of all customers",
        "operators",
        Success(
            200,
            "A page of the orders that match all filters, newest first. It can have fewer orders than `limit` although "
            "there is a next page.",
            search_orders.CustomersOrders,
            {"orders": [examples.CUSTOMERS_ORDER], "next_token": examples.SEARCH_TOKEN},
        ),
        problems=(400, 403),
        parameters=(
            query(
                "status",
                "The status of the orders.",
                "REJECTED",
                type="string",
                enum=[*get_args(order_document.OrderStatus)],
            ),
            query(
                "from",
                "The earliest time when an order was placed (RFC 3339). The default is 30 days before `to`. With a "
                "customer or a full order id, there is no limit by default.",
                "2026-11-20T00:00:00Z",
                type="string",
                format="date-time",
            ),
            query(
                "to",
                "The time before which an order was placed (RFC 3339). The default is now.",
                "2026-11-21T00:00:00Z",
                type="string",
                format="date-time",
            ),
            query(
                "order",
                "An order id, or at least its first eight characters. Case-insensitive.",
                "AC813206",
                type="string",
            ),
            query("customer_id", "The `sub` of the customer.", examples.CUSTOMER_ID, type="string"),
            *PAGE,
        ),
    ),
    "GET /activity": Call(
        "getActivity",
        "Get statistics of the recent orders",
        "operators",
        Success(
            200,
            "Statistics of the orders of all customers in the last hours.",
            activity.Activity,
            examples.ACTIVITY,
        ),
        problems=(400, 403),
        parameters=(
            query(
                "hours",
                "The number of hours to include.",
                1,
                type="integer",
                minimum=1,
                maximum=get_activity.MAX_HOURS,
                default=get_activity.MAX_HOURS,
            ),
        ),
    ),
    "GET /dead-letters": Call(
        "listDeadLetters",
        "List the dead letters",
        "operators",
        Success(
            200,
            "All dead-letter queues, with some of their messages and the causes.",
            list_dead_letters.DeadLetters,
            examples.DEAD_LETTERS,
        ),
        problems=(403,),
    ),
    "POST /dead-letters/{queue}/redrive": Call(
        "redriveDeadLetters",
        "Redrive a dead-letter queue",
        "operators",
        Success(
            202,
            "The numbers of messages that were sent and that are left.",
            redrive_dead_letters.Redriven,
            {"queue": "projection", "sent": 3, "left": 0, "finished": True},
        ),
        problems=(403, 404),
        parameters=(path("queue", "The queue's name from `GET /dead-letters`.", "projection"),),
    ),
    "POST /views/rebuild": Call(
        "startRebuild",
        "Rebuild the views from the event store",
        "operators",
        Success(
            202,
            "The rebuild has started.",
            rebuild_run.Rebuild,
            examples.STARTED_REBUILD,
            headers=location("The URL of its progress, relative to this path.", f"rebuild/{examples.REBUILD_ID}"),
        ),
        problems=(403, 409),
    ),
    "GET /views/rebuild/{rebuild_id}": Call(
        "getRebuild",
        "Get the progress of a rebuild",
        "operators",
        Success(
            200, "The progress of the rebuild, or its result after it has ended.", rebuild_run.Rebuild, examples.REBUILD
        ),
        problems=(403, 404),
        parameters=(
            path("rebuild_id", "The rebuild's id from the response of `POST /views/rebuild`.", examples.REBUILD_ID),
        ),
    ),
    "POST /customers/search": Call(
        "findCustomer",
        "Find a customer by e-mail address",
        "operators",
        Success(
            200,
            "The id of the customer. Empty if no customer has the address.",
            find_customer.FoundCustomers,
            {"customer_ids": [examples.CUSTOMER_ID]},
        ),
        problems=(400, 403, 413, 422),
        body=find_customer.FindCustomer,
        body_example={"email": "ada@example.com"},
    ),
    "POST /customers/{customer_id}/erasure": Call(
        "eraseCustomer",
        "Erase a customer's personal data",
        "operators",
        Success(
            200,
            "The erasure is complete: no order of the customer contains an address, and the user is deleted.",
            erase_customer.ErasedCustomer,
            {"customer_id": examples.CUSTOMER_ID, "orders": 3, "user_deleted": True},
        ),
        other_responses=(
            Success(
                202,
                "The erasure continues. Some orders still need their addresses until they are settled.",
                erase_customer.ErasureInProgress,
                {"customer_id": examples.CUSTOMER_ID, "orders": 3, "orders_under_way": [examples.ORDER_ID]},
            ),
        ),
        problems=(403, 404, 409),
        parameters=(path("customer_id", "The `sub` of the customer's user in the user pool.", examples.CUSTOMER_ID),),
    ),
}

from django.apps import AppConfig

from institutions.constraints import tell_of


class NetworkConfig(AppConfig):
    name = "network"
    verbose_name = "Network"
    sql_folders = ("sql",)
    # Jobs that span institutions get ids, times and states through these, and nothing else.
    callable_functions = (
        "network.person()",
        "network.nobody_acts()",
        "network.kept_accounts()",
        "network.usual_cadences()",
        "network.cadences(uuid)",
        "network.told_until(uuid, text)",
        "network.wished(uuid, uuid)",
        "network.scope(uuid)",
        "network.scope_now(uuid)",
        "network.scope_once(uuid)",
        "network.alerted(timestamptz)",
        "network.make_once(timestamptz)",
        "network.make_due(timestamptz)",
        "network.make_now(timestamptz)",
        "network.lanes(uuid[])",
        "network.lease_due(int, int, timestamptz, uuid)",
        "network.mark(uuid, int, text, timestamptz, timestamptz, text, text)",
        "network.standing(uuid, timestamptz)",
        "network.refuse_address(uuid, text, text, timestamptz)",
        "network.try_address(uuid)",
        "network.webhook_speaks(uuid, uuid)",
        "network.webhooks_due(int, timestamptz)",
        "network.forget_deliveries(int)",
        "network.empty_files()",
        "network.imports_to_run()",
        "network.health(timestamptz, timestamptz)",
    )
    # Those of them that see past the walls (SECURITY DEFINER).
    definers = (
        "make_due",
        "make_now",
        "lanes",
        "alerted",
        "make_once",
        "lease_due",
        "mark",
        "standing",
        "refuse_address",
        "try_address",
        "webhooks_due",
        "forget_deliveries",
        "empty_files",
        "imports_to_run",
        "health",
    )
    extra_triggers = {
        "network_topicpreference": (
            "CREATE TRIGGER wall_05_choose BEFORE INSERT OR UPDATE ON network_topicpreference"
            " FOR EACH ROW EXECUTE FUNCTION network.choose_cadence()",
        ),
        "network_follow": (
            "CREATE TRIGGER wall_05_begin BEFORE INSERT ON network_follow"
            " FOR EACH ROW EXECUTE FUNCTION network.begin_follow()",
        ),
        "network_watch": (
            "CREATE TRIGGER wall_05_begin BEFORE INSERT ON network_watch"
            " FOR EACH ROW EXECUTE FUNCTION network.begin_watch()",
        ),
        "network_webhookendpoint": (
            "CREATE TRIGGER wall_05_few BEFORE INSERT OR UPDATE OF active ON network_webhookendpoint"
            " FOR EACH ROW EXECUTE FUNCTION network.webhook_endpoints_are_few()",
        ),
    }

    def ready(self) -> None:
        """What the constraints mean is known to every door from now on; services are there once models are."""
        from network.services.rules import RULES

        tell_of(RULES)

"""What the constraints of follows, digests, mail and webhooks mean to whoever ran into them."""

from institutions.constraints import Known, Rule, Told
from network.services.import_refusals import AlreadyImported
from network.services.preferences import NoSuchTime
from network.services.webhooks import ReplayRuns, TestWaits, TooManyEndpoints

_LEDGER = Rule("The digest is made or sent at this moment. Look again in a moment.", status=409)
_SENT = Rule("The endpoint is being told at this moment. Look again in a moment.", status=409)

RULES: dict[str, Told] = {
    "follow_once_at_a_time": Rule("You follow this deal already. Leave it so, or end it.", status=409),
    "watch_once_at_a_time": Rule("You watch this already. Leave it so, or end it.", status=409),
    "watch_is_of_one_thing": Rule("Name one project, one mineral or one country."),
    "digest_preference_hour_is_of_a_day": Known(NoSuchTime, "/hour"),
    "digest_preference_weekday_is_of_a_week": Known(NoSuchTime, "/weekday"),
    "digest_once_per_period": _LEDGER,
    "digest_once_per_week": _LEDGER,
    "digest_topic_once": _LEDGER,
    "alert_mark_once": _LEDGER,
    "mailbox_gets_warnings": Rule(
        "Warnings to a functional mailbox are not switched off. Have your institution's admin give it another address."
    ),
    "topic_preference_once": Rule("Your choice is changed at this moment. Look again in a moment.", status=409),
    "digest_one_open_per_person": _LEDGER,
    "digest_sent_has_a_time": _LEDGER,
    "webhook_endpoints_are_few": Known(TooManyEndpoints),
    "webhook_test_one_at_a_time": Known(TestWaits),
    "webhook_secret_one_at_present": Rule("Its secret is changed at this moment. Look again in a moment.", status=409),
    "webhook_delivery_once": _SENT,
    "webhook_delivery_has_a_place": _SENT,
    "webhook_delivery_settled_has_a_time": _SENT,
    "webhook_replay_one_at_a_time": Known(ReplayRuns),
    "webhook_notice_once_a_day": _SENT,
    "import_of_file_once": Rule.like(
        AlreadyImported,
        "This file was imported already. Nothing was done again. Change the file to import more of it.",
    ),
    "network_importfile_source_id_key": Rule("This file is read already. Go on with the import of it.", status=409),
}

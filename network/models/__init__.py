from network.models.digest import AlertMark, Digest, DigestStatus, DigestTopic
from network.models.follow import Follow
from network.models.importing import Import, ImportedRow, ImportFile, ImportKind, ImportState
from network.models.mail_policy import Carries, MailPolicy
from network.models.preference import Cadence, DigestPreference, Mails, Topic, TopicPreference
from network.models.refused_address import RefusedAddress
from network.models.watch import Watch
from network.models.webhook import (
    DeliveryStatus,
    Stopped,
    WebhookAttempt,
    WebhookDelivery,
    WebhookEndpoint,
    WebhookLane,
    WebhookNotice,
    WebhookReplay,
    WebhookSecret,
)

__all__ = [
    "AlertMark",
    "Cadence",
    "Carries",
    "DeliveryStatus",
    "Digest",
    "DigestPreference",
    "DigestStatus",
    "DigestTopic",
    "Follow",
    "Import",
    "ImportFile",
    "ImportKind",
    "ImportState",
    "ImportedRow",
    "MailPolicy",
    "Mails",
    "RefusedAddress",
    "Stopped",
    "Topic",
    "TopicPreference",
    "Watch",
    "WebhookAttempt",
    "WebhookDelivery",
    "WebhookEndpoint",
    "WebhookLane",
    "WebhookNotice",
    "WebhookReplay",
    "WebhookSecret",
]

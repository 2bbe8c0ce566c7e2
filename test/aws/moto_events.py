"""Judges events by moto's own matching of EventBridge patterns.

stdin: [[pattern, event], ...]; stdout: [true or false, ...].
"""
import json, sys

from moto.events.models import EventPattern

json.dump(
    [EventPattern.load(json.dumps(pattern)).matches_event(event) for pattern, event in json.load(sys.stdin)],
    sys.stdout,
)

#!/usr/bin/python3
"""Streams a user's watch events to a Recsys server and shows how the user's list follows them.

It also shows how a backend should send events: fire and retry. `EventOutbox.offer` never waits and never fails, whatever the
recommender does; a thread of its own delivers, keeps each event until its ack has come, and after a broken stream sends it again with
the same event_id, which the server counts once.

Needs Debian's python3-grpcio, and on the first run protobuf-compiler, protobuf-compiler-grpc and libprotobuf-dev (see clients/python/README.md).
"""

import argparse
import collections
import os
import pathlib
import random
import subprocess
import sys
import threading
import time
import uuid

HERE = pathlib.Path(__file__).resolve().parent
DEFAULT_STUBS = HERE.parent / ".generated"
PROTOS = HERE.parent.parent.parent / "protos"

EXIT_OK = 0
EXIT_REFUSED = 1  # the server refused an event or the subscription, or had nothing to recommend
EXIT_UNREACHABLE = 3  # events are left over: the server didn't settle them in time


def parse_arguments():
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="Exit code: 0 all events settled, 1 something was refused or there was nothing to recommend, 2 wrong arguments, "
        "3 the server was not reached or did not settle everything in time.",
    )
    parser.add_argument("items", nargs="*", metavar="ITEM", help="item ids to play, in this order (default: each time the first item of the list)")
    parser.add_argument("--server", default="127.0.0.1:7080", metavar="HOST:PORT", help="where the server listens for gRPC (default: %(default)s)")
    parser.add_argument("--namespace", default="", help="namespace (default: the server's `default`)")
    parser.add_argument("--user", default="", help="user id (default: a new one)")
    parser.add_argument("--plays", type=int, default=3, metavar="N", help="how many plays where no ITEM is given (default: %(default)s)")
    parser.add_argument("--top", type=int, default=5, metavar="N", help="length of the list, 1 to 500 (default: %(default)s)")
    parser.add_argument("--api-key", default=os.environ.get("RECSYS_API_KEY", ""), metavar="KEY", help="API key (default: environment variable RECSYS_API_KEY)")
    parser.add_argument("--patience", type=float, default=30, metavar="SECONDS", help="how long to wait for acks and lists (default: %(default)s)")
    parser.add_argument("--break-after", type=int, default=0, metavar="N", help="break the stream on purpose after N events went out, to see them sent again")
    parser.add_argument("--stubs", default=str(DEFAULT_STUBS), metavar="FOLDER", help="folder of the generated code (default: %(default)s)")
    arguments = parser.parse_args()
    if not 1 <= arguments.top <= 500:
        parser.error("--top: 1 to 500")
    if arguments.plays < 1 or arguments.patience <= 0 or arguments.break_after < 0:
        parser.error("--plays, --patience and --break-after: numbers above 0")
    return arguments


def prepare_stubs(folder):
    """Generates messages and stubs when there are none or a proto is newer, and lets Python find them."""
    newest_proto = max(path.stat().st_mtime for path in PROTOS.rglob("*.proto"))
    if not (folder / "recsys").is_dir() or folder.stat().st_mtime < newest_proto:
        print("generating Python code from protos/ ...", file=sys.stderr)
        subprocess.run([str(HERE.parent / "generate"), str(folder)], check=True)
    sys.path.insert(0, str(folder))


class EventOutbox:
    """Events on their way, at most `capacity` of them. When it is full the oldest waiting event is dropped and counted: a recommender
    that is down for hours costs its own accuracy, never the caller's memory or answer."""

    def __init__(self, capacity=10_000):
        self._capacity = capacity
        self._changed = threading.Condition()
        self._waiting = collections.deque()
        self._unacked = {}  # sequence number -> event, in the order sent
        self._next_sequence = 1
        self._not_before = 0.0
        self._closing = False
        self.dropped = 0

    def offer(self, event):
        """Takes an event over. Returns at once and never raises: call it from anywhere, after your own write has succeeded."""
        with self._changed:
            if len(self._waiting) + len(self._unacked) >= self._capacity:
                self.dropped += 1
                if not self._waiting:
                    return  # everything is on the wire: the new event is the one that goes
                self._waiting.popleft()
            self._waiting.append((self._next_sequence, event))
            self._next_sequence += 1
            self._changed.notify_all()

    def take(self, limit, is_over):
        """The next events to send, at most `limit`; waits for some. None: nothing more will come, or `is_over()` became true."""
        with self._changed:
            while not is_over():
                delay = self._not_before - time.monotonic()
                if self._waiting and delay <= 0:
                    batch = [self._waiting.popleft() for _ in range(min(limit, len(self._waiting)))]
                    self._unacked.update(batch)
                    return batch
                if self._closing and not self._waiting:
                    return None
                self._changed.wait(min(0.1, delay) if self._waiting else 0.1)
        return None

    def settle(self, sequence_number):
        """The event is the server's now, or was refused for good: forget it."""
        with self._changed:
            self._unacked.pop(sequence_number, None)
            self._changed.notify_all()

    def send_again(self, sequence_numbers=None, after=0.0):
        """Events whose ack said "later", or (None) all unacked ones after a broken stream, go out again in their old order."""
        with self._changed:
            for number in sorted(self._unacked if sequence_numbers is None else sequence_numbers, reverse=True):
                event = self._unacked.pop(number, None)
                if event is not None:
                    self._waiting.appendleft((number, event))
            self._not_before = max(self._not_before, time.monotonic() + after)
            self._changed.notify_all()

    def close(self):
        """No more events will be offered."""
        with self._changed:
            self._closing = True
            self._changed.notify_all()

    def pending(self):
        with self._changed:
            return len(self._waiting) + len(self._unacked)

    def wait_until_empty(self, seconds):
        with self._changed:
            return self._changed.wait_for(lambda: not self._waiting and not self._unacked, seconds)


class RecommendationClient:
    """Delivers an outbox over StreamRecommendations on a thread of its own, opening the stream again for as long as it takes."""

    def __init__(self, arguments, user_id, outbox):
        self._arguments = arguments
        self._outbox = outbox
        self._subscription = recommendation_pb2.RecommendRequest(user_ids=[user_id], page_size=arguments.top)
        self._changed = threading.Condition()
        self._list = None
        self._to_break = arguments.break_after
        self._sent = 0
        self._stopped = False
        self._thread = threading.Thread(target=self._run, daemon=True)
        self.refusals = []
        self.duplicates = 0

    def start(self):
        self._thread.start()

    def stop(self, seconds):
        """Waits until everything is settled and the server has closed its side."""
        self._outbox.close()
        self._thread.join(seconds)
        self._stopped = True
        return not self._thread.is_alive()

    def wait_for_list(self, newer_than, seconds):
        """The user's list made from a later state than `newer_than`; None where none came in time."""

        def is_newer():
            return self._list is not None and self._list.state_revision > newer_than

        with self._changed:
            return self._list if self._changed.wait_for(lambda: is_newer() or self.refusals, seconds) and is_newer() else None

    def _run(self):
        metadata = [("authorization", f"Bearer {self._arguments.api_key}")] if self._arguments.api_key else []
        backoff = 0.2
        while not self._stopped:
            with grpc.insecure_channel(self._arguments.server) as channel:
                try:
                    call_is_over = threading.Event()
                    call = recommendation_pb2_grpc.RecommendationServiceStub(channel).StreamRecommendations(
                        self._requests(call_is_over, lambda: call.cancel()), metadata=metadata
                    )
                    for response in call:
                        backoff = 0.2
                        self._take(response)
                    if self._outbox.pending() == 0:
                        return  # half-closed, everything settled, closed by the server
                except grpc.RpcError as error:
                    if error.code() in (grpc.StatusCode.UNAUTHENTICATED, grpc.StatusCode.PERMISSION_DENIED, grpc.StatusCode.INVALID_ARGUMENT):
                        self._refuse(f"the stream was refused: {error.code().name} {error.details()}")
                        return
                    print(f"  stream broke ({error.code().name}); {self._outbox.pending()} events wait, again in {backoff:.1f} s")
                finally:
                    call_is_over.set()
            self._outbox.send_again()
            time.sleep(backoff * random.uniform(0.8, 1.2))
            backoff = min(backoff * 2, 10)

    def _requests(self, call_is_over, cancel):
        yield recommendation_pb2.StreamRecommendationsRequest(namespace=self._arguments.namespace, subscriptions=[self._subscription])
        while (batch := self._outbox.take(1000, call_is_over.is_set)) is not None:
            events = [event_pb2.SequencedEvent(sequence_number=number, event=event) for number, event in batch]
            yield recommendation_pb2.StreamRecommendationsRequest(namespace=self._arguments.namespace, events=events)
            self._sent += len(events)
            if 0 < self._to_break <= self._sent:
                self._to_break = 0
                print(f"  breaking the stream on purpose after {self._sent} events")
                cancel()
                return

    def _take(self, response):
        for ack in response.acks:
            self._take_ack(ack)
        for error in response.subscription_errors:
            self._refuse(f"the subscription was refused: {error.status.message}")
        if response.lists:
            with self._changed:
                self._list = response.lists[-1]
                self._changed.notify_all()

    def _take_ack(self, ack):
        result = ack.WhichOneof("result")
        if result == "error" and ack.error.code in (grpc.StatusCode.UNAVAILABLE.value[0], grpc.StatusCode.RESOURCE_EXHAUSTED.value[0]):
            self._outbox.send_again([ack.sequence_number], after=retry_delay(ack.error))
            print(f"  event {ack.sequence_number}: later, says the server ({ack.error.message})")
            return
        self._outbox.settle(ack.sequence_number)
        if result == "accepted":
            print(f"  event {ack.sequence_number}: accepted ({event_pb2.Durability.Name(ack.accepted.durability)})")
        elif result == "error":
            self._refuse(f"event {ack.sequence_number} was refused: {ack.error.message}")
        else:
            self.duplicates += result == "duplicate"
            print(f"  event {ack.sequence_number}: {result}")

    def _refuse(self, reason):
        with self._changed:
            self.refusals.append(reason)
            self._changed.notify_all()
        print(f"  {reason}")


def retry_delay(status):
    """Seconds to wait, by the status's google.rpc.RetryInfo; 1 where it has none."""
    for detail in status.details:
        info = error_details_pb2.RetryInfo()
        if detail.Unpack(info):
            return info.retry_delay.ToTimedelta().total_seconds()
    return 1.0


def play_events(user_id, item_id, session_id):
    """A play of ten minutes with one heart-beat: to the models one interaction."""
    now = time.time()

    def event(kind, seconds_ago, position):
        made = event_pb2.Event(event_id=str(uuid.uuid4()), user_id=user_id, item_id=item_id, session_id=session_id, type=kind)
        made.event_time.FromMilliseconds(int((now - seconds_ago) * 1000))
        made.position.FromSeconds(position)
        made.duration.FromSeconds(600)
        return made

    return [
        event(event_pb2.EVENT_TYPE_PLAY_START, 0.002, 0),
        event(event_pb2.EVENT_TYPE_PLAY_PROGRESS, 0.001, 300),
        event(event_pb2.EVENT_TYPE_PLAY_STOP, 0, 600),
    ]


def show(shown, before):
    """Prints a list, and where each item stood in the list before."""
    ranks = {item.item_id: item.position for item in before.items} if before is not None else {}
    source = f"model {shown.model_version}" if shown.personalized else "popularity"
    print(f"  list {shown.recommendation_id}, revision {shown.state_revision}, by {source}{', degraded' if shown.degraded else ''}")
    for item in shown.items:
        if before is None:
            change = ""
        elif item.item_id not in ranks:
            change = "new"
        else:
            moved = ranks[item.item_id] - item.position
            change = f"{moved:+d}" if moved else "="
        print(f"    {item.position + 1:3}. {change:>4} {item.item_id}  {item.title}")


def main():
    arguments = parse_arguments()
    prepare_stubs(pathlib.Path(arguments.stubs))
    global grpc, error_details_pb2, event_pb2, recommendation_pb2, recommendation_pb2_grpc
    import grpc
    from google.rpc import error_details_pb2
    from recsys.v1 import event_pb2, recommendation_pb2, recommendation_pb2_grpc

    user_id = arguments.user or f"python-{uuid.uuid4().hex[:8]}"
    session_id = uuid.uuid4().hex
    outbox = EventOutbox()
    client = RecommendationClient(arguments, user_id, outbox)
    client.start()
    print(f"user {user_id} on {arguments.server}")

    current = client.wait_for_list(-1, arguments.patience)
    if current is None and not client.refusals:
        print(f"no list came within {arguments.patience:g} s: is the server up?", file=sys.stderr)
        return EXIT_UNREACHABLE
    if current is not None:
        show(current, None)

    for item_id in arguments.items or [None] * arguments.plays:
        if client.refusals:
            break
        if item_id is None and not current.items:
            print("the list is empty: import a catalogue or some events first", file=sys.stderr)
            client.stop(arguments.patience)
            return EXIT_REFUSED
        played = item_id or current.items[0].item_id
        print(f"{user_id} plays {played}")
        for event in play_events(user_id, played, session_id):
            outbox.offer(event)
        outbox.wait_until_empty(arguments.patience)
        fresh = client.wait_for_list(current.state_revision, arguments.patience)
        if fresh is not None:
            # Events may have been committed in two goes: the list after the second follows at once.
            fresh = client.wait_for_list(fresh.state_revision, 0.3) or fresh
            show(fresh, current)
            current = fresh

    settled = client.stop(arguments.patience)
    print(f"{outbox.pending()} events left over, {outbox.dropped} dropped, {client.duplicates} counted once though sent twice, {len(client.refusals)} refused")
    if client.refusals:
        return EXIT_REFUSED
    return EXIT_OK if settled and outbox.pending() == 0 else EXIT_UNREACHABLE


if __name__ == "__main__":
    sys.exit(main())

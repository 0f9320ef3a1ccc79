"""Hours played as confidence of a linear item-item model (EASE with SLIST's ridge) on steam-200k; see the page of the same number.

Usage: python3 015-hours-in-linear-rules.py game_play.dat      (needs numpy; a minute)

Of each user with three games or more a random one is held out; the other games' scores rank it. Printed: NDCG@10 and the
paired difference to the binary model with its 95 % interval (normal).
"""
import math
import random
import sys

import numpy as np

RIDGE, RELATIVE_RIDGE, SEED = 100, 0.3, 5

rows = [line.split("\t") for line in open(sys.argv[1])][1:]
random.Random(SEED).shuffle(rows)
items, users = {}, {}
for user, item, hours in rows:
    users.setdefault(user, []).append((items.setdefault(item, len(items)), float(hours)))
held_out = [games.pop()[0] if len(games) >= 3 else None for games in users.values()]
histories = list(users.values())
n = len(items)


def matrix(confidence):
    x = np.zeros((len(histories), n), np.float32)
    for user, games in enumerate(histories):
        for item, hours in games:
            x[user, item] = confidence(hours)
    return x


def inverse(x):
    gram = x.T @ x
    gram[np.diag_indices(n)] = gram[np.diag_indices(n)] * (1 + RELATIVE_RIDGE) + RIDGE
    return np.linalg.inv(gram)


def weights(p, target):
    b = p @ target
    return b - p * (np.diag(b) / np.diag(p))[None, :]


def gains(scores):
    scores[owned] = -np.inf
    ranks = [(scores[user] > scores[user, item]).sum() for user, item in enumerate(held_out) if item is not None]
    return np.array([1 / math.log2(rank + 2) if rank < 10 else 0 for rank in ranks])


def say(name, values):
    difference = values - base
    print(f"{name:45} {values.mean():.4f}  {difference.mean():+.4f} +- {1.96 * difference.std() / len(difference) ** 0.5:.4f}", flush=True)


binary = matrix(lambda hours: 1)
owned = binary > 0
p = inverse(binary)
ease = weights(p, binary.T @ binary)
base = gains(binary @ ease)
print(f"{len(base)} users, {n} items")
say("binary", base)
full = matrix(lambda hours: math.log1p(hours) / 3)
half = matrix(lambda hours: 0.5 + math.log1p(hours) / 6)
for name, x in [("log(1 + hours) / 3 as values", full), ("1/2 + log(1 + hours) / 6 as values", half)]:
    say(name, gains(x @ weights(inverse(x), x.T @ x)))
say("the latter weighs the history only", gains(half @ ease))
targets = weights(p, binary.T @ half)
say("the latter weighs what is learned only", gains(binary @ targets))
say("that, each item scaled back to its count", gains(binary @ (targets * (binary.sum(0) / half.sum(0).clip(1e-9))[None, :])))

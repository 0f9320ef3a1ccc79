-- A user's record and duplicate window, as of one moment: a window older than its record would let a duplicate through.
-- KEYS record, window
return {redis.call('GET', KEYS[1]), redis.call('GETRANGE', KEYS[2], -14000, -1)}

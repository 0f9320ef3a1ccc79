-- Takes a user's record away; from now on nothing of the user is visible. The log entries are left to erase.lua.
-- KEYS record, window, users, event index, exposure index, erasures
-- ARGV user id, channel, what to publish on it
-- Returns 1 if there was a record.
local existed = redis.call('DEL', KEYS[1])
redis.call('DEL', KEYS[2])
redis.call('ZREM', KEYS[3], ARGV[1])
for at, kind in pairs({[4] = 'e', [5] = 'x'}) do
  local index = redis.call('GET', KEYS[at])
  if index then
    redis.call('RPUSH', KEYS[6], kind .. index)
    redis.call('DEL', KEYS[at])
  end
end
-- As in commit.lua.
redis.pcall('SPUBLISH', ARGV[2], ARGV[3])
return existed

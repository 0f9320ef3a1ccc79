-- Deletes some of the log entries of users who were deleted.
-- KEYS erasures, events, exposures, undone
-- ARGV at most so many
-- Returns 1 if there are more.
local part = redis.call('LPOP', KEYS[1])
if not part then
  return 0
end
local events = string.sub(part, 1, 1) == 'e'
local last = math.min(#part, 1 + 8 * tonumber(ARGV[1]))
for at = 2, last, 8 do
  local sequence = string.format('%.0f', struct.unpack('<I8', part, at))
  redis.call('XDEL', events and KEYS[2] or KEYS[3], sequence .. '-0')
  redis.call('SREM', KEYS[4], sequence)
end
if last < #part then
  redis.call('LPUSH', KEYS[1], string.sub(part, 1, 1) .. string.sub(part, last + 1))
end
return redis.call('EXISTS', KEYS[1])

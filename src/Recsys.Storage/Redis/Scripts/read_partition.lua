-- Some of a partition's log entries, after a sequence or before it, without those of users who are being erased.
-- KEYS stream, undone, erasures
-- ARGV boundary ('' the end that reading begins at), at most so many, 'a' ascending or 'd' descending, 'e' events or 'x' exposures
-- Returns {sequence of the last entry looked at or '' for none, then five an entry: sequence, user id, event id, undone, payload}.
local entries
if ARGV[3] == 'd' then
  entries = redis.call('XREVRANGE', KEYS[1], ARGV[1] == '' and '+' or '(' .. ARGV[1] .. '-0', '-', 'COUNT', ARGV[2])
else
  entries = redis.call('XRANGE', KEYS[1], ARGV[1] == '' and '-' or '(' .. ARGV[1] .. '-0', '+', 'COUNT', ARGV[2])
end
local result = {''}
if #entries == 0 then
  return result
end
local has_undone = redis.call('EXISTS', KEYS[2]) == 1
local erased = {}
for _, part in ipairs(redis.call('LRANGE', KEYS[3], 0, -1)) do
  if string.sub(part, 1, 1) == ARGV[4] then
    for at = 2, #part, 8 do
      erased[string.format('%.0f', struct.unpack('<I8', part, at))] = true
    end
  end
end
for _, entry in ipairs(entries) do
  local sequence = string.match(entry[1], '^%d+')
  result[1] = sequence
  if not erased[sequence] then
    result[#result + 1] = sequence
    result[#result + 1] = entry[2][2]
    result[#result + 1] = entry[2][4]
    result[#result + 1] = has_undone and redis.call('SISMEMBER', KEYS[2], sequence) or 0
    result[#result + 1] = entry[2][6]
  end
end
return result

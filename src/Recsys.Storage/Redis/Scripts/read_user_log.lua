-- Some of a user's log entries, after a sequence or before it.
-- KEYS index, stream, undone
-- ARGV boundary, at most so many, 'a' ascending or 'd' descending
-- Returns {1 if there may be more, boundary to go on from, then four an entry: sequence, event id, undone, payload}.
local length = redis.call('STRLEN', KEYS[1]) / 8
local boundary, most, descending = tonumber(ARGV[1]), tonumber(ARGV[2]), ARGV[3] == 'd'
local low, high = 0, length
while low < high do
  local middle = math.floor((low + high) / 2)
  local sequence = struct.unpack('<I8', redis.call('GETRANGE', KEYS[1], middle * 8, middle * 8 + 7))
  if sequence > boundary or (descending and sequence == boundary) then
    high = middle
  else
    low = middle + 1
  end
end
local from, to = low, math.min(length, low + most) - 1
if descending then
  from, to = math.max(0, low - most), low - 1
end
if from > to then
  return {0, ARGV[1]}
end

local index = redis.call('GETRANGE', KEYS[1], from * 8, to * 8 + 7)
local has_undone = redis.call('EXISTS', KEYS[3]) == 1
local result = {(descending and from > 0 or not descending and to < length - 1) and 1 or 0, ''}
for i = 1, #index, 8 do
  local sequence = string.format('%.0f', struct.unpack('<I8', index, descending and #index - i - 6 or i))
  result[2] = sequence
  local entry = redis.call('XRANGE', KEYS[2], sequence .. '-0', sequence .. '-0')[1]
  if entry then
    result[#result + 1] = sequence
    result[#result + 1] = entry[2][4]
    result[#result + 1] = has_undone and redis.call('SISMEMBER', KEYS[3], sequence) or 0
    result[#result + 1] = entry[2][6]
  end
end
return result

-- One user's change, atomically. Says what was stored instead if the revision isn't the expected one.
-- KEYS record, window, counter, users, events, exposures, event index, exposure index, undone
-- ARGV user id, expected revision ('' any), has state, state, has profile, profile, new window entries, window's life in ms,
--      sequences to mark as undone (8 bytes each), channel, what to publish on it, then three an appended entry: 'e' or 'x', event id, payload
-- Returns {1 committed or 0 conflict, revision, first sequence}.
local HEAD = 13
local record = redis.call('GETRANGE', KEYS[1], 0, HEAD - 1)
local stored, profile_length = 0, 0
if #record == HEAD then
  local version
  version, stored, profile_length = struct.unpack('<BI8I4', record)
  if version ~= 1 then
    return redis.error_reply('RECSYSFORMAT record version ' .. version)
  end
elseif #record > 0 then
  return redis.error_reply('RECSYSFORMAT record of ' .. #record .. ' bytes')
end
if ARGV[2] ~= '' and tonumber(ARGV[2]) ~= stored then
  return {0, stored, 0}
end

-- One counter numbers revisions and log entries of the partition, so that neither ever comes again, not even after a user was deleted.
local count = (#ARGV - 11) / 3
local revision = redis.call('INCRBY', KEYS[3], count + 1)
local first = revision - count

local has_state, has_profile = ARGV[3] == '1', ARGV[5] == '1'
if stored > 0 and not has_state and not has_profile then
  redis.call('SETRANGE', KEYS[1], 1, struct.pack('<I8', revision))
else
  local state, profile = ARGV[4], ARGV[6]
  if not has_profile and profile_length > 0 then
    profile = redis.call('GETRANGE', KEYS[1], HEAD, HEAD + profile_length - 1)
  end
  if not has_state and stored > 0 then
    state = redis.call('GETRANGE', KEYS[1], HEAD + profile_length, -1)
  end
  redis.call('SET', KEYS[1], struct.pack('<BI8I4', 1, revision, #profile) .. profile .. state)
end
if stored == 0 then
  redis.call('ZADD', KEYS[4], 0, ARGV[1])
end

if #ARGV[7] > 0 then
  -- The newest 1,000 count. What is older is cut off now and then only.
  if redis.call('APPEND', KEYS[2], ARGV[7]) > 28000 then
    redis.call('SET', KEYS[2], redis.call('GETRANGE', KEYS[2], -14000, -1))
  end
  redis.call('PEXPIRE', KEYS[2], ARGV[8])
end

local indexes = {e = {}, x = {}}
for i = 0, count - 1 do
  local at = 12 + i * 3
  local events = ARGV[at] == 'e'
  redis.call('XADD', events and KEYS[5] or KEYS[6], string.format('%.0f-0', first + i), 'u', ARGV[1], 'e', ARGV[at + 1], 'p', ARGV[at + 2])
  local index = indexes[ARGV[at]]
  index[#index + 1] = struct.pack('<I8', first + i)
end
if #indexes.e > 0 then
  redis.call('APPEND', KEYS[7], table.concat(indexes.e))
end
if #indexes.x > 0 then
  redis.call('APPEND', KEYS[8], table.concat(indexes.x))
end

for at = 1, #ARGV[9], 8 do
  local sequence = string.format('%.0f', struct.unpack('<I8', ARGV[9], at))
  local entry = redis.call('XRANGE', KEYS[5], sequence .. '-0', sequence .. '-0')[1]
    or redis.call('XRANGE', KEYS[6], sequence .. '-0', sequence .. '-0')[1]
  if entry and entry[2][2] == ARGV[1] then
    redis.call('SADD', KEYS[9], sequence)
  end
end

-- For those who watch the user. A new state of the same events is no news. An account that may not publish commits nevertheless.
if count > 0 or has_profile or #ARGV[9] > 0 then
  redis.pcall('SPUBLISH', ARGV[10], ARGV[11])
end
return {1, revision, count > 0 and first or 0}

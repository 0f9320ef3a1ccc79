-- Writes and deletes documents of one collection and namespace, each if its revision is the expected one.
-- KEYS documents, keys in order, changes, counter
-- ARGV four a document: key, expected revision ('' any), 'w' write or 'd' delete, content
-- Returns two a document: 1 done or 0 conflict, revision.
local results = {}
for at = 1, #ARGV, 4 do
  local key, expected = ARGV[at], ARGV[at + 1]
  local document = redis.call('HGET', KEYS[1], key)
  local stored = document and struct.unpack('<I8', document) or 0
  local done, revision = 1, 0
  if expected ~= '' and tonumber(expected) ~= stored then
    done, revision = 0, stored
  elseif ARGV[at + 2] == 'w' then
    revision = redis.call('INCR', KEYS[4])
    redis.call('HSET', KEYS[1], key, struct.pack('<I8', revision) .. ARGV[at + 3])
    redis.call('ZADD', KEYS[2], 0, key)
    redis.call('ZADD', KEYS[3], revision, key)
  elseif document then
    redis.call('HDEL', KEYS[1], key)
    redis.call('ZREM', KEYS[2], key)
    redis.call('ZADD', KEYS[3], redis.call('INCR', KEYS[4]), key)
  end
  results[#results + 1] = done
  results[#results + 1] = revision
end
return results

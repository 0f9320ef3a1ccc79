-- Documents that were written or deleted after a revision, in the order of their last change.
-- KEYS documents, changes, counter
-- ARGV revision, at most so many
-- Returns three a document: key, revision of its last change, value or nothing.
local result = {}
-- A fail-over may have taken revisions back, which were given out again since: all is told anew.
if tonumber(redis.call('GET', KEYS[3]) or '0') < tonumber(ARGV[1]) then
  ARGV[1] = '0'
end
local changes = redis.call('ZRANGEBYSCORE', KEYS[2], '(' .. ARGV[1], '+inf', 'WITHSCORES', 'LIMIT', 0, ARGV[2])
for i = 1, #changes, 2 do
  result[#result + 1] = changes[i]
  result[#result + 1] = changes[i + 1]
  result[#result + 1] = redis.call('HGET', KEYS[1], changes[i])
end
return result

-- Documents in the order of their keys.
-- KEYS documents, keys in order
-- ARGV start of the range ('-' or '(' and a key), at most so many
-- Returns two a document: key, value.
local result = {}
for _, key in ipairs(redis.call('ZRANGEBYLEX', KEYS[2], ARGV[1], '+', 'LIMIT', 0, ARGV[2])) do
  result[#result + 1] = key
  result[#result + 1] = redis.call('HGET', KEYS[1], key)
end
return result

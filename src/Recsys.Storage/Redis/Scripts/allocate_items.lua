-- The numbers of items; those that have none get the next ones.
-- KEYS numbers by item, items in the order of their numbers
-- ARGV items
local numbers = {}
for i, item in ipairs(ARGV) do
  local number = redis.call('HGET', KEYS[1], item)
  if not number then
    number = redis.call('RPUSH', KEYS[2], item)
    redis.call('HSET', KEYS[1], item, number)
  end
  numbers[i] = tonumber(number)
end
return numbers

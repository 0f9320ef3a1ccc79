-- Gives items back the numbers that they had: a fail-over may have lost the newest.
-- KEYS numbers by item, items in the order of their numbers
-- ARGV first number, then items whose numbers follow each other
-- Returns {1} all have them; {0, number} the number is another item's now; {2, number} so many are there, which is too few to go on behind.
local first = tonumber(ARGV[1])
local count = redis.call('LLEN', KEYS[2])
if count < first - 1 then
  return {2, count}
end
for i = 2, #ARGV do
  local number = first + i - 2
  if number <= count then
    if redis.call('LINDEX', KEYS[2], number - 1) ~= ARGV[i] then
      return {0, number}
    end
  elseif redis.call('HEXISTS', KEYS[1], ARGV[i]) == 1 then
    return {0, number}
  else
    redis.call('RPUSH', KEYS[2], ARGV[i])
    redis.call('HSET', KEYS[1], ARGV[i], number)
  end
end
return {1}

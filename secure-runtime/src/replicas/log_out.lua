-- Raises the second before which no token counts, and gives it. ARGV[1]: the second of the replica that was asked.
local now = math.max(tonumber(redis.call('TIME')[1]), tonumber(ARGV[1]))
local before = tonumber(redis.call('GET', KEYS[1]) or '0')
local second = string.format('%.0f', math.max(before, now) + 1)
redis.call('SET', KEYS[1], second)
return second

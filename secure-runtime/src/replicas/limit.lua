-- One quota for one key, on the server's clock. KEYS[1]: the key. ARGV: `w`, count, period, or `r`, interval, burst; times in microseconds.
-- Gives whether one was spent, how many more can be, and in how many microseconds more can be than now.
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local key, kind, a, b = KEYS[1], ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
-- Numbers of this size lose digits when Lua writes them by itself.
local function text(number) return string.format('%.0f', number) end
local function millis(micros) return text(math.ceil(micros / 1000) + 1) end

if kind == 'w' then
  -- The times of those that passed, the newest first. A clock that was set back stands still until it has caught up.
  local newest = tonumber(redis.call('LINDEX', key, 0) or '0')
  if newest > now then now = newest end
  local oldest = tonumber(redis.call('LINDEX', key, -1) or 'nil')
  while oldest and now - oldest > b do
    redis.call('RPOP', key)
    oldest = tonumber(redis.call('LINDEX', key, -1) or 'nil')
  end
  local used = redis.call('LLEN', key)
  if used < a then
    redis.call('LPUSH', key, text(now))
    redis.call('PEXPIRE', key, millis(b))
    return {1, a - used - 1, text((oldest or now) + b + 1 - now)}
  end
  -- Should the count have been lowered, more than one has to leave.
  local leaving = tonumber(redis.call('LINDEX', key, a - 1))
  return {0, 0, text(leaving + b + 1 - now)}
end

-- GCRA: the theoretical arrival time of the next request.
local arrival = tonumber(redis.call('GET', key) or '0')
if arrival < now then arrival = now end
local ahead = arrival + a - now
local most = a * b
if ahead > most then
  return {0, 0, text(ahead - most)}
end
redis.call('SET', key, text(now + ahead), 'PX', millis(ahead))
local part = ahead % a
if part == 0 then part = a end
return {1, math.floor((most - ahead) / a), text(part)}

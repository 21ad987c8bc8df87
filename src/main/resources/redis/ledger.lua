-- What accounts have used of their limits, for several gateways; one call is one step. The arithmetic is that of
-- io.dromedary.ledger.Balance: what is used is counted, in doubles, and time is in microseconds.
--
-- KEYS     one for each limit, then that of the account's open grants; all in one hash slot
-- ARGV[1]  what to do: reserve, settle, charge, used, present
-- ARGV[2]  the time in microseconds; empty for Redis' own
-- ARGV[3]  the grant
-- ARGV[4]  reserve: after so many ms what is held counts as given back
-- ARGV[5]  reserve: the time in microseconds after which nobody waits for the answer any more; empty for none
-- then seven for each limit: its kind (B a bucket, P held, S a spend), its amount, its length in ms, for a spend when
-- its window begins and ends in ms (-1 for never), for a bucket when it was reserved in ms and 0, and two figures:
-- what is reserved, and what was used or added;
-- for a spend that is settled, the length is when the window began in which it was reserved
--
-- Answers { 1 granted or done, 0 refused or not open, 2 another time than the caller thinks; the time; for each limit
-- what remains, ms until all is back, ms to wait }.

local EACH, FIRST = 7, 5
local now
if ARGV[2] == '' then
  local time = redis.call('TIME')
  now = time[1] * 1000000 + time[2]
else
  now = tonumber(ARGV[2])
end
local nowMs = math.floor(now / 1000)
local action, grant, open = ARGV[1], ARGV[3], KEYS[#KEYS]

if action == 'present' then
  redis.call('ZREMRANGEBYSCORE', open, '-inf', nowMs)
  redis.call('ZADD', open, nowMs + tonumber(ARGV[4]), grant)
  redis.call('PEXPIRE', open, ARGV[4])
  return { 1, now, redis.call('ZCARD', open) }
end

local limits = {}
for i = 1, #KEYS - 1 do
  local at = FIRST + (i - 1) * EACH
  limits[i] = { key = KEYS[i], kind = ARGV[at + 1], amount = tonumber(ARGV[at + 2]), length = tonumber(ARGV[at + 3]),
    begins = tonumber(ARGV[at + 4]), ends = tonumber(ARGV[at + 5]), cost = tonumber(ARGV[at + 6]),
    actual = tonumber(ARGV[at + 7]) }
end

for _, limit in ipairs(limits) do
  if limit.kind == 'S' and (nowMs < limit.begins or limit.ends >= 0 and nowMs >= limit.ends) then
    return { 2, now }
  end
end
if action == 'reserve' and ARGV[5] ~= '' and now > tonumber(ARGV[5]) then
  return { 2, now }
end

local function per_micro(limit)
  return limit.amount / (limit.length * 1000)
end

-- Brings a limit to the present: a bucket has filled, a window of spend may be a new one.
local function read(limit)
  if limit.kind == 'P' then
    redis.call('ZREMRANGEBYSCORE', limit.key, '-inf', nowMs)
    limit.used = redis.call('ZCARD', limit.key)
    return
  end
  local used, at, full = 0, 0, 0
  local text = redis.call('GET', limit.key)
  if text then
    local first, second, third = string.match(text, '^(%S+) (%S+) ?(%S*)$')
    used, at, full = tonumber(first), tonumber(second), tonumber(third) or 0
  end
  if limit.kind == 'S' then
    if limit.begins > at then
      used, at = 0, limit.begins
    end
  else
    if now > at then
      used, at = used - (now - at) * per_micro(limit), now
      if used <= 0 then
        used, full = 0, nowMs
      end
    end
  end
  limit.used, limit.at, limit.full = used, at, full
end

local function write(limit)
  local text = string.format('%.17g %.17g %.17g', limit.used, limit.at, limit.full)
  if limit.kind == 'B' then
    redis.call('SET', limit.key, text, 'PX', 2 * limit.length)
  elseif limit.ends < 0 then
    redis.call('SET', limit.key, text)
  else
    redis.call('SET', limit.key, text, 'PX', 2 * (limit.ends - limit.begins))
  end
end

local function keep(key, ms)
  if redis.call('PTTL', key) < ms then
    redis.call('PEXPIRE', key, ms)
  end
end

local function standing(limit, cost)
  local left = math.floor(limit.amount - limit.used)
  if limit.kind == 'P' then
    return math.max(0, left), 0, limit.used + cost > limit.amount and 1000 or 0
  end
  if limit.kind == 'S' then
    local until_end = limit.ends < 0 and -1 or limit.ends - nowMs
    return left, math.max(0, until_end), limit.used >= limit.amount and until_end or 0
  end
  -- One that wants more than all of it waits for a full bucket.
  local lacks = limit.used + math.min(cost, limit.amount) - limit.amount
  return math.max(0, left), math.ceil(limit.used / per_micro(limit) / 1000),
    lacks > 0 and math.ceil(lacks / per_micro(limit) / 1000) or 0
end

local function answer(status, cost_of)
  local all = { status, now }
  for _, limit in ipairs(limits) do
    local left, reset, wait = standing(limit, cost_of(limit))
    all[#all + 1], all[#all + 2], all[#all + 3] = left, reset, wait
  end
  return all
end

if action == 'settle' and redis.call('ZREM', open, grant) == 0 then
  return { 0, now }
end
for _, limit in ipairs(limits) do
  read(limit)
end

if action == 'used' then
  return { 1, now, math.ceil(limits[1].used) }
end

if action == 'reserve' then
  local refused = answer(0, function(limit) return limit.cost end)
  for i = 1, #limits do
    if refused[2 + i * 3] ~= 0 then
      return refused
    end
  end
  local longest = tonumber(ARGV[4])
  for _, limit in ipairs(limits) do
    limit.used = limit.used + limit.cost
    if limit.kind == 'P' then
      for i = 1, limit.cost do
        redis.call('ZADD', limit.key, nowMs + longest, grant .. ':' .. i)
      end
      keep(limit.key, longest)
    elseif limit.cost > 0 then
      write(limit)
    end
  end
  redis.call('ZREMRANGEBYSCORE', open, '-inf', nowMs)
  redis.call('ZADD', open, nowMs + longest, grant)
  keep(open, longest)
  local granted = answer(1, function() return 0 end)
  for i = 1, #limits do
    granted[2 + i * 3] = 0
  end
  return granted
end

-- settle: what was used takes the place of what was reserved. charge: what was used is added.
for _, limit in ipairs(limits) do
  if limit.kind == 'P' then
    for i = 1, limit.cost do
      redis.call('ZREM', limit.key, grant .. ':' .. i)
    end
  else
    local anew = limit.kind == 'S' and action == 'settle' and limit.length ~= limit.at
    local change = limit.actual - ((action == 'charge' or anew) and 0 or limit.cost)
    -- What was reserved has filled up since, and may be in use again.
    if limit.kind == 'B' and action == 'settle' and change < 0 and limit.full > limit.begins then
      change = 0
    end
    if change ~= 0 then
      limit.used = math.max(0, limit.used + change)
      write(limit)
    end
  end
end
return { 1, now }

-- What accounts have used of their limits, for several gateways; one call is one step. The arithmetic is that of
-- io.dromedary.ledger.Balance: what is used is counted, in doubles, and time is in microseconds.
-- Kept of a bucket: what is used, when that was so, and its low points (io.dromedary.ledger.Lows): ms and what was used,
-- for each. Of a spend: what is used, when its window began in ms, what of it is reserved only, and until when in ms.
--
-- KEYS     one for each limit, then that of the account's open grants; all in one hash slot
-- ARGV[1]  what to do: reserve, settle, charge, used, present
-- ARGV[2]  the time in microseconds; empty for Redis' own
-- ARGV[3]  the grant; of a lease that is settled in parts, with # and the part's number
-- ARGV[4]  reserve: after so many ms what is held counts as given back
-- ARGV[5]  reserve: the time in microseconds after which nobody waits for the answer any more; empty for none.
--          settle: the grant of the next part; empty where nothing of it is left
-- then seven for each limit: its kind (B a bucket, P held, S a spend), its amount, its length in ms, for a spend when
-- its window begins and ends in ms (-1 for never), for a bucket when it was reserved in ms and 0, and two figures:
-- what is reserved, and what was used or added; of one that is held what is still held of what was;
-- for a spend that is settled, the length is when the window began in which it was reserved
--
-- Answers { 1 granted or done, 0 refused or not open, 2 another time than the caller thinks; the time; for each limit
-- what remains, ms until all is back, ms to wait, and of a spend what is missing only since it is reserved }.

local EACH, FIRST, FIGURES, STEPS = 7, 5, 4, 16
local now
if ARGV[2] == '' then
  local time = redis.call('TIME')
  now = time[1] * 1000000 + time[2]
else
  now = tonumber(ARGV[2])
end
local nowMs = math.floor(now / 1000)
local action, grant, open = ARGV[1], ARGV[3], KEYS[#KEYS]
local holder = string.match(grant, '^[^#]*')
local lease = holder ~= grant

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

-- Adds a low point: no earlier one that is higher counts any more, and two that are near each other are one.
local function add_low(limit, ms, height)
  local lows, last = limit.lows, #limit.lows
  while last > 0 and lows[last] >= height do
    lows[last], lows[last - 1] = nil, nil
    last = last - 2
  end
  if last > 0 and height - lows[last] < limit.amount / STEPS then
    lows[last - 1] = ms
  else
    lows[last + 1], lows[last + 2] = ms, height
  end
end

-- What of a reservation is given back: no more than was in use at each moment since then.
local function give_back(limit, since, most)
  local lows = limit.lows
  local first = 1
  while lows[first] and lows[first] <= since do
    first = first + 2
  end
  local back = math.min(most, limit.used, lows[first + 1] or limit.used)
  local later = {}
  for i = first, #lows do
    later[#later + 1] = lows[i]
  end
  for i = #lows, first, -1 do
    lows[i] = nil
  end
  for i = 1, #later, 2 do
    add_low(limit, later[i], later[i + 1] - back)
  end
  return back
end

-- Brings a limit to the present: a bucket has filled, a window of spend may be a new one.
local function read(limit)
  if limit.kind == 'P' then
    redis.call('ZREMRANGEBYSCORE', limit.key, '-inf', nowMs)
    limit.used = redis.call('ZCARD', limit.key)
    return
  end
  local used, at, rest = 0, 0, ''
  local text = redis.call('GET', limit.key)
  if text then
    used, at, rest = string.match(text, '^(%S+) (%S+) ?(.*)$')
    used, at = tonumber(used), tonumber(at)
  end
  if limit.kind == 'S' then
    local reserved, till = string.match(rest, '^(%S+) (%S+)$')
    limit.reserved, limit.till = tonumber(reserved or 0), tonumber(till or 0)
    if limit.begins > at then
      used, at, limit.reserved = 0, limit.begins, 0
    end
    if nowMs >= limit.till then
      limit.reserved = 0
    end
  else
    if now > at then
      used, at = used - (now - at) * per_micro(limit), now
    end
    local lows = {}
    if used <= 0 then
      used, lows[1], lows[2] = 0, nowMs, 0
    else
      for ms, height in string.gmatch(rest, '(%S+) (%S+)') do
        lows[#lows + 1], lows[#lows + 2] = tonumber(ms), tonumber(height)
      end
    end
    limit.lows = lows
  end
  limit.used, limit.at = used, at
end

local function write(limit)
  local text = string.format('%.17g %.17g', limit.used, limit.at)
  if limit.kind == 'B' then
    for i = 1, #limit.lows, 2 do
      text = string.format('%s %.0f %.17g', text, limit.lows[i], limit.lows[i + 1])
    end
    redis.call('SET', limit.key, text, 'PX', 2 * limit.length)
    return
  end
  text = text .. string.format(' %.17g %.17g', limit.reserved, limit.till)
  if limit.ends < 0 then
    redis.call('SET', limit.key, text)
  else
    redis.call('SET', limit.key, text, 'PX', 2 * (limit.ends - limit.begins))
  end
end

-- Adds to what is used.
local function use(limit, more)
  if limit.kind == 'B' then
    add_low(limit, math.floor(limit.at / 1000), math.min(limit.used, limit.amount))
  end
  limit.used = limit.used + more
end

local function keep(key, ms)
  if redis.call('PTTL', key) < ms then
    redis.call('PEXPIRE', key, ms)
  end
end

local function standing(limit, cost)
  local left = math.floor(limit.amount - limit.used)
  if limit.kind == 'P' then
    return math.max(0, left), 0, limit.used + cost > limit.amount and 1000 or 0, 0
  end
  if limit.kind == 'S' then
    local until_end = limit.ends < 0 and -1 or limit.ends - nowMs
    local wait = limit.used - limit.reserved >= limit.amount and until_end or 1000
    -- A request may take the last of it; a lease, which is for many, may not go beyond it.
    local full = limit.used >= limit.amount or lease and limit.used + cost > limit.amount
    return left, math.max(0, until_end), full and wait or 0, math.floor(limit.reserved)
  end
  -- One that wants more than all of it waits for a full bucket.
  local lacks = limit.used + math.min(cost, limit.amount) - limit.amount
  return math.max(0, left), math.ceil(limit.used / per_micro(limit) / 1000),
    lacks > 0 and math.ceil(lacks / per_micro(limit) / 1000) or 0, 0
end

local function answer(status, cost_of)
  local all = { status, now }
  for _, limit in ipairs(limits) do
    local left, reset, wait, reserved = standing(limit, cost_of(limit))
    all[#all + 1], all[#all + 2], all[#all + 3], all[#all + 4] = left, reset, wait, reserved
  end
  return all
end

if action == 'settle' then
  local till = redis.call('ZSCORE', open, grant)
  if not till then
    return { 0, now }
  end
  redis.call('ZREM', open, grant)
  if ARGV[5] ~= '' then
    redis.call('ZADD', open, till, ARGV[5])
    keep(open, math.max(1, tonumber(till) - nowMs))
  end
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
    if refused[1 + i * FIGURES] ~= 0 then
      return refused
    end
  end
  local longest = tonumber(ARGV[4])
  for _, limit in ipairs(limits) do
    if limit.kind == 'P' then
      limit.used = limit.used + limit.cost
      for i = 1, limit.cost do
        redis.call('ZADD', limit.key, nowMs + longest, holder .. ':' .. i)
      end
      keep(limit.key, longest)
    elseif limit.cost > 0 then
      use(limit, limit.cost)
      if limit.kind == 'S' then
        limit.reserved, limit.till = limit.reserved + limit.cost, math.max(limit.till, nowMs + longest)
      end
      write(limit)
    end
  end
  redis.call('ZREMRANGEBYSCORE', open, '-inf', nowMs)
  redis.call('ZADD', open, nowMs + longest, grant)
  keep(open, longest)
  local granted = answer(1, function() return 0 end)
  for i = 1, #limits do
    granted[1 + i * FIGURES] = 0
  end
  return granted
end

-- settle: what was used takes the place of what was reserved. charge: what was used is added.
for _, limit in ipairs(limits) do
  if limit.kind == 'P' then
    for i = limit.actual + 1, limit.cost do
      redis.call('ZREM', limit.key, holder .. ':' .. i)
    end
  else
    local settles = action == 'settle'
    if limit.kind == 'S' and settles then
      if limit.length ~= limit.at then
        settles = false -- it was reserved in another window
      else
        limit.reserved = math.max(0, limit.reserved - limit.cost)
      end
    end
    local change = limit.actual - (settles and limit.cost or 0)
    if limit.kind == 'B' and settles and change < 0 then
      limit.used = limit.used - give_back(limit, limit.begins, -change)
    elseif change > 0 then
      use(limit, change)
    else
      limit.used = math.max(0, limit.used + change)
    end
    if change ~= 0 or limit.kind == 'S' then
      write(limit)
    end
  end
end
return { 1, now }

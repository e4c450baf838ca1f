-- Renews what one instance has leased, and lends it more as far as there is any: step by step what
-- dev.throttle.remote.lease.Ledger does.
--
-- KEYS[1]  the ledger of one namespace, a hash. Everything is in one key, so that it is lost as a whole or not at all: a
--          ledger that had forgotten some holdings and kept others would lend slots twice. Its fields:
--            ledger        epoch, run, since, learns, turns, seen, ahead, longest, cursor
--            instances     of each: number of its last request, end of its lease, until when it is known
--            answer:NAME   the last answer to an instance, for a request that comes twice
--            account:NAME  limit, end of a pause, and of each instance: held, wanted, last lent, end of its lease
-- ARGV     now (empty: the time of this server), length of a lease, whether a ledger that is not there was lost (1) or
--          never was (0), epoch if one begins, instance, number, whether it knows an epoch, whether it is leaving; then of
--          each account: name, permits, rest, maxCall, held, wanted, pause
--
-- Returns 'OK epoch length instances' and of each account 'slots permits rest maxCall pause'; or 'STALE number'.
--
-- All times are whole microseconds: exact in the doubles of Lua up to the year 2255. cjson writes 14 digits of a number,
-- which is too few for them, so they are stored as text.

local EXACT = 9007199254740992
local DAY = 24 * 60 * 60 * 1000000

local key = KEYS[1]
local length = tonumber(ARGV[2])
local instance = ARGV[5]
local request = tonumber(ARGV[6])
local knows_epoch = ARGV[7] == '1'
local leaving = ARGV[8] == '1'

local function text(number)
  return string.format('%.0f', number)
end

local function number(value)
  local n = tonumber(value)
  if n == nil or n ~= n or n > EXACT or n < -EXACT then
    error('not a number')
  end
  return n
end

local asked = {}
for i = 9, #ARGV, 7 do
  asked[#asked + 1] = {
    name = ARGV[i],
    limit = {permits = tonumber(ARGV[i + 1]), rest = tonumber(ARGV[i + 2]), max_call = tonumber(ARGV[i + 3])},
    held = tonumber(ARGV[i + 4]),
    wanted = tonumber(ARGV[i + 5]),
    pause = tonumber(ARGV[i + 6])
  }
end

-- ---- what is stored

local function read_ledger(stored)
  local from = cjson.decode(stored)
  return {
    epoch = tostring(from.epoch), run = tostring(from.run), since = number(from.since), learns = from.learns == true,
    turns = number(from.turns), seen = number(from.seen), ahead = number(from.ahead), longest = number(from.longest),
    cursor = tostring(from.cursor)
  }
end

local function write_ledger(ledger)
  return cjson.encode({
    epoch = ledger.epoch, run = ledger.run, since = text(ledger.since), learns = ledger.learns,
    turns = text(ledger.turns), seen = text(ledger.seen), ahead = text(ledger.ahead), longest = text(ledger.longest),
    cursor = ledger.cursor
  })
end

local function read_instances(stored)
  local instances = {}
  for name, of in pairs(cjson.decode(stored)) do
    instances[name] = {number = number(of[1]), lease_end = number(of[2]), known_until = number(of[3])}
  end
  return instances
end

local function write_instances(instances)
  local to = {}
  for name, of in pairs(instances) do
    to[name] = {text(of.number), text(of.lease_end), text(of.known_until)}
  end
  return cjson.encode(to)
end

local function read_account(stored)
  local from = cjson.decode(stored)
  local account = {
    limit = {permits = number(from.permits), rest = number(from.rest), max_call = number(from.max_call)},
    paused_until = number(from.paused_until), named = number(from.named), changed = from.changed == true, holdings = {}
  }
  for name, of in pairs(from.holdings) do
    account.holdings[name] =
      {held = number(of[1]), wanted = number(of[2]), last_lent = number(of[3]), lease_end = number(of[4])}
  end
  return account
end

local function write_account(account)
  local holdings = {}
  for name, of in pairs(account.holdings) do
    holdings[name] = {text(of.held), text(of.wanted), text(of.last_lent), text(of.lease_end)}
  end
  return cjson.encode({
    permits = text(account.limit.permits), rest = text(account.limit.rest), max_call = text(account.limit.max_call),
    paused_until = text(account.paused_until), named = text(account.named), changed = account.changed,
    holdings = holdings
  })
end

local ledger, instances, answered
local accounts = {}

local function read_all()
  ledger = read_ledger(redis.call('HGET', key, 'ledger'))
  instances = read_instances(redis.call('HGET', key, 'instances'))
  answered = redis.call('HGET', key, 'answer:' .. instance)
  for _, of in ipairs(asked) do
    local stored = redis.call('HGET', key, 'account:' .. of.name)
    if stored then
      accounts[of.name] = read_account(stored)
    end
  end
end

-- ---- what time it is, and whether this is the ledger that it was

local now
if ARGV[1] ~= '' then
  now = tonumber(ARGV[1])
else
  local time = redis.call('TIME')
  now = tonumber(time[1]) * 1000000 + tonumber(time[2])
end

-- Another run of the server may have loaded a state that is older than what was lent last; and so has, perhaps, a
-- replica that took over. Where the run cannot be known (INFO is denied to this user), only the loss of all is noticed.
local info = redis.pcall('INFO', 'server')
local run = type(info) == 'string' and string.match(info, 'run_id:(%w+)') or 'unknown'

local exists = redis.call('EXISTS', key) == 1
if exists and redis.call('TYPE', key).ok ~= 'hash' then
  return redis.error_reply('WRONGTYPE the key ' .. key .. ' is not a ledger of Throttle')
end

if not (exists and pcall(read_all)) then
  -- What cannot be read is as good as lost, and then it surely was there.
  ledger = {
    epoch = ARGV[4], run = run, since = now, learns = exists or ARGV[3] == '1', turns = 0, seen = now, ahead = 0,
    longest = 0, cursor = '0'
  }
  instances, accounts, answered = {}, {}, false
  redis.call('DEL', key)
else
  -- This clock may be set back, and that of a replica be behind. Then time goes on from where it was: leases last longer,
  -- which is safe.
  now = now + ledger.ahead
  if now < ledger.seen then
    ledger.ahead = ledger.ahead + ledger.seen - now
    now = ledger.seen
  end
  ledger.seen = now
  if ledger.run ~= run then
    ledger.run, ledger.epoch, ledger.since, ledger.learns = run, ARGV[4], now, true
  end
end

-- ---- who is forgotten: whose last call is surely complete, and has rested

local function rest_of_the_lost(limit)
  return limit.max_call + limit.rest
end

local function forget(account)
  for name, of in pairs(account.holdings) do
    if now - of.lease_end >= rest_of_the_lost(account.limit) then
      account.holdings[name] = nil
    end
  end
end

for _, account in pairs(accounts) do
  forget(account)
end
-- Before that, its number counts. A limit that was changed meanwhile may keep it longer than was thought.
local function holds(name)
  for _, account in pairs(accounts) do
    if account.holdings[name] then
      return true
    end
  end
  return false
end
for name, of in pairs(instances) do
  if now >= of.known_until and not holds(name) then
    instances[name] = nil
    redis.call('HDEL', key, 'answer:' .. name)
  end
end

-- ---- whether it was answered before

local own = instances[instance]
if own and request == own.number and answered then
  return answered
end
if own and request < own.number then
  return 'STALE ' .. text(own.number)
end

-- ---- what is lent

-- As much as it wants, or what is left to those who want more when all have got the same; the last slots, too few for
-- all of these, to who had none for longest.
local function share(account, holding)
  local live = {}
  for _, of in pairs(account.holdings) do
    if of.lease_end > now then
      live[#live + 1] = of
    end
  end
  table.sort(live, function(a, b) return a.wanted < b.wanted end)
  local left = account.limit.permits
  local level
  for i, of in ipairs(live) do
    local sharing = #live - i + 1
    local each = math.floor(left / sharing)
    if of.wanted > each then
      level = each
      left = left - each * sharing
      break
    end
    left = left - of.wanted
  end
  if level == nil or holding.wanted <= level then
    return holding.wanted
  end
  local longer = 0
  for _, of in ipairs(live) do
    if of.wanted > level and of.last_lent < holding.last_lent then
      longer = longer + 1
    end
  end
  return longer < left and level + 1 or level
end

local function left_beside(account, holding)
  local left = account.limit.permits
  for _, of in pairs(account.holdings) do
    if of ~= holding then
      left = left - of.held
    end
  end
  return math.max(0, left)
end

local lease_end = leaving and now or now + length
local known_until = lease_end

local function lend(of)
  local account = accounts[of.name]
  if not account then
    account = {limit = of.limit, paused_until = 0, changed = false, holdings = {}}
    accounts[of.name] = account
  end
  account.named = now
  local holding = account.holdings[instance]
  if not holding then
    ledger.turns = ledger.turns + 1
    holding = {last_lent = ledger.turns}
    account.holdings[instance] = holding
  end
  holding.held = of.held
  holding.wanted = leaving and 0 or of.wanted
  holding.lease_end = lease_end

  local lost = rest_of_the_lost(account.limit)
  local lent = math.min(share(account, holding), left_beside(account, holding))
  if ledger.learns and now - ledger.since < length + lost then
    lent = math.min(lent, knows_epoch and of.held or 0)
  end
  holding.held = math.max(holding.held, lent)
  if lent > 0 then
    ledger.turns = ledger.turns + 1
    holding.last_lent = ledger.turns
  end

  if of.pause > 0 then
    account.paused_until = math.max(account.paused_until, now + of.pause)
  end
  known_until = math.max(known_until, lease_end + lost)
  ledger.longest = math.max(ledger.longest, length + lost, account.paused_until - now)
  return table.concat({
    text(lent), text(account.limit.permits), text(account.limit.rest), text(account.limit.max_call),
    text(math.max(0, account.paused_until - now))
  }, ' ')
end

local leases = {}
for i, of in ipairs(asked) do
  leases[i] = lend(of)
end
instances[instance] = {number = request, lease_end = lease_end, known_until = known_until}

local live = 0
for _, of in pairs(instances) do
  if of.lease_end > now then
    live = live + 1
  end
end

local answer = table.concat({'OK', ledger.epoch, text(length), text(live), table.concat(leases, ' ')}, ' ')

-- ---- nothing stays for ever

-- A look at a few accounts that nobody has named for a day, now and then. One whose limit was changed stays with the rest.
if request % 16 == 0 then
  local page = redis.call('HSCAN', key, ledger.cursor, 'MATCH', 'account:*', 'COUNT', '8')
  ledger.cursor = page[1]
  for i = 1, #page[2], 2 do
    local read, account = pcall(read_account, page[2][i + 1])
    if read and not account.changed and now - account.named > DAY and account.paused_until <= now then
      forget(account)
      if next(account.holdings) == nil then
        redis.call('HDEL', key, page[2][i])
      end
    end
  end
end

redis.call('HSET', key, 'ledger', write_ledger(ledger), 'instances', write_instances(instances),
  'answer:' .. instance, answer)
for _, of in ipairs(asked) do
  redis.call('HSET', key, 'account:' .. of.name, write_account(accounts[of.name]))
end
redis.call('PEXPIRE', key, text(math.ceil((30 * DAY + ledger.longest) / 1000)))
return answer

-- What all scripts begin with: they open the ledger of a namespace. What comes after this in each of them is step by step
-- what dev.throttle.remote.lease.Ledger does.
--
-- KEYS[1]  the ledger of one namespace, a hash. Everything is in one key, so that it is lost as a whole or not at all: a
--          ledger that had forgotten some holdings and kept others would lend slots twice. Its fields:
--            ledger        epoch, run, since, learns, turns, seen, ahead, longest, cursor
--            instances     of each: number of its last request, end of its lease, until when it is known, turn,
--                          whether it said that it was alone (1) or not (0)
--            answer:NAME   the last answer to an instance, for a request that comes twice
--            account:NAME  of a limit: what it is and whose word that is, the longest maxCall, end of a pause, when it
--                          was named; and what each instance holds
-- ARGV     now (empty: the time of this server), length of a lease, whether a ledger that is not there was lost (1) or
--          never was (0), epoch if one begins; then what the script says
--
-- All times are whole microseconds: exact in the doubles of Lua up to the year 2255. What is stored is packed by
-- MessagePack, since cjson writes 14 digits of a number, which is too few for them, and takes several times as long.

local MOST = 9007199254740991
local SECOND = 1000000
local DAY = 24 * 60 * 60 * SECOND

-- Whose word a limit is, by its revision: that of an instance that was not answered yet, what instances define; above, that
-- of an operator. See dev.throttle.remote.lease.Revision.
local OWN, DEFINED = 0, 1

-- Of an instance, and of what it holds: places in an array, which is read faster than names.
local NUMBER, ENDS, KNOWN_UNTIL, TURN, ALONE = 1, 2, 3, 4, 5
local HELD, IN_USE, WAITING, WANTED, DEAREST, MAX_CALL, REST, LEASE_END = 1, 2, 3, 4, 5, 6, 7, 8

local key = KEYS[1]
local length = tonumber(ARGV[2])

local kind = redis.call('TYPE', key).ok
if kind ~= 'hash' and kind ~= 'none' then
  return redis.error_reply('WRONGTYPE the key ' .. key .. ' is not a ledger of Throttle')
end

local function text(number)
  return string.format('%.0f', number)
end

-- A name as in a URL, so that it is one word.
local function word(name)
  return (string.gsub(name, '[^%w]', function(byte)
    return string.format('%%%02X', string.byte(byte))
  end))
end

-- ---- what is stored: whoever has written it, nothing is believed to be what it should be

local function check(value, kind)
  if type(value) ~= kind then
    error('damaged')
  end
  return value
end

local function check_numbers(of, count)
  for i = 1, count do
    local number = of[i]
    if type(number) ~= 'number' or not (number <= MOST and number >= -MOST) then
      error('damaged')
    end
  end
end

local function read_ledger(stored)
  local of = check(cmsgpack.unpack(stored), 'table')
  check_numbers({of.since, of.turns, of.seen, of.ahead, of.longest}, 5)
  check(of.epoch, 'string')
  check(of.run, 'string')
  check(of.cursor, 'string')
  check(of.learns, 'boolean')
  return of
end

local function read_instances(stored)
  local read = check(cmsgpack.unpack(stored), 'table')
  for name, of in pairs(read) do
    check(name, 'string')
    check_numbers(of, ALONE)
  end
  return read
end

local function read_account(stored)
  local of = check(cmsgpack.unpack(stored), 'table')
  check_numbers({of.permits, of.rest, of.revision, of.longest_call, of.paused_until, of.named}, 6)
  for name, holding in pairs(check(of.holdings, 'table')) do
    check(name, 'string')
    check_numbers(holding, LEASE_END)
  end
  return of
end

-- ---- what is known

local ledger, instances, now
local accounts = {}

-- Whether both are limits of concurrency, or both are not.
local function same_kind(one, other)
  return (one.rest == 0) == (other.rest == 0)
end

-- How long after the end of a lease its slots are free, if nothing is heard of them: as the limit says, and no sooner than
-- the instance lets them rest, which may be unable to follow.
local function rest_of_the_lost(holding, account)
  return holding[MAX_CALL] + math.max(account.rest, holding[REST])
end

local function learns_for(account)
  if not ledger.learns then
    return 0
  end
  local rest = account.rest
  for _, holding in pairs(account.holdings) do
    rest = math.max(rest, holding[REST])
  end
  return math.max(0, length + account.longest_call + rest - (now - ledger.since))
end

-- Forgets whose last call is surely complete, and has rested. Since that only goes by what the account says, it may be
-- done as late as when somebody looks at the account.
local function forget(account)
  for name, holding in pairs(account.holdings) do
    if now - holding[LEASE_END] >= rest_of_the_lost(holding, account) then
      account.holdings[name] = nil
    end
  end
end

local function is_forgotten(account)
  return next(account.holdings) == nil and account.revision <= DEFINED and account.paused_until <= now
    and now - account.named > DAY
end

-- Another run of the server may have loaded a state that is older than what was lent last; and so has, perhaps, a
-- replica that took over. Where the run cannot be known (INFO is denied to this user), only the loss of all is noticed.
local function run_of_server()
  local info = redis.pcall('INFO', 'server')
  return type(info) == 'string' and string.match(info, 'run_id:(%w+)') or 'unknown'
end

-- Opens the ledger, and reads the accounts of some limits, as far as there are any; or begins a ledger where there is none.
local function open(names)
  if ARGV[1] ~= '' then
    now = tonumber(ARGV[1])
  else
    local time = redis.call('TIME')
    now = tonumber(time[1]) * 1000000 + tonumber(time[2])
  end
  local run = run_of_server()
  local exists = kind == 'hash'
  -- Not in the function that may fail: to be denied a command is no damage.
  local stored = {}
  for _, name in ipairs(names) do
    stored[name] = redis.call('HGET', key, 'account:' .. name)
  end
  local stored_ledger, stored_instances = redis.call('HGET', key, 'ledger'), redis.call('HGET', key, 'instances')

  local function read_all()
    ledger = read_ledger(stored_ledger)
    instances = read_instances(stored_instances)
    for name, account in pairs(stored) do
      accounts[name] = account and read_account(account) or nil
    end
  end

  if not (exists and pcall(read_all)) then
    -- What cannot be read is as good as lost, and then it surely was there.
    ledger = {
      epoch = ARGV[4], run = run, since = now, learns = exists or ARGV[3] == '1', turns = 0, seen = now, ahead = 0,
      longest = 0, cursor = '0'
    }
    instances, accounts = {}, {}
    redis.call('DEL', key)
  else
    -- This clock may be set back, and that of a replica be behind. As long as it is, time goes on by what the clock goes on
    -- from one script to the next, a second at most. See dev.throttle.remote.lease.LedgerDocument.
    local clock = now
    if clock < ledger.seen then
      local passed = clock - (ledger.seen - ledger.ahead)
      now = ledger.seen + math.max(0, math.min(passed, SECOND))
    end
    ledger.ahead, ledger.seen = now - clock, now
    if run ~= 'unknown' and ledger.run ~= run then
      ledger.run, ledger.epoch, ledger.since, ledger.learns = run, ARGV[4], now, true
    end
  end

  for name, account in pairs(accounts) do
    forget(account)
    if is_forgotten(account) then
      accounts[name] = nil
      redis.call('HDEL', key, 'account:' .. name)
    end
  end
  for name, of in pairs(instances) do
    if now >= of[KNOWN_UNTIL] then
      instances[name] = nil
      redis.call('HDEL', key, 'answer:' .. name)
    end
  end
end

-- Who holds something is known as long as that is not surely free: its number counts.
local function keep_known(account)
  for name, holding in pairs(account.holdings) do
    local known = instances[name]
    if known then
      local free = holding[LEASE_END] + rest_of_the_lost(holding, account)
      if known[KNOWN_UNTIL] < free then
        known[KNOWN_UNTIL] = free
      end
    end
  end
end

-- Writes the ledger and all accounts that were opened.
local function save()
  for name, account in pairs(accounts) do
    ledger.longest = math.max(ledger.longest, account.paused_until - now)
    redis.call('HSET', key, 'account:' .. name, cmsgpack.pack(account))
  end
  redis.call('HSET', key, 'ledger', cmsgpack.pack(ledger), 'instances', cmsgpack.pack(instances))
  redis.call('PEXPIRE', key, text(math.ceil((30 * DAY + ledger.longest) / 1000)))
end

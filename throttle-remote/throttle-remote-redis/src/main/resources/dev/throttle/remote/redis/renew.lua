-- Renews what one instance has leased, and lends it more as far as there is any.
--
-- ARGV from 5 on: instance, number, epoch that it knows, whether it was alone, whether it is leaving; then of each
-- account: name, permits, rest, revision, maxCall, held, in use, waiting, wanted, dearest, pause
--
-- Returns 'OK epoch length instances' and of each account 'name slots permits rest revision pause'; or 'STALE number'. Names
-- are encoded as in a URL.

local instance = ARGV[5]
local request = tonumber(ARGV[6])
local knows = ARGV[7]
local alone = ARGV[8] == '1'
local leaving = ARGV[9] == '1'

local asked, names = {}, {}
for i = 10, #ARGV, 11 do
  names[#names + 1] = ARGV[i]
  asked[#asked + 1] = {
    name = ARGV[i],
    permits = tonumber(ARGV[i + 1]),
    rest = tonumber(ARGV[i + 2]),
    revision = tonumber(ARGV[i + 3]),
    max_call = tonumber(ARGV[i + 4]),
    held = tonumber(ARGV[i + 5]),
    in_use = tonumber(ARGV[i + 6]),
    waiting = leaving and 0 or tonumber(ARGV[i + 7]),
    wanted = leaving and 0 or tonumber(ARGV[i + 8]),
    dearest = leaving and 0 or tonumber(ARGV[i + 9]),
    pause = tonumber(ARGV[i + 10])
  }
end

open(names)

-- ---- whether it was answered before

local own = instances[instance]
if own and request <= own[NUMBER] then
  local answered = request == own[NUMBER] and redis.call('HGET', key, 'answer:' .. instance)
  return answered or 'STALE ' .. text(own[NUMBER])
end

-- ---- fair shares

-- With how few slots an instance could do something.
local function needed(dearest, wanted, permits)
  return math.min(math.max(1, dearest), wanted, permits)
end

local function by_turn(one, other)
  if one.turn ~= other.turn then
    return one.turn < other.turn
  end
  return one.name < other.name
end

-- The claims of all live instances, in the order of their turns. The floor of each is what it gets before anybody gets
-- more than that: what one call of it needs, or nothing where those before leave too little for that.
local function claims_on(account)
  local claims = {}
  for name, holding in pairs(account.holdings) do
    if holding[LEASE_END] > now then
      local known = instances[name]
      claims[#claims + 1] = {
        name = name, turn = known and known[TURN] or 0, held = holding[HELD], wanted = holding[WANTED],
        floor = needed(holding[DEAREST], holding[WANTED], account.permits)
      }
    end
  end
  table.sort(claims, by_turn)
  local left = account.permits
  for _, claim in ipairs(claims) do
    if claim.floor > left then
      claim.floor = 0
    end
    left = left - claim.floor
  end
  return claims
end

-- Its share where everybody gets at most so much, but for the floors. Called most of all: comparisons are faster than math.
local function up_to(claim, level)
  local share = claim.wanted < level and claim.wanted or level
  return share < claim.floor and claim.floor or share
end

local function all_up_to(claims, level)
  local sum = 0
  for _, claim in ipairs(claims) do
    sum = sum + up_to(claim, level)
  end
  return sum
end

-- The most that everybody may have who wants it.
local function level_of(claims, permits)
  local enough, most = 0, 0
  for _, claim in ipairs(claims) do
    most = math.max(most, claim.wanted)
  end
  while enough < most do
    local level = math.ceil((enough + most) / 2)
    if all_up_to(claims, level) <= permits then
      enough = level
    else
      most = level - 1
    end
  end
  return enough
end

-- What the instance may hold: its share, as far as others do not hold it. See the method of that name in Ledger.
local function lendable(account)
  local claims = claims_on(account)
  local level = level_of(claims, account.permits)
  local left = account.permits
  for name, holding in pairs(account.holdings) do
    if name ~= instance then
      left = left - holding[HELD]
    end
  end
  local extra = account.permits - all_up_to(claims, level)
  for _, claim in ipairs(claims) do
    local share = up_to(claim, level)
    if claim.wanted > level and claim.floor <= level then
      if extra > 0 then
        share = share + 1
      end
      extra = extra - 1
    end
    if claim.name == instance then
      return math.max(0, math.min(share, left))
    end
    left = left - math.max(0, claim.floor - claim.held)
  end
  return 0 -- it is leaving
end

-- ---- what is lent

-- Who is heard all the time but hears nothing must not keep it learning for ever; but that he was heard a short while ago
-- may have been by a request of before, which came late.
if alone and not (own and own[ALONE] == 1 and own[ENDS] > now) then
  ledger.learns, ledger.since = true, now
end

local lease_end = leaving and now or now + length
if not own then
  ledger.turns = ledger.turns + 1
  own = {request, lease_end, lease_end, ledger.turns, 0}
  instances[instance] = own
end
own[NUMBER], own[ENDS], own[KNOWN_UNTIL] = request, lease_end, math.max(own[KNOWN_UNTIL], lease_end)
own[ALONE] = alone and 1 or 0

-- Whether it is what an instance defines of which nothing was heard before.
local function is_new_definition(of, account)
  return of.revision == OWN and (account.revision == DEFINED or not same_kind(of, account))
    and not leaving and not account.holdings[instance]
end

-- Whether another ledger, of which this one may know less, was told it later.
local function is_later_word(of, account)
  return ledger.learns and knows ~= '' and knows ~= ledger.epoch and of.revision > account.revision
end

-- The account of a limit, after what the instance has said of it.
local function named(of)
  local account = accounts[of.name]
  if not account then
    account = {longest_call = of.max_call, paused_until = now, holdings = {}}
    accounts[of.name] = account
  end
  if not account.revision or is_new_definition(of, account) or is_later_word(of, account) then
    account.permits, account.rest, account.revision = of.permits, of.rest, math.max(DEFINED, of.revision)
  end
  account.longest_call = math.max(account.longest_call, of.max_call)
  account.named = now
  return account
end

local live = 0
for _, of in pairs(instances) do
  if of[ENDS] > now then
    live = live + 1
  end
end

-- After how many turns of all it is the turn again of an instance that got what it needs: of who got more than is due to
-- each, after as many rounds as that was for.
local function turns_for(slots, permits)
  local due = math.max(1, math.floor(permits / math.max(1, live)))
  return slots == 0 and 0 or 1 + math.floor((slots - 1) / due) * live
end

local served, turns_taken = true, 0

local function lend(of)
  local account = named(of)
  local holding = {of.held, of.in_use, of.waiting, of.wanted, of.dearest, of.max_call, of.rest, lease_end}
  account.holdings[instance] = holding
  local lent = lendable(account)
  if learns_for(account) > 0 then
    lent = math.min(lent, knows == '' and 0 or of.held)
  end
  holding[HELD] = math.max(of.held, lent)
  keep_known(account)
  account.paused_until = math.max(account.paused_until, now + of.pause)
  local least = needed(of.dearest, of.wanted, account.permits)
  served = served and lent >= least
  turns_taken = math.max(turns_taken, turns_for(least, account.permits))
  ledger.longest = math.max(ledger.longest, length + account.longest_call + math.max(account.rest, of.rest))
  return table.concat({
    word(of.name), text(lent), text(account.permits), text(account.rest), text(account.revision),
    text(math.max(0, account.paused_until - now))
  }, ' ')
end

local leases = {}
for i, of in ipairs(asked) do
  leases[i] = ' ' .. lend(of)
end
if served and turns_taken > 0 then
  own[TURN] = ledger.turns + turns_taken
  ledger.turns = ledger.turns + 1
end

local answer = table.concat({'OK', ledger.epoch, text(length), text(live)}, ' ') .. table.concat(leases)
redis.call('HSET', key, 'answer:' .. instance, answer)

-- ---- nothing stays for ever

-- A look at a few accounts that perhaps nobody names any more, now and then.
if request % 16 == 0 then
  local page = redis.call('HSCAN', key, ledger.cursor, 'MATCH', 'account:*', 'COUNT', '8')
  ledger.cursor = page[1]
  for i = 1, #page[2], 2 do
    local read, account = pcall(read_account, page[2][i + 1])
    if read then
      forget(account)
      if is_forgotten(account) then
        redis.call('HDEL', key, page[2][i])
      end
    end
  end
end

save()
return answer

-- Renews what one instance has leased, and lends it more as far as there is any.
--
-- ARGV from 5 on: instance, number, epoch that it knows, whether it was alone, whether it is leaving; then of each
-- account: name, permits, rest, maxCall, held, in use, waiting, wanted, dearest, pause
--
-- Returns 'OK epoch length instances' and of each account 'slots permits rest pause'; or 'STALE number'.

local instance = ARGV[5]
local request = tonumber(ARGV[6])
local knows = ARGV[7]
local alone = ARGV[8] == '1'
local leaving = ARGV[9] == '1'

local asked, names = {}, {}
for i = 10, #ARGV, 10 do
  names[#names + 1] = ARGV[i]
  asked[#asked + 1] = {
    name = ARGV[i],
    permits = tonumber(ARGV[i + 1]),
    rest = tonumber(ARGV[i + 2]),
    max_call = tonumber(ARGV[i + 3]),
    held = tonumber(ARGV[i + 4]),
    in_use = tonumber(ARGV[i + 5]),
    waiting = leaving and 0 or tonumber(ARGV[i + 6]),
    wanted = leaving and 0 or tonumber(ARGV[i + 7]),
    dearest = leaving and 0 or tonumber(ARGV[i + 8]),
    pause = tonumber(ARGV[i + 9])
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

-- What everybody may have who wants more, how many slots are left then, and who these are. Instead of sorting by what is
-- wanted, those who get all of it are taken away until none is left of them: what the others get each only rises by that,
-- so the order does not matter.
local function level_of(claims, permits)
  local left, above = permits, claims
  local level, satisfied
  repeat
    satisfied = false
    level = math.floor(left / math.max(1, #above))
    local others = {}
    for _, claim in ipairs(above) do
      if claim.wanted <= level then
        left = left - claim.wanted
        satisfied = true
      else
        others[#others + 1] = claim
      end
    end
    above = others
  until not satisfied
  return level, left - level * #above, above
end

local function in_turn(claims)
  local first
  for _, claim in ipairs(claims) do
    if not first or claim.turn < first.turn then
      first = claim
    end
  end
  return first
end

local function share_of(claim, level, left, above)
  if #above == 0 or claim.wanted <= level then
    return claim.wanted
  end
  local before = 0
  for _, other in ipairs(above) do
    if other.turn < claim.turn then
      before = before + 1
    end
  end
  return before < left and level + 1 or level
end

-- What the instance may hold: its share, as far as others do not hold it. See the method of that name in Ledger.
local function lendable(account)
  local claims, own_claim = {}, nil
  local free = account.permits
  for name, holding in pairs(account.holdings) do
    if name ~= instance then
      free = free - holding[HELD]
    end
    if holding[LEASE_END] > now then
      local known = instances[name]
      local claim = {
        held = holding[HELD], wanted = holding[WANTED], turn = known and known[TURN] or 0,
        needed = needed(holding[DEAREST], holding[WANTED], account.permits)
      }
      claims[#claims + 1] = claim
      own_claim = name == instance and claim or own_claim
    end
  end
  if not own_claim then
    return 0 -- it is leaving
  end
  local level, left, above = level_of(claims, account.permits)
  local first = in_turn(above)
  if first and first ~= own_claim then
    free = free - math.max(0, first.needed - first.held)
    if first.needed > level then
      local others = {}
      for _, claim in ipairs(claims) do
        if claim ~= first then
          others[#others + 1] = claim
        end
      end
      level, left, above = level_of(others, account.permits - first.needed)
    end
  end
  local share = share_of(own_claim, level, left, above)
  if first == own_claim then
    share = math.max(share, own_claim.needed)
  end
  return math.max(0, math.min(share, free))
end

-- ---- what is lent

if alone then
  ledger.learns, ledger.since = true, now
end

local lease_end = leaving and now or now + length
if not own then
  ledger.turns = ledger.turns + 1
  own = {request, lease_end, lease_end, ledger.turns}
  instances[instance] = own
end
own[NUMBER], own[ENDS], own[KNOWN_UNTIL] = request, lease_end, math.max(own[KNOWN_UNTIL], lease_end)

-- The account of a limit, after what the instance has said of it.
local function named(of)
  local origin = ledger.learns and knows ~= '' and knows ~= ledger.epoch and WITNESS or NEWCOMER
  local account = accounts[of.name]
  if not account then
    account = {
      permits = of.permits, rest = of.rest, origin = origin, longest_call = of.max_call, paused_until = now, holdings = {}
    }
    accounts[of.name] = account
  end
  if origin > account.origin then
    account.permits, account.rest, account.origin = of.permits, of.rest, origin
  end
  account.longest_call = math.max(account.longest_call, of.max_call)
  account.named = now
  return account
end

local wants, served = false, true

local function lend(of)
  local account = named(of)
  local holding = {of.held, of.in_use, of.waiting, of.wanted, of.dearest, of.max_call, lease_end}
  account.holdings[instance] = holding
  local lent = lendable(account)
  if learns_for(account) > 0 then
    lent = math.min(lent, knows == '' and 0 or of.held)
  end
  holding[HELD] = math.max(of.held, lent)
  keep_known(account)
  account.paused_until = math.max(account.paused_until, now + of.pause)
  local least = needed(of.dearest, of.wanted, account.permits)
  wants = wants or least > 0
  served = served and lent >= least
  ledger.longest = math.max(ledger.longest, length + rest_of_the_lost(account.longest_call, account))
  return table.concat({
    text(lent), text(account.permits), text(account.rest), text(math.max(0, account.paused_until - now))
  }, ' ')
end

local leases = {}
for i, of in ipairs(asked) do
  leases[i] = ' ' .. lend(of)
end
if wants and served then
  ledger.turns = ledger.turns + 1
  own[TURN] = ledger.turns
end

local live = 0
for _, of in pairs(instances) do
  if of[ENDS] > now then
    live = live + 1
  end
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

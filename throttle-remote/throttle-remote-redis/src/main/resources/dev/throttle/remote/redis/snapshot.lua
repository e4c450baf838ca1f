-- Tells people what the ledger knows.
--
-- Returns 'OK epoch' and of each limit 'name permits rest pause learns', how many instances hold something of it, and of
-- each of these 'instance held in-use waiting wanted dearest lease'. Names are encoded as in a URL.

local names = {}
for _, field in ipairs(redis.call('HKEYS', key)) do
  names[#names + 1] = string.match(field, '^account:(.*)$')
end
open(names)
save()

local words = {'OK', ledger.epoch}

local function say(name, ...)
  words[#words + 1] = word(name)
  for _, number in ipairs({...}) do
    words[#words + 1] = text(number)
  end
end

for name, account in pairs(accounts) do
  local count = 0
  for _ in pairs(account.holdings) do
    count = count + 1
  end
  say(name, account.permits, account.rest, math.max(0, account.paused_until - now), learns_for(account), count)
  for instance, of in pairs(account.holdings) do
    say(instance, of[HELD], of[IN_USE], of[WAITING], of[WANTED], of[DEAREST], math.max(0, of[LEASE_END] - now))
  end
end
return table.concat(words, ' ')

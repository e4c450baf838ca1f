-- Changes a limit for all that share it; they follow with their next request. See renew.lua for what is stored.
--
-- KEYS[1]  the ledger
-- ARGV     name, permits, rest, maxCall
--
-- Returns 'OK', or 'UNKNOWN' where no instance ever named it.

local field = 'account:' .. ARGV[1]
local stored = redis.call('HGET', KEYS[1], field)
if not stored then
  return 'UNKNOWN'
end
local account = cjson.decode(stored)
account.permits, account.rest, account.max_call = ARGV[2], ARGV[3], ARGV[4]
account.changed = true
redis.call('HSET', KEYS[1], field, cjson.encode(account))
return 'OK'

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
local account = cmsgpack.unpack(stored)
account.limit = {permits = tonumber(ARGV[2]), rest = tonumber(ARGV[3]), max_call = tonumber(ARGV[4])}
account.changed = true
redis.call('HSET', KEYS[1], field, cmsgpack.pack(account))
return 'OK'

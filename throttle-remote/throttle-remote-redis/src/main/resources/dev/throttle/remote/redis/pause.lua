-- Pauses a limit for all that share it, in place of a pause that there is; they follow with their next request.
--
-- ARGV from 5 on: name, pause
--
-- Returns 'OK', or 'UNKNOWN' where no instance ever named it.

open({ARGV[5]})
local account = accounts[ARGV[5]]
if account then
  account.paused_until = now + tonumber(ARGV[6])
end
save()
return account and 'OK' or 'UNKNOWN'

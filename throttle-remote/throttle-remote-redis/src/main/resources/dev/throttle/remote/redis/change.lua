-- Changes a limit for all that share it; they follow with their next request.
--
-- ARGV from 5 on: name, permits, rest
--
-- Returns 'OK', or 'UNKNOWN' where no instance ever named it.

open({ARGV[5]})
local account = accounts[ARGV[5]]
if account then
  account.permits, account.rest, account.origin = tonumber(ARGV[6]), tonumber(ARGV[7]), OPERATOR
  keep_known(account)
end
save()
return account and 'OK' or 'UNKNOWN'

-- Changes a limit for all that share it; they follow with their next request.
--
-- ARGV from 5 on: name, permits, rest
--
-- Returns 'OK'; 'UNKNOWN' where no instance ever named it; or 'OTHER' where one of the two is a limit of concurrency and the
-- other is not.

open({ARGV[5]})
local account = accounts[ARGV[5]]
local changed = {permits = tonumber(ARGV[6]), rest = tonumber(ARGV[7])}
local other = account and not same_kind(account, changed)
if account and not other then
  account.permits, account.rest = changed.permits, changed.rest
  account.revision = math.min(math.max(account.revision + 1, now), MOST)
  keep_known(account)
end
save()
return not account and 'UNKNOWN' or other and 'OTHER' or 'OK'

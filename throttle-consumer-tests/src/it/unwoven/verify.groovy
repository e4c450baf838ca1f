// The log has one part for each of three runs of the tests.
String log = new File(basedir, 'build.log').text
def runs = log.split('T E S T S').drop(1)
assert runs.size() == 3
def (warn, silent, fail) = runs

String told = '@Throttle has no effect on these classes, because they were not woven:'
assert fail.contains(told)
assert fail.contains('com.acme.Prices')
assert fail.contains('Fix: add the aspectj-maven-plugin, with dev.throttle:throttle-aspect')
assert !fail.contains('a test ran')

assert warn.contains('a test ran')
assert warn.count(told) == 1 : 'once, though both the tests and the buckets look'
assert warn.contains('com.acme.Prices')

assert silent.contains('a test ran')
assert !silent.contains(told)

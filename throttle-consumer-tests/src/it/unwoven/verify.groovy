String log = new File(basedir, 'build.log').text
assert log.contains('@Throttle has no effect on these classes, because they were not woven:')
assert log.contains('com.acme.Prices')
assert log.contains('Fix: add the aspectj-maven-plugin, with dev.throttle:throttle-aspect')
assert !log.contains('a test ran')

String log = new File(basedir, 'build.log').text
assert log.count('[INFO] Tests run: 3, Failures: 0, Errors: 0, Skipped: 0\n') == 2 : 'once without an agent, once with it'
heading = 'A jar of others'
evaluate(new File(documentation as String, 'throttle-consumer-tests/src/it/snippets.groovy'))

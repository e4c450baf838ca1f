assert new File(basedir, 'build.log').text.contains('Tests run: 3, Failures: 0, Errors: 0, Skipped: 0')
heading = 'A jar of others'
evaluate(new File(documentation as String, 'throttle-consumer-tests/src/it/snippets.groovy'))

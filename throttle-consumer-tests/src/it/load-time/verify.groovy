assert new File(basedir, 'build.log').text.contains('Tests run: 6, Failures: 0, Errors: 0, Skipped: 0')
heading = 'At load time'
evaluate(new File(documentation as String, 'throttle-consumer-tests/src/it/snippets.groovy'))

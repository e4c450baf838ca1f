String log = new File(basedir, 'build.log').text
String error = log.readLines().find { it.contains('[THROTTLE-') }
assert error != null : 'no diagnostic of ours'
assert error.contains('Prices.java:[7,') : error
assert error.contains('Prices.quote(String): limit must be at least 1') : error
assert error.contains('Fix: ') : error
assert !new File(basedir, 'target/classes/com/acme/Prices.class').exists()

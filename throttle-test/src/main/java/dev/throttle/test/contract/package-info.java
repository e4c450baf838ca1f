/**
 * The contract of client hooks, as tests to inherit: what whoever throttles the calls of an HTTP
 * client promises its users, over a real socket and on virtual time.
 *
 * <pre>{@code
 * class MyHookTest extends HookContract {
 *   @Override
 *   protected HookedClient client(String baseUrl, int timesInstalled) {
 *     return new MyClient(baseUrl, timesInstalled);
 *   }
 *   // and whether its calls block, and whether cancelling them ends their requests
 * }
 * }</pre>
 *
 * <p>It needs JUnit 5 with its parameterized tests, AssertJ and Awaitility on the class path of the
 * tests; the rest of this module does not.
 */
@NullMarked
package dev.throttle.test.contract;

import org.jspecify.annotations.NullMarked;

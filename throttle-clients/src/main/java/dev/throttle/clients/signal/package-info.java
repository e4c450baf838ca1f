/**
 * Reads what a provider says of its limits in the headers of its answers.
 *
 * <pre>{@code
 * SignalReader reader = SignalReader.create();
 * HttpResponse<String> answer = client.send(request, BodyHandlers.ofString());
 * Signal signal = reader.read(answer.statusCode(), answer.headers()::allValues);
 *
 * if (signal.retryAfter() != null) {
 *   System.out.println("no calls for " + signal.retryAfter());
 * }
 * for (Signal.Quota quota : signal.quotas()) {
 *   System.out.println(quota.left() + " of " + quota.permits() + " left");
 * }
 * }</pre>
 */
@NullMarked
package dev.throttle.clients.signal;

import org.jspecify.annotations.NullMarked;

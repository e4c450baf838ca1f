/**
 * From an annotated method to its throttle: what weaving, proxies and client hooks share.
 *
 * <p>A {@link dev.throttle.core.plan.MethodPlan} is resolved once per method and knows which
 * buckets a call passes and what has to wait: the thread, or nobody.
 */
@NullMarked
package dev.throttle.core.plan;

import org.jspecify.annotations.NullMarked;

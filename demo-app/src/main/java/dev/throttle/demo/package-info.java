/**
 * The demo: a shop's API with limits, four clients of it, and what its provider saw of them,
 * without Throttle and with it. Read {@link dev.throttle.demo.ShopApi} and {@link
 * dev.throttle.demo.FeignShop} first: they are all that a user writes.
 */
@NullMarked
package dev.throttle.demo;

import org.jspecify.annotations.NullMarked;

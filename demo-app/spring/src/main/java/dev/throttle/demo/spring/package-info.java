/**
 * The demo as a Spring Boot application: three kinds of clients of the same shop, of whose limit a
 * stranger takes a part, and a page to watch them. Read {@link dev.throttle.demo.spring.FeignShop},
 * {@link dev.throttle.demo.spring.ExchangeShop} and {@code application.yaml} first: they are all
 * that a user writes.
 */
@NullMarked
package dev.throttle.demo.spring;

import org.jspecify.annotations.NullMarked;

@org.jspecify.annotations.NullMarked
package dev.throttle.remote.http;

@org.jspecify.annotations.NullMarked
package dev.throttle.remote.server;

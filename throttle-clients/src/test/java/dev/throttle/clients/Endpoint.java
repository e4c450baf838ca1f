package dev.throttle.clients;

/** The methods that every client of the contract has, each with a bucket of one call per second. */
public enum Endpoint {
  METHOD("api/method"),
  TYPE("api/type"),
  INHERITED("api/inherited"),
  META("api/meta");

  final String bucket;

  Endpoint(String bucket) {
    this.bucket = bucket;
  }
}

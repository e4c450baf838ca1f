package dev.throttle.clients;

/**
 * The calls that every client of the contract has, each with a bucket of one per second. Where
 * hooks go by rules, they are found by as many kinds of rules instead of annotations.
 */
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

package dev.throttle.clients.signal;

/** Header fields that together say one thing: the pause, or what is left of one limit or more. */
interface Family {

  /**
   * Adds to an answer what these fields say in it, all or nothing.
   *
   * @throws MalformedFieldException if they are there, and do not mean anything
   */
  void read(Answer answer) throws MalformedFieldException;
}

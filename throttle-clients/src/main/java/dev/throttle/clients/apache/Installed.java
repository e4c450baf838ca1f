package dev.throttle.clients.apache;

import org.apache.hc.client5.http.auth.AuthExchange;
import org.apache.hc.client5.http.impl.ChainElement;
import org.apache.hc.client5.http.protocol.HttpClientContext;

/** What the hooks of both clients have in common: where they are, and what that means. */
final class Installed {

  /** The name of the hook among the elements of a client. */
  static final String NAME = "THROTTLE";

  /**
   * The element behind the hook. It leases a connection, and opens a tunnel through a proxy if need
   * be. Before the hook come redirects, retries, caches, and answers to challenges, so that it sees
   * all that these send.
   */
  static final String BEFORE = ChainElement.CONNECT.name();

  private Installed() {}

  /**
   * Returns whether a connection that is held, such as since a challenge, may go back to the pool
   * while its call waits: not if it is the connection that has authenticated.
   */
  static boolean mayLetGoOfConnection(HttpClientContext context) {
    return context.getAuthExchanges().values().stream().noneMatch(AuthExchange::isConnectionBased);
  }
}

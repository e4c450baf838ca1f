package dev.throttle.remote.server;

import java.net.InetAddress;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.autoconfigure.web.server.ManagementServerProperties;
import org.springframework.boot.tomcat.autoconfigure.TomcatServerProperties;
import org.springframework.boot.tomcat.autoconfigure.TomcatServerProperties.Remoteip;
import org.springframework.boot.web.server.Ssl;
import org.springframework.boot.web.server.autoconfigure.ServerProperties;
import org.springframework.boot.web.server.autoconfigure.ServerProperties.ForwardHeadersStrategy;
import org.springframework.util.StringUtils;

/** Where the server listens, by which way, and whom it believes about who asks. */
record Listening(
    ServerProperties server, ManagementServerProperties management, TomcatServerProperties tomcat) {

  /**
   * Checks that nobody on the way can read secrets, and that nobody can say that he is somebody
   * else each time that he guesses one.
   *
   * @throws Misconfigured if it is not so
   */
  void check(boolean allowPlainHttp) {
    if (!allowPlainHttp) {
      checkHttps("server", server.getAddress(), server.getSsl());
      if (isManagedElsewhere()) {
        checkHttps("management.server", management.getAddress(), management.getSsl());
      }
    }
    if (server.getForwardHeadersStrategy() == ForwardHeadersStrategy.FRAMEWORK) {
      throw new Misconfigured(
          "who asks could say that he is anybody, since by"
              + " server.forward-headers-strategy=framework everybody is believed",
          "use native, and set server.tomcat.remoteip.internal-proxies (docs/server.md)");
    }
    if (isBehindProxy()
        && tomcat
            .getRemoteip()
            .getInternalProxies()
            .equals(new TomcatServerProperties().getRemoteip().getInternalProxies())) {
      throw new Misconfigured(
          "who asks could say that he is anybody, since all private addresses are believed as if"
              + " each were your proxy",
          "set server.tomcat.remoteip.internal-proxies to the addresses of that alone, such as"
              + " 10.1.2.3/32 (docs/server.md)");
    }
  }

  private static void checkHttps(String where, @Nullable InetAddress address, @Nullable Ssl ssl) {
    boolean hasTls = ssl != null && ssl.isEnabled();
    if (!isLocal(address) && !hasTls) {
      throw new Misconfigured(
          "everybody on the way could read secrets, since other machines are listened to without"
              + " TLS",
          "set "
              + where
              + ".ssl.bundle (docs/server.md), or "
              + where
              + ".address=127.0.0.1, or throttle.server.allow-plain-http=true where something in"
              + " front of it does TLS");
    }
  }

  private static boolean isLocal(@Nullable InetAddress address) {
    return address != null && address.isLoopbackAddress();
  }

  /** Returns whether only this machine can ask, but for the port of management. */
  boolean isLocal() {
    return isLocal(server.getAddress());
  }

  /** Returns whether metrics and health have a port of their own. */
  private boolean isManagedElsewhere() {
    Integer port = management.getPort();
    return port != null && port >= 0 && (port == 0 || !port.equals(server.getPort()));
  }

  /** Returns whether a proxy is believed about who asks. */
  boolean isBehindProxy() {
    Remoteip remote = tomcat.getRemoteip();
    return server.getForwardHeadersStrategy() == ForwardHeadersStrategy.NATIVE
        || StringUtils.hasText(remote.getRemoteIpHeader())
        || StringUtils.hasText(remote.getProtocolHeader());
  }

  /** Returns by which header a proxy tells who asks. */
  String header() {
    String header = tomcat.getRemoteip().getRemoteIpHeader();
    return StringUtils.hasText(header) ? header : "X-Forwarded-For";
  }
}

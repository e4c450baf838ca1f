package dev.throttle.remote.server;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What somebody has for himself of all addresses. Nothing is looked up here: what is no address, as
 * a name is none, is {@link #NOWHERE}.
 */
final class Network {

  /** The address of nobody. */
  static final String NOWHERE = "0.0.0.0";

  private static final String BYTE = "0*(25[0-5]|2[0-4]\\d|1?\\d?\\d)";

  /** Maybe with a port, which some proxies tell with it. */
  private static final Pattern FOUR =
      Pattern.compile(BYTE + "\\." + BYTE + "\\." + BYTE + "\\." + BYTE + "(?::\\d+)?");

  private static final Pattern SIX =
      Pattern.compile("\\[?([0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*)(?:%[^]]*)?(?:](?::\\d+)?)?");

  private static final int LONGEST = 100;

  private Network() {}

  /**
   * Returns the address, or of IPv6 the network of 64 bits, which one customer has for himself;
   * without its scope, which says no more than by which way it came.
   */
  static String of(String text) {
    InetAddress address = parse(text);
    return address instanceof Inet6Address ? network(address) : address.getHostAddress();
  }

  /** Returns an address alone: without a port or a scope. */
  static String address(String text) {
    return parse(text).getHostAddress();
  }

  private static InetAddress parse(String text) {
    if (text.length() <= LONGEST) {
      Matcher four = FOUR.matcher(text);
      if (four.matches()) {
        return literal(
            four.group(1) + '.' + four.group(2) + '.' + four.group(3) + '.' + four.group(4));
      }
      Matcher six = SIX.matcher(text);
      if (six.matches()) {
        return literal('[' + six.group(1) + ']'); // in brackets it is never a name
      }
    }
    return literal(NOWHERE);
  }

  private static InetAddress literal(String text) {
    try {
      return InetAddress.getByName(text);
    } catch (UnknownHostException e) {
      return literal(NOWHERE);
    }
  }

  private static String network(InetAddress address) {
    try {
      return InetAddress.getByAddress(Arrays.copyOf(Arrays.copyOf(address.getAddress(), 8), 16))
          .getHostAddress();
    } catch (UnknownHostException e) {
      throw new IllegalStateException(e); // it has 16 bytes
    }
  }
}

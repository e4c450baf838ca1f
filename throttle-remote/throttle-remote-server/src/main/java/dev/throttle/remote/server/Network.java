package dev.throttle.remote.server;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What somebody has for himself of all addresses. */
final class Network {

  /** An address that is not a name, maybe with a port, which some proxies tell with it. */
  private static final Pattern FOUR = Pattern.compile("(\\d{1,3}(?:\\.\\d{1,3}){3})(?::\\d+)?");

  private static final Pattern SIX =
      Pattern.compile("\\[?([0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*)(?:%[^]]*)?(?:](?::\\d+)?)?");

  private Network() {}

  /**
   * Returns the address, or of IPv6 the network of 64 bits, which one customer has for himself;
   * without its scope, which says no more than by which way it came. What is no address is returned
   * as it is. Nothing is looked up.
   */
  static String of(String address) {
    Matcher four = FOUR.matcher(address);
    if (four.matches()) {
      return four.group(1);
    }
    Matcher six = SIX.matcher(address);
    if (!six.matches()) {
      return address;
    }
    try {
      InetAddress known = InetAddress.getByName(six.group(1)); // with a colon it is never a name
      return known instanceof Inet6Address
          ? InetAddress.getByAddress(Arrays.copyOf(Arrays.copyOf(known.getAddress(), 8), 16))
              .getHostAddress()
          : known.getHostAddress();
    } catch (UnknownHostException e) {
      return address;
    }
  }
}

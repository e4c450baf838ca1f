package dev.throttle.core;

import static dev.throttle.core.BadArgument.badArgument;
import static dev.throttle.core.BadArgument.requireNonNull;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * By which store buckets are shared with other processes, and how; see {@link Bucket#shared}. What
 * is null is as the configuration says, or else as the store and {@code throttle-remote-lease} have
 * it.
 *
 * @param address where the store is: {@code redis://HOST:PORT}, {@code https://HOST}; may hold a
 *     password
 * @param clientId who asks, where the store wants to know
 * @param clientSecret what proves it; given if and only if {@code clientId} is
 * @param namespace which ledger: processes share the limits of buckets of the same name if they
 *     have the same
 * @param whenUnreachable what is done while the store cannot be reached
 * @param maxCall how long a call takes at most
 * @param refresh after which time leases are renewed
 * @param lease how long leases are
 */
public record SharedBy(
    String address,
    @Nullable String clientId,
    @Nullable String clientSecret,
    @Nullable String namespace,
    @Nullable Unreachable whenUnreachable,
    @Nullable Duration maxCall,
    @Nullable Duration refresh,
    @Nullable Duration lease) {

  private static final Pattern ADDRESS = Pattern.compile("([A-Za-z][A-Za-z0-9+.-]*):(.+)");

  /**
   * All up to the last at sign, since passwords may have more of them; also where slashes are
   * missing.
   */
  private static final Pattern USER = Pattern.compile(":.*@", Pattern.DOTALL);

  private static final Pattern QUERY = Pattern.compile("\\?.*", Pattern.DOTALL);

  /**
   * @throws IllegalArgumentException if the address has no scheme, or only one of id and secret is
   *     given; the message does not repeat them
   */
  public SharedBy {
    scheme(requireNonNull(address, "address"));
    if ((clientId == null) != (clientSecret == null)) {
      throw badArgument(
          "client id and client secret go together, but only the %s was given. Give both or none.",
          clientId == null ? "secret" : "id");
    }
  }

  /** Returns what this address says, and no more. */
  public static SharedBy at(String address) {
    return new SharedBy(address.strip(), null, null, null, null, null, null, null);
  }

  /** Returns what this address says, for a store that wants to know who asks. */
  public static SharedBy at(String address, String clientId, String clientSecret) {
    return new SharedBy(
        address.strip(),
        requireNonNull(clientId, "client id"),
        requireNonNull(clientSecret, "client secret"),
        null,
        null,
        null,
        null,
        null);
  }

  /** Returns the same in another namespace. */
  public SharedBy withNamespace(String namespace) {
    return new SharedBy(
        address,
        clientId,
        clientSecret,
        requireNonNull(namespace, "namespace"),
        whenUnreachable,
        maxCall,
        refresh,
        lease);
  }

  /** Returns the same with another policy for when the store cannot be reached. */
  public SharedBy whenUnreachable(Unreachable policy) {
    return new SharedBy(
        address,
        clientId,
        clientSecret,
        namespace,
        requireNonNull(policy, "policy"),
        maxCall,
        refresh,
        lease);
  }

  /** Returns the same for calls that take so long at most. */
  public SharedBy withMaxCall(Duration maxCall) {
    return new SharedBy(
        address,
        clientId,
        clientSecret,
        namespace,
        whenUnreachable,
        requireNonNull(maxCall, "maxCall"),
        refresh,
        lease);
  }

  /** Returns the same with leases that are renewed after that time. */
  public SharedBy withRefresh(Duration refresh) {
    return new SharedBy(
        address,
        clientId,
        clientSecret,
        namespace,
        whenUnreachable,
        maxCall,
        requireNonNull(refresh, "refresh"),
        lease);
  }

  /** Returns the same with leases that are so long; all processes must say the same. */
  public SharedBy withLease(Duration lease) {
    return new SharedBy(
        address,
        clientId,
        clientSecret,
        namespace,
        whenUnreachable,
        maxCall,
        refresh,
        requireNonNull(lease, "lease"));
  }

  /** Returns the same, with what another one says where this says nothing, but for credentials. */
  SharedBy orElse(
      @Nullable String namespace,
      @Nullable Unreachable policy,
      @Nullable Duration maxCall,
      @Nullable Duration refresh,
      @Nullable Duration lease) {
    return new SharedBy(
        address,
        clientId,
        clientSecret,
        first(this.namespace, namespace),
        first(this.whenUnreachable, policy),
        first(this.maxCall, maxCall),
        first(this.refresh, refresh),
        first(this.lease, lease));
  }

  private static <T> @Nullable T first(@Nullable T one, @Nullable T other) {
    return one == null ? other : one;
  }

  /** Returns the scheme of the address, in small letters: {@code redis}. */
  public String scheme() {
    return scheme(address);
  }

  private static String scheme(String address) {
    Matcher matcher = ADDRESS.matcher(address);
    if (!matcher.matches()) {
      throw badArgument(
          "an address of a store has a scheme, as in redis://HOST:PORT or https://HOST; this one has"
              + " none.");
    }
    return matcher.group(1).toLowerCase(Locale.ROOT);
  }

  /**
   * Returns the address without what may be secret: without user, password and query, as in {@code
   * redis://HOST:PORT}.
   */
  public String where() {
    return QUERY.matcher(withoutUser(address)).replaceFirst("");
  }

  /** Returns a text without what stands before the at sign of an address in it. */
  static String withoutUser(String text) {
    return USER.matcher(text).replaceFirst("://");
  }

  /** Returns whether two addresses are of one server. */
  static boolean isSameServer(String one, String other) {
    return server(one).equals(server(other));
  }

  private static String server(String address) {
    return Objects.requireNonNull(withoutUser(address)).replaceFirst("(://[^/?#]*).*", "$1");
  }

  /** Returns in what another one differs, for a message: what it is here and then there. */
  String differencesTo(SharedBy other) {
    List<String> differences = new ArrayList<>();
    if (!where().equals(other.where())) {
      addDifference(differences, "address", where(), other.where());
    } else if (!address.equals(other.address)) {
      differences.add("address (in what is not shown here)");
    }
    addDifference(differences, "client id", clientId, other.clientId);
    if (!Objects.equals(clientSecret, other.clientSecret)) {
      differences.add("client secret");
    }
    addDifference(differences, "namespace", namespace, other.namespace);
    addDifference(differences, "policy", whenUnreachable, other.whenUnreachable);
    addDifference(differences, "maxCall", maxCall, other.maxCall);
    addDifference(differences, "refresh", refresh, other.refresh);
    addDifference(differences, "lease", lease, other.lease);
    return String.join(", ", differences);
  }

  private static void addDifference(
      List<String> differences, String what, @Nullable Object here, @Nullable Object there) {
    if (!Objects.equals(here, there)) {
      differences.add(
          what
              + " ("
              + Objects.requireNonNullElse(here, "not said")
              + ", then "
              + Objects.requireNonNullElse(there, "not said")
              + ")");
    }
  }

  /** Returns {@link #where} and the client's id. */
  @Override
  public String toString() {
    return where() + (clientId == null ? "" : " as '" + clientId + "'");
  }
}

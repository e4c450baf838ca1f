package dev.throttle.remote.server;

import dev.throttle.remote.server.Client.Role;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.springframework.security.crypto.password.PasswordEncoder;

/** Who may ask, and the hashes of their secrets. There is always one. */
final class Clients {

  private final Map<String, Client> clients = new LinkedHashMap<>();
  private final Map<String, List<String>> hashes = new LinkedHashMap<>();
  private final List<String> mostHashes;
  private final PasswordEncoder encoder;

  Clients(Collection<Settings.OfClient> configured) {
    this(configured, Secrets.encoder());
  }

  Clients(Collection<Settings.OfClient> configured, PasswordEncoder encoder) {
    this.encoder = encoder;
    for (Settings.OfClient each : configured) {
      clients.put(each.id(), each.client());
      hashes.put(each.id(), List.copyOf(each.secrets()));
    }
    mostHashes = hashes.values().stream().max(Comparator.comparingInt(List::size)).orElseThrow();
  }

  /** Returns a client that may do all, to try the server out. */
  static Settings.OfClient madeUp(String secret) {
    return new Settings.OfClient(
        "first", "default", Set.of(Role.values()), List.of(Secrets.hash(secret)));
  }

  SortedSet<String> namespaces() {
    SortedSet<String> namespaces = new TreeSet<>();
    clients.values().forEach(client -> namespaces.add(client.namespace()));
    return namespaces;
  }

  /** Returns how many successful logins there can be that are not the same. */
  int secrets() {
    return hashes.values().stream().mapToInt(List::size).sum();
  }

  /**
   * Returns whose the secret is, or null. Slow: it always hashes as often as the client with the
   * most secrets has some, whether the client is known or not, and whether or not one was found
   * before. So the time that it takes does not tell who is known.
   */
  @Nullable Client find(String id, String secret) {
    List<String> own = hashes.getOrDefault(id, List.of());
    boolean found = false;
    for (int i = 0; i < mostHashes.size(); i++) {
      boolean isOwn = i < own.size();
      boolean matches = encoder.matches(secret, isOwn ? own.get(i) : mostHashes.get(i));
      found |= matches && isOwn;
    }
    return found ? clients.get(id) : null;
  }
}

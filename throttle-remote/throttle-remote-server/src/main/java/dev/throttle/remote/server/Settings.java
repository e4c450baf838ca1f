package dev.throttle.remote.server;

import dev.throttle.remote.server.Client.Role;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * The properties {@code throttle.server.*}.
 *
 * @param clients who may ask; if there are none, one is made up at the start
 * @param store {@code memory}, or the URI of a Redis
 * @param storeTimeout how long Redis may take
 * @param leaseLength how long leases are; the same for all servers of a ledger
 * @param freshIfMissing whether a ledger that is not there never was, and is lent from at once
 * @param maxAccounts how many limits one request may name
 * @param maxInstances how many instances a namespace may have
 * @param maxLimits how many limits a namespace may have
 * @param maxHoldings how many holdings: the limits of each instance, summed up
 * @param maxBody how long the body of a request may be
 * @param bodyTimeout how long it may take to come
 * @param allowPlainHttp whether other machines may send secrets without TLS
 */
@ConfigurationProperties("throttle.server")
record Settings(
    @DefaultValue List<OfClient> clients,
    @DefaultValue("memory") String store,
    @DefaultValue("1s") Duration storeTimeout,
    @DefaultValue("10s") Duration leaseLength,
    @DefaultValue("false") boolean freshIfMissing,
    @DefaultValue("100") int maxAccounts,
    @DefaultValue("1000") int maxInstances,
    @DefaultValue("1000") int maxLimits,
    @DefaultValue("10000") int maxHoldings,
    @DefaultValue("64KB") DataSize maxBody,
    @DefaultValue("5s") Duration bodyTimeout,
    @DefaultValue("false") boolean allowPlainHttp) {

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");

  Settings {
    Set<String> ids = new HashSet<>();
    for (OfClient client : clients) {
      if (!ids.add(client.id)) {
        throw wrong("the client '" + client.id + "' comes twice", "give each an id of its own");
      }
    }
    List<String> costs =
        clients.stream()
            .flatMap(of -> of.secrets.stream())
            .map(SecretHash::cost)
            .distinct()
            .toList();
    if (costs.size() > 1) {
      throw wrong(
          "all secrets must be hashed by the same numbers, or the time that a login takes would tell"
              + " which ids exist; but there are "
              + String.join(" and ", costs),
          "have all hashed anew, by --hash-secret");
    }
  }

  /** Returns whether the ledger is in the memory of this server. */
  boolean isInMemory() {
    return store.equalsIgnoreCase("memory");
  }

  /**
   * The properties of one client.
   *
   * @param id its name: letters, digits, dots, dashes and underscores, at most 64
   * @param namespace of the same letters
   * @param roles what it may do
   * @param secrets hashes of its secrets, each of which counts: while one is replaced, both do
   */
  record OfClient(
      @DefaultValue("") String id,
      @DefaultValue("default") String namespace,
      @DefaultValue("instance") Set<Role> roles,
      @DefaultValue List<String> secrets) {

    OfClient {
      if (!NAME.matcher(id).matches() || !NAME.matcher(namespace).matches()) {
        throw wrong(
            "id and namespace of a client are 1 to 64 of A-Z a-z 0-9 . _ -, but these are not:"
                + " id '"
                + id
                + "', namespace '"
                + namespace
                + "'",
            "choose others");
      }
      if (secrets.isEmpty()) {
        throw wrong("client '" + id + "' has no secret", "give the hash of one: --hash-secret");
      }
      for (String hash : secrets) {
        String problem = SecretHash.problem(hash);
        if (problem != null) {
          throw wrong(
              "a secret of client '" + id + "' " + problem,
              "give what --hash-secret prints, in quotes, and never the secret itself");
        }
      }
    }

    Client client() {
      return new Client(id, namespace, roles);
    }
  }

  private static IllegalArgumentException wrong(String what, String fix) {
    return new IllegalArgumentException("throttle.server.clients: " + what + ". Fix: " + fix + ".");
  }
}

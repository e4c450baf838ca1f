package dev.throttle.remote.postgres;

import java.sql.SQLException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;

/** Says what to do about a failure. */
record Failures(Duration timeout) {

  /** Drivers and pools repeat the URL that they were given, and it may hold a password. */
  private static final Pattern SECRETS =
      Pattern.compile("jdbc:\\S*|password\\s*=\\s*\\S*", Pattern.CASE_INSENSITIVE);

  /** By a time-out of a statement, of a lock, or of a transaction in which nothing happens. */
  private static final Set<String> CANCELLED = Set.of("57014", "55P03", "25P03");

  /** Returns what a stage fails with: what the ledger refuses is said as it is. */
  RuntimeException explain(Throwable failure) {
    Throwable root = failure;
    while (root instanceof CompletionException && root.getCause() != null) {
      root = root.getCause();
    }
    if (root instanceof IllegalArgumentException refused) {
      return refused;
    }
    root = ofServer(root);
    String state = root instanceof SQLException e ? String.valueOf(e.getSQLState()) : "";
    if (root instanceof TimeoutException || CANCELLED.contains(state)) {
      return tooLate();
    }
    String said = withoutSecrets(root);
    if (state.isEmpty() || state.equals("null") || state.startsWith("08")) {
      return new PostgresLeaseException(
          "PostgreSQL cannot be reached: "
              + said
              + ". Leases go on until they end, and then calls wait until it can be. Fix: look"
              + " whether it runs, and whether the data source has the right URL and connections to"
              + " spare.");
    }
    return new PostgresLeaseException("PostgreSQL refused: " + said + ". Fix: " + fix(state) + ".");
  }

  /** Pools wrap what the server has said. */
  private static Throwable ofServer(Throwable failure) {
    Throwable found = failure;
    for (Throwable each = failure; each != null; each = each.getCause()) {
      found = each instanceof SQLException e && e.getSQLState() != null ? e : found;
    }
    return found;
  }

  private PostgresLeaseException tooLate() {
    return new PostgresLeaseException(
        "PostgreSQL did not answer within "
            + timeout
            + ". Leases go on until they end. Fix: look whether it can be reached, what holds the"
            + " lock of the ledger's row, and whether the data source has connections to spare; or"
            + " allow more by timeout().");
  }

  private static String withoutSecrets(Throwable root) {
    String message =
        root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
    String shown = SECRETS.matcher(message.strip()).replaceAll("(hidden)");
    return shown.endsWith(".") ? shown.substring(0, shown.length() - 1) : shown;
  }

  private static String fix(String state) {
    return switch (state) {
      case "28P01", "28000" -> "give the data source the right user and password";
      case "42501" ->
          "allow the user SELECT, INSERT and UPDATE on the table throttle_ledger; and if it is not"
              + " there, make it by: "
              + LedgerTable.CREATE;
      case "42P01", "3F000" ->
          "name a schema that all users of the ledger share as currentSchema, or make the table in"
              + " one by: "
              + LedgerTable.CREATE;
      case "42703", "42804" ->
          "drop the table throttle_ledger, or rename it if it is of somebody else";
      case "25006" -> "name the primary, such as by targetServerType=primary";
      case "57P01", "57P02", "57P03" -> "wait; requests go on to be made";
      case "53300" -> "allow more connections, or give the data source fewer";
      case "53100", "53200" -> "give PostgreSQL more disk or memory";
      default -> "look into the log of PostgreSQL";
    };
  }
}

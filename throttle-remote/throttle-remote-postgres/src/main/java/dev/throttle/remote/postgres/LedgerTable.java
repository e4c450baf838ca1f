package dev.throttle.remote.postgres;

import dev.throttle.remote.lease.Ledger;
import dev.throttle.remote.lease.LedgerDocument;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Set;
import java.util.UUID;
import java.util.function.LongSupplier;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * The table of all ledgers, of which each is a row with one document. It is read, changed and
 * written back in one transaction that locks the row: whoever else asks waits for that.
 *
 * <h2>What the transaction says of itself</h2>
 *
 * It is {@code READ COMMITTED}, so that who has waited for the row sees what was written meanwhile.
 * Its commit is on disk before it is answered ({@code synchronous_commit}), whatever the server
 * does otherwise: what an answer lends is never forgotten in a crash. And the server ends it by
 * itself if this JVM hangs or vanishes in the midst of it, since the row is locked until then.
 *
 * <h2>The time</h2>
 *
 * is that of the server, and it is read when the row is locked. A query that locks rows is done
 * before the query around it looks at the clock; in one and the same it might look before it waits,
 * and then the time would go back from one who asks to the next.
 *
 * <h2>Whether data may be older than what was lent</h2>
 *
 * They are where a replica took over that had not heard all, or a backup was restored: that begins
 * a new timeline, or is another system. Where {@code fsync} is off, so may they be after each
 * start. The names of all these together are what the ledger's {@code life} is. Some services
 * forbid the functions, or do not have them: then it is not known.
 *
 * <p>So they are where a row was dumped and put back later: who puts it back is not who wrote it.
 * The document says in {@code written} by which transaction that was, and the row by which it was
 * really ({@code xmin}, which freezing and vacuuming leave as it is). Where a driver makes a
 * subtransaction of each statement ({@code autosave}), the row is that one's, whose name cannot be
 * known before: then nothing is said, and this is not noticed.
 *
 * <h2>Which table</h2>
 *
 * The first of its name in the user's {@code search_path}. It is never made in a schema that the
 * path has only for this user ({@code "$user"}): another user would make another, and each of the
 * two ledgers would lend the whole limit.
 */
final class LedgerTable {

  private static final String COLUMNS =
      "throttle_ledger (namespace text PRIMARY KEY, document jsonb)"
          // Rewritten all the time: room for the next version beside each, and no dead ones for
          // long.
          + " WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0,"
          + " autovacuum_vacuum_threshold = 500, toast.autovacuum_vacuum_scale_factor = 0,"
          + " toast.autovacuum_vacuum_threshold = 2000)";

  private static final String CREATE_TABLE = "CREATE TABLE IF NOT EXISTS ";

  static final String CREATE = CREATE_TABLE + COLUMNS;

  /** The first schema of the path that is not there for this user only. */
  private static final String SCHEMA_OF_ALL =
      "SELECT quote_ident(name) FROM unnest(current_schemas(false)) WITH ORDINALITY AS of (name, at)"
          + " WHERE name <> current_user OR position('$user' IN current_setting('search_path')) = 0"
          + " ORDER BY at LIMIT 1";

  private static final String LIFE =
      "(SELECT system_identifier FROM pg_control_system())"
          + " || '/' || substring(pg_walfile_name(pg_current_wal_lsn()) for 8)"
          + " || CASE current_setting('fsync') WHEN 'on' THEN ''"
          + " ELSE '/' || (extract(epoch FROM pg_postmaster_start_time()) * 1000)::bigint END";

  private static final Set<String> NO_SUCH_FUNCTION = Set.of("42501", "42883", "0A000");
  private static final String NO_SUCH_TABLE = "42P01";

  private static final String NO_SUCH_SCHEMA = "3F000";

  /** Two who create a table at once may stumble over each other. */
  private static final Set<String> EXISTS_ALREADY = Set.of("23505", "42P07");

  private final DataSource source;
  private final String namespace;
  private final boolean learns;
  private final @Nullable LongSupplier clock;
  private final int timeoutMillis;

  /** Whether the server says of its data what they depend on; found out by asking. */
  private volatile boolean tellsLife = true;

  /** Whether what is written is written by the transaction itself; found out by looking, once. */
  private volatile boolean writesByItself = true;

  private volatile boolean lookedWhoWrites;

  /**
   * A ledger of a table.
   *
   * @param learns whether one that is not there was lost
   * @param clock ticks in nanoseconds in place of those of the server, or null
   */
  LedgerTable(
      DataSource source,
      String namespace,
      boolean learns,
      @Nullable LongSupplier clock,
      Duration timeout) {
    this.source = source;
    this.namespace = namespace;
    this.learns = learns;
    this.clock = clock;
    this.timeoutMillis = (int) Math.min(Math.max(1, timeout.toMillis()), Integer.MAX_VALUE / 4);
  }

  /**
   * What is asked of a ledger.
   *
   * @param <T> what it answers
   */
  interface Asked<T> {
    T of(Ledger ledger, long now);
  }

  /** Asks the ledger, and keeps what comes of it; or does not, where that throws. Blocks. */
  <T> T ask(Asked<T> asked) throws SQLException {
    try {
      return askKnown(asked);
    } catch (SQLException e) {
      if (!NO_SUCH_TABLE.equals(e.getSQLState())) {
        throw e;
      }
    }
    create();
    return askKnown(asked);
  }

  private <T> T askKnown(Asked<T> asked) throws SQLException {
    try {
      return inTransaction(asked, tellsLife);
    } catch (SQLException e) {
      if (!tellsLife || !NO_SUCH_FUNCTION.contains(String.valueOf(e.getSQLState()))) {
        throw e;
      }
    }
    T answer = inTransaction(asked, false);
    tellsLife = false; // it was that which was refused, and not the table
    return answer;
  }

  private void create() throws SQLException {
    try (Connection connection = source.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(CREATE_TABLE + schemaOfAll(statement) + "." + COLUMNS);
      if (!connection.getAutoCommit()) {
        connection.commit();
      }
    } catch (SQLException e) {
      if (!EXISTS_ALREADY.contains(String.valueOf(e.getSQLState()))) {
        throw e;
      }
    }
  }

  private static String schemaOfAll(Statement statement) throws SQLException {
    try (ResultSet found = statement.executeQuery(SCHEMA_OF_ALL)) {
      if (found.next()) {
        return found.getString(1);
      }
    }
    throw new SQLException(
        "the search_path has no schema that this user may use and that is not his alone",
        NO_SUCH_SCHEMA);
  }

  private <T> T inTransaction(Asked<T> asked, boolean withLife) throws SQLException {
    try (Connection connection = source.getConnection()) {
      boolean before = connection.getAutoCommit();
      int networkBefore = connection.getNetworkTimeout();
      connection.setNetworkTimeout(Runnable::run, 2 * timeoutMillis);
      connection.setAutoCommit(false);
      T answer;
      try {
        answer = ask(connection, asked, withLife);
        connection.commit();
      } catch (SQLException | RuntimeException e) {
        undo(connection, before, networkBefore, e);
        throw e;
      }
      restore(connection, before, networkBefore);
      return answer;
    }
  }

  private static void undo(
      Connection connection, boolean autoCommit, int networkTimeout, Exception reason) {
    try {
      connection.rollback();
      restore(connection, autoCommit, networkTimeout);
    } catch (SQLException e) {
      reason.addSuppressed(e); // the connection is broken, and so is what it had begun
    }
  }

  private static void restore(Connection connection, boolean autoCommit, int networkTimeout)
      throws SQLException {
    connection.setAutoCommit(autoCommit);
    connection.setNetworkTimeout(Runnable::run, networkTimeout);
  }

  private <T> T ask(Connection connection, Asked<T> asked, boolean withLife) throws SQLException {
    Row row = locked(connection, withLife);
    if (row == null) {
      insert(connection);
      row = locked(connection, withLife);
    }
    if (row == null) {
      throw new SQLException("the row of namespace '" + namespace + "' was deleted meanwhile");
    }
    LedgerDocument document = open(row);
    Ledger ledger = Ledger.of(document.state());
    T answer = asked.of(ledger, document.seen());
    write(connection, document.with(ledger.state()));
    return answer;
  }

  /**
   * A row that is locked.
   *
   * @param document null if it was just made
   * @param clock the server's, in nanoseconds
   * @param life null if it is not known
   * @param putBack whether it was written by another transaction than it says
   */
  private record Row(
      @Nullable String document, long clock, @Nullable String life, boolean putBack) {}

  private LedgerDocument open(Row row) {
    long tick = clock == null ? row.clock : clock.getAsLong();
    if (row.document == null) {
      return LedgerDocument.begin(row.life, tick, learns);
    }
    LedgerDocument stored = Documents.read(row.document);
    // What cannot be read is as good as lost, and it surely was there.
    if (stored == null) {
      return LedgerDocument.begin(row.life, tick, true);
    }
    // What was dumped and put back is of a life that no other is or was.
    LedgerDocument own =
        row.putBack ? stored.reopened("put back/" + UUID.randomUUID(), tick) : stored;
    return own.reopened(row.life, tick);
  }

  private @Nullable Row locked(Connection connection, boolean withLife) throws SQLException {
    String sql =
        "SET TRANSACTION ISOLATION LEVEL READ COMMITTED;"
            + (" SET LOCAL synchronous_commit = on; SET LOCAL statement_timeout = " + timeoutMillis)
            + ("; SET LOCAL idle_in_transaction_session_timeout = " + 2 * timeoutMillis)
            + "; WITH locked AS (SELECT document, xmin::text AS writer"
            + " FROM throttle_ledger WHERE namespace = ? FOR UPDATE)"
            + " SELECT document, (extract(epoch FROM clock_timestamp()) * 1000000)::bigint, "
            + (withLife ? LIFE : "NULL")
            + ", writer <> document ->> 'written' FROM locked";
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, namespace);
      boolean rows = statement.execute();
      while (!rows) {
        rows = statement.getMoreResults();
      }
      try (ResultSet found = statement.getResultSet()) {
        return found.next()
            ? new Row(
                found.getString(1),
                found.getLong(2) * 1_000,
                found.getString(3),
                found.getBoolean(4))
            : null;
      }
    }
  }

  private void insert(Connection connection) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "INSERT INTO throttle_ledger (namespace) VALUES (?) ON CONFLICT DO NOTHING")) {
      statement.setString(1, namespace);
      statement.executeUpdate();
    }
  }

  private void write(Connection connection, LedgerDocument document) throws SQLException {
    String json = Documents.write(document);
    write(connection, json, writesByItself);
    if (!lookedWhoWrites) {
      writesByItself = isByTheTransactionItself(connection);
      if (!writesByItself) {
        write(connection, json, false);
      }
      lookedWhoWrites = true;
    }
  }

  private void write(Connection connection, String json, boolean byItself) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "UPDATE throttle_ledger SET document = ?::jsonb || jsonb_build_object('written', "
                + (byItself ? "(txid_current() % 4294967296)::text" : "NULL::text")
                + ") WHERE namespace = ?")) {
      statement.setString(1, json);
      statement.setString(2, namespace);
      statement.executeUpdate();
    }
  }

  private boolean isByTheTransactionItself(Connection connection) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "SELECT xmin::text = document ->> 'written' FROM throttle_ledger"
                + " WHERE namespace = ?")) {
      statement.setString(1, namespace);
      try (ResultSet found = statement.executeQuery()) {
        return found.next() && found.getBoolean(1);
      }
    }
  }
}

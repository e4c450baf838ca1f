package dev.throttle.remote.postgres;

import com.zaxxer.hikari.HikariDataSource;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.function.Consumer;
import javax.sql.DataSource;

/** A server of a test, on a free port of loopback. It can be stopped and started again. */
final class RealPostgres implements AutoCloseable {

  private final EmbeddedPostgres.Builder builder;
  private EmbeddedPostgres server;

  private RealPostgres(EmbeddedPostgres.Builder builder) {
    this.builder = builder;
    start();
  }

  /** Returns the one that all tests of a JVM share; it ends with that. */
  static RealPostgres shared() {
    return Shared.POSTGRES;
  }

  private static final class Shared {
    static final RealPostgres POSTGRES = new RealPostgres(EmbeddedPostgres.builder());
  }

  /** Starts one with its data in a folder, which are there again when it is started again. */
  static RealPostgres in(Path folder) {
    return new RealPostgres(
        EmbeddedPostgres.builder().setDataDirectory(folder).setCleanDataDirectory(false));
  }

  /** Sets whether data are written to disk, from the next start on; at first they are not. */
  void setFsync(boolean on) {
    builder.setServerConfig("fsync", on ? "on" : "off");
  }

  void start() {
    start(folder -> {});
  }

  /** Starts it after its folder was changed. */
  void start(Consumer<File> change) {
    try {
      server = builder.setDataDirectoryCustomizer(change).start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void stop() {
    try {
      server.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  DataSource source() {
    return server.getPostgresDatabase();
  }

  String url(String user) {
    return server.getJdbcUrl(user, "postgres");
  }

  /** Returns a pool of connections, for the test to close. */
  HikariDataSource pool() {
    HikariDataSource pool = new HikariDataSource();
    pool.setDataSource(source());
    pool.setMaximumPoolSize(4);
    return pool;
  }

  /** Returns the first column of the last row, as a text; null if there is none. */
  String query(String sql) {
    return query(source(), sql);
  }

  /** The same by a connection of another source. */
  String query(DataSource source, String sql) {
    try (Connection connection = source.getConnection();
        Statement statement = connection.createStatement()) {
      String last = null;
      if (statement.execute(sql)) {
        ResultSet rows = statement.getResultSet();
        while (rows.next()) {
          last = rows.getString(1);
        }
      }
      return last;
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    stop();
  }
}

package dev.throttle.core;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.net.URL;
import java.net.URLConnection;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What lies on a class path beside the classes. */
final class Resource {

  private Resource() {}

  /** Returns all of a name that a class loader sees. */
  static List<URL> all(ClassLoader loader, String name) {
    try {
      return Collections.list(loader.getResources(name));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot look for " + name, e);
    }
  }

  static InputStream open(URL url) throws IOException {
    URLConnection connection = url.openConnection();
    connection.setUseCaches(false); // or a jar that is redeployed stays open
    return connection.getInputStream();
  }

  /** Returns what the first of a name holds that a class loader sees, or null. */
  static byte @Nullable [] bytes(ClassLoader loader, String name) {
    try (InputStream bytes = loader.getResourceAsStream(name)) {
      return bytes == null ? null : bytes.readAllBytes();
    } catch (IOException e) {
      return null; // as good as not there
    }
  }

  static Reader read(URL url) throws IOException {
    return new InputStreamReader(open(url), StandardCharsets.UTF_8);
  }

  /** Returns where the jar or directory is that has this resource. */
  static String location(URL url, String name) {
    String path = url.toString();
    return path.substring(0, path.length() - name.length());
  }
}

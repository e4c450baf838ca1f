package dev.throttle.core;

import dev.throttle.core.Configuration.Setting;
import dev.throttle.core.Given.Source;
import java.io.IOException;
import java.io.Reader;
import java.net.URL;
import java.util.Properties;

/**
 * A {@code throttle.properties} that hands on each line as it is read, so that a key which is there
 * twice is noticed.
 */
final class ConfigurationFile extends Properties {

  private static final long serialVersionUID = 1L;

  private static final String NAME = "throttle.properties";

  private final transient ConfigurationReader reader;
  private final String url;

  private ConfigurationFile(ConfigurationReader reader, String url) {
    this.reader = reader;
    this.url = url;
  }

  /** Reads all that the class loader sees. */
  static void readAll(ClassLoader loader, ConfigurationReader reader) {
    for (URL url : Resource.all(loader, NAME)) {
      read(url, reader);
    }
  }

  private static void read(URL url, ConfigurationReader reader) {
    try (Reader text = Resource.read(url)) {
      new ConfigurationFile(reader, url.toString()).load(text);
    } catch (IOException | IllegalArgumentException e) {
      throw new IllegalStateException("cannot read " + url + ": " + e.getMessage(), e);
    }
  }

  @Override
  public synchronized Object put(Object key, Object value) {
    reader.add(Source.FILE, new Setting(url, key.toString(), value.toString()));
    return super.put(key, value);
  }
}

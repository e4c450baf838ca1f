package dev.throttle.remote.server;

import jakarta.servlet.ServletException;
import java.io.IOException;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ValveBase;
import org.apache.tomcat.util.http.MimeHeaders;

/**
 * Leaves of what a proxy tells about who asks nothing but addresses, before the container reads it:
 * that would look up any name, and a thread would wait for whom a stranger has named.
 */
final class Forwarded extends ValveBase {

  private final String header;

  Forwarded(String header) {
    super(true);
    this.header = header;
  }

  @Override
  public void invoke(Request request, Response response) throws IOException, ServletException {
    MimeHeaders headers = request.getCoyoteRequest().getMimeHeaders();
    for (int i = headers.findHeader(header, 0); i >= 0; i = headers.findHeader(header, i + 1)) {
      headers.getValue(i).setString(addresses(headers.getValue(i).toString()));
    }
    getNext().invoke(request, response);
  }

  private static String addresses(String value) {
    return Arrays.stream(value.split(","))
        .map(each -> Network.address(each.strip()))
        .collect(Collectors.joining(", "));
  }
}

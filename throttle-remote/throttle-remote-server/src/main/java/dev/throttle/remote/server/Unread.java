package dev.throttle.remote.server;

import jakarta.servlet.ServletException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ValveBase;
import org.apache.coyote.ActionCode;
import org.apache.tomcat.util.net.ApplicationBufferHandler;

/**
 * Does not wait for what is left of a body when the request is answered: the container would read
 * it to its end, so that the connection can be used again, and a thread would wait for as long as
 * somebody says a little of it now and then. What has come already or comes within a tenth of a
 * second is read, so that who sends it all at once sees the answer; otherwise the connection is
 * closed.
 */
final class Unread extends ValveBase {

  private static final long MOST = 1 << 20;
  private static final long SOON_NANOS = 100_000_000;

  Unread() {
    super(true);
  }

  @Override
  public void invoke(Request request, Response response) throws IOException, ServletException {
    try {
      getNext().invoke(request, response);
    } finally {
      if (!request.isAsync() && !isRead(request) && !isReadSoon(request)) {
        request.getCoyoteRequest().action(ActionCode.DISABLE_SWALLOW_INPUT, null);
      }
    }
  }

  private static boolean isRead(Request request) {
    AtomicBoolean read = new AtomicBoolean();
    request.getCoyoteRequest().action(ActionCode.REQUEST_BODY_FULLY_READ, read);
    return read.get();
  }

  /** Reads what comes soon, if it is not too much, and returns whether that was all. */
  private static boolean isReadSoon(Request request) {
    if (request.getContentLengthLong() > MOST) {
      return false;
    }
    org.apache.coyote.Request body = request.getCoyoteRequest(); // the stream above it is closed
    Sink sink = new Sink();
    long begin = System.nanoTime();
    try {
      while (!isRead(request) && System.nanoTime() - begin < SOON_NANOS) {
        body.action(ActionCode.AVAILABLE, true);
        if (body.getAvailable() == 0) {
          LockSupport.parkNanos(SOON_NANOS / 100);
        } else if (body.doRead(sink) < 0) {
          break;
        }
      }
    } catch (IOException e) {
      return false; // nobody is there any more
    }
    return isRead(request);
  }

  /** Where what was read is, which nobody wants. */
  private static final class Sink implements ApplicationBufferHandler {

    private ByteBuffer buffer = ByteBuffer.allocate(0);

    @Override
    public void setByteBuffer(ByteBuffer buffer) {
      this.buffer = buffer;
    }

    @Override
    public ByteBuffer getByteBuffer() {
      return buffer;
    }

    @Override
    public void expand(int size) {
      // It is given one.
    }
  }
}

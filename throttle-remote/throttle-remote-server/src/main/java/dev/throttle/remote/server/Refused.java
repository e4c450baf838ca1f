package dev.throttle.remote.server;

import java.io.IOException;
import java.io.Writer;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ErrorReportValve;
import org.apache.coyote.ActionCode;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;

/**
 * Answers by a problem what the container has refused by itself, such as a path that is none: in
 * place of its page of HTML.
 */
final class Refused extends ErrorReportValve {

  private final Supplier<Problems> problems;

  Refused(Supplier<Problems> problems) {
    this.problems = problems;
  }

  @Override
  protected void report(Request request, Response response, @Nullable Throwable failure) {
    if (response.getStatus() < 400
        || response.getContentWritten() > 0
        || !response.setErrorReported()) {
      return; // it is no error, or answered
    }
    AtomicBoolean isSomebodyThere = new AtomicBoolean();
    response.getCoyoteResponse().action(ActionCode.IS_IO_ALLOWED, isSomebodyThere);
    if (!isSomebodyThere.get()) {
      return;
    }
    try {
      response.setContentType(MediaType.APPLICATION_PROBLEM_JSON_VALUE);
      response.setCharacterEncoding("UTF-8");
      Writer writer = response.getReporter();
      if (writer != null) {
        writer.write(problems.get().refusal(response.getStatus()));
        response.finishResponse();
      }
    } catch (IOException e) {
      container.getLogger().debug("Nobody is there any more.", e);
    }
  }
}

package dev.throttle.remote.server;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** The server must not start as it is configured; the message says why, and the fix. */
final class Misconfigured extends IllegalStateException {

  private static final long serialVersionUID = 1L;

  private final String what;
  private final String fix;

  Misconfigured(String what, String fix) {
    super(what + ". Fix: " + fix + ".");
    this.what = what;
    this.fix = fix;
  }

  /** Has that told at the start in place of a stack trace. */
  static final class Analyzer extends AbstractFailureAnalyzer<Misconfigured> {

    @Override
    protected FailureAnalysis analyze(Throwable failure, Misconfigured cause) {
      return new FailureAnalysis(cause.what + '.', cause.fix + '.', cause);
    }
  }
}

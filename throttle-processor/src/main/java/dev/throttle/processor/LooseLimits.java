package dev.throttle.processor;

import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import javax.lang.model.element.ElementKind;
import org.jspecify.annotations.Nullable;

/**
 * Warns of limits that surely never hold up a call, because each call passes a tighter one too:
 * another limit of the same bucket, or another bucket of the same methods, such as an endpoint's
 * that allows more than that of the whole host.
 *
 * <p>Of two buckets this is said only where it can be proved from what is compiled here, method by
 * method: the looser one is defined here, the tighter one is passed wherever the looser is, by no
 * fewer permits, and is one for all or has the same key. And only of the inner one: a host's limit
 * is looser than that of each endpoint as a rule, and the other endpoints may be in other modules.
 */
final class LooseLimits {

  private final Buckets buckets;
  private final Report report;

  LooseLimits(Buckets buckets, Report report) {
    this.buckets = buckets;
    this.report = report;
  }

  void check(List<ThrottledMethod> methods) {
    for (Definition definition : buckets.definitions()) {
      Declaration declaration =
          Objects.requireNonNull(buckets.declarationOf(definition.name()), definition.name());
      if (!checkWithin(definition, declaration)) {
        checkAgainstOthers(
            definition,
            declaration,
            methods.stream()
                .filter(method -> method.buckets().contains(definition.name()))
                .toList());
      }
    }
  }

  /** Checks the limits of one bucket against each other; returns whether one was reported. */
  private boolean checkWithin(Definition definition, Declaration declaration) {
    List<WrittenLimit> limits = definition.limits();
    List<Declaration> written =
        Stream.concat(Stream.of(declaration), declaration.also().stream()).toList();
    boolean reported = false;
    for (int i = 0; i < limits.size(); i++) {
      WrittenLimit tighter = tighter(limits, i);
      if (tighter != null) {
        reported = true;
        report.declaration(
            Diagnostic.NEVER_BINDS,
            written.get(i),
            Declaration.LIMIT,
            "this limit ("
                + limits.get(i).inWords()
                + ") can never hold up a call, since bucket '"
                + definition.name()
                + "' has another ("
                + tighter.inWords()
                + ")",
            "look at both numbers, and remove this limit or lower it");
      }
    }
    return reported;
  }

  /** Returns a limit that one is within, or null; of two that are the same, the later is. */
  private static @Nullable WrittenLimit tighter(List<WrittenLimit> limits, int i) {
    WrittenLimit loose = limits.get(i);
    for (int j = 0; j < limits.size(); j++) {
      WrittenLimit tight = limits.get(j);
      if (j != i && loose.isSurelyWithin(tight) && (j < i || !tight.isSurelyWithin(loose))) {
        return tight;
      }
    }
    return null;
  }

  private void checkAgainstOthers(
      Definition loose, Declaration declaration, List<ThrottledMethod> methods) {
    if (methods.isEmpty() || declaration.element().getKind() == ElementKind.ANNOTATION_TYPE) {
      return; // whoever else uses the annotation may be elsewhere
    }
    for (String name : methods.get(0).buckets()) {
      Definition tight = buckets.find(name);
      if (tight != null
          && loose.isSurelyWithin(tight)
          && methods.stream().allMatch(method -> isPaidFirst(name, loose.name(), method))) {
        report.declaration(
            Diagnostic.NEVER_BINDS,
            declaration,
            Declaration.LIMIT,
            "bucket '"
                + loose.name()
                + "' ("
                + loose.inWords()
                + ") can never hold up a call, since each passes '"
                + name
                + "' ("
                + tight.inWords()
                + ") too",
            "look at both numbers; or suppress this with @SuppressWarnings(\""
                + Diagnostic.NEVER_BINDS.id()
                + "\") if '"
                + name
                + "' may be in mode SHADOW, changed while the program runs, or shared otherwise");
        return;
      }
    }
  }

  /** Says whether each call of the method passes the tight bucket first, by no fewer permits. */
  private static boolean isPaidFirst(String tight, String loose, ThrottledMethod method) {
    Payment ours = Payment.of(loose, method);
    Payment theirs = Payment.of(tight, method);
    return ours != null
        && theirs != null
        && theirs.surelyCovers(ours)
        && method.buckets().indexOf(tight) < method.buckets().indexOf(loose);
  }
}

package dev.throttle.processor;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.IdentifierTree;
import com.sun.source.tree.MemberReferenceTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TaskEvent;
import com.sun.source.util.TaskListener;
import com.sun.source.util.TreePath;
import com.sun.source.util.TreePathScanner;
import com.sun.source.util.Trees;
import dev.throttle.annotation.Throttle;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.annotation.processing.ProcessingEnvironment;
import javax.lang.model.element.Element;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.Modifier;
import javax.lang.model.element.NestingKind;
import javax.lang.model.element.TypeElement;
import javax.lang.model.type.DeclaredType;
import javax.lang.model.type.TypeMirror;
import javax.lang.model.util.Elements;
import javax.lang.model.util.Types;
import org.jspecify.annotations.Nullable;

/**
 * Warns of method references to throttled abstract methods, such as {@code api::user}.
 *
 * <p>The call of such a method is woven where it is made, and a method reference has no such place:
 * the JVM makes the call. One to a method with a body is throttled in the body.
 *
 * <p>What a method reference means is known only when javac has attributed the class that it is in,
 * long after the last round of annotation processing. So this listens to javac, and looks through
 * each class when it was analyzed.
 */
final class MethodReferences implements TaskListener {

  /** Where the annotations of client libraries are for which there are hooks. */
  private static final List<String> CLIENTS =
      List.of("feign.", "retrofit2.http.", "org.springframework.web.");

  private final Elements elements;
  private final Types types;
  private final Trees trees;
  private final Report report;
  private @Nullable Boolean needed;

  private MethodReferences(ProcessingEnvironment environment) {
    this.elements = environment.getElementUtils();
    this.types = environment.getTypeUtils();
    this.trees = Trees.instance(environment);
    this.report = new Report(environment);
  }

  /**
   * Begins to listen; to be asked by {@link JavacTrees}, without which nothing is said of method
   * references.
   */
  static boolean watch(ProcessingEnvironment environment) {
    JavacTask.instance(environment).addTaskListener(new MethodReferences(environment));
    return true;
  }

  @Override
  public void finished(TaskEvent event) {
    TypeElement type = event.getTypeElement();
    if (event.getKind() != TaskEvent.Kind.ANALYZE || type == null) {
      return;
    }
    try {
      TreePath path = isNeeded() ? trees.getPath(type) : null;
      if (path != null) {
        new References().scan(path, null);
      }
    } catch (RuntimeException | LinkageError | AssertionError | StackOverflowError e) {
      report.internalError(e);
    }
  }

  /** Says whether anything can be throttled here at all, and only by weaving or a client hook. */
  private boolean isNeeded() {
    if (needed == null) {
      needed =
          elements.getTypeElement(Throttle.class.getCanonicalName()) != null
              && !SpringBeans.areThrottled(elements);
    }
    return needed;
  }

  private final class References extends TreePathScanner<@Nullable Void, @Nullable Void> {

    @Override
    public @Nullable Void visitMemberReference(MemberReferenceTree tree, @Nullable Void nothing) {
      if (tree.getMode() == MemberReferenceTree.ReferenceMode.INVOKE
          && trees.getElement(getCurrentPath()) instanceof ExecutableElement method
          && method.getModifiers().contains(Modifier.ABSTRACT)) {
        check(tree, method);
      }
      return super.visitMemberReference(tree, null);
    }

    private void check(MemberReferenceTree tree, ExecutableElement method) {
      ThrottledMethod throttled =
          ThrottledType.read(method, through(tree, method), elements, types);
      if (throttled.isThrottled()
          && !isOfClient(method)
          && !Report.isSuppressed(Diagnostic.METHOD_REFERENCE, method)
          && declarations()
              .noneMatch(around -> Report.isSuppressed(Diagnostic.METHOD_REFERENCE, around))) {
        report(tree, throttled);
      }
    }

    /**
     * Says whether a client library reads annotations of the method, so that a hook of its own
     * throttles each call: weaving or a framework has installed it.
     */
    private boolean isOfClient(ExecutableElement method) {
      return method.getAnnotationMirrors().stream()
          .map(annotation -> annotation.getAnnotationType().toString())
          .anyMatch(name -> CLIENTS.stream().anyMatch(name::startsWith));
    }

    /** Returns the type through which the call is made: it may only inherit the method. */
    private TypeElement through(MemberReferenceTree tree, ExecutableElement method) {
      TypeMirror type =
          trees.getTypeMirror(new TreePath(getCurrentPath(), tree.getQualifierExpression()));
      return type != null
              && types.erasure(type) instanceof DeclaredType declared
              && declared.asElement() instanceof TypeElement through
          ? through
          : ThrottledType.declaring(method);
    }

    private void report(MemberReferenceTree tree, ThrottledMethod throttled) {
      ExecutableElement method = throttled.method();
      String type = throttled.type().getSimpleName().toString();
      String message =
          Report.message(
              Diagnostic.METHOD_REFERENCE,
              type + "::" + method.getSimpleName(),
              declarations().filter(this::hasName).findFirst().orElseThrow(),
              "weaving cannot see calls by method reference, so these do not pass "
                  + throttled.bucketsInWords(),
              String.format(
                  Locale.ROOT,
                  "write %s; or, if a client hook throttles them, suppress this with"
                      + " @SuppressWarnings(\"%s\") here or on %s",
                  lambda(tree, throttled),
                  Diagnostic.METHOD_REFERENCE.id(),
                  type));
      trees.printMessage(
          Diagnostic.METHOD_REFERENCE.kind(), message, tree, getCurrentPath().getCompilationUnit());
    }

    /** Returns the declarations around the current tree, the innermost first. */
    private Stream<Element> declarations() {
      return Stream.iterate(getCurrentPath(), path -> path != null, TreePath::getParentPath)
          .filter(path -> isDeclaration(path.getLeaf()))
          .map(trees::getElement)
          .flatMap(Stream::ofNullable);
    }

    private boolean hasName(Element declaration) {
      Element type =
          declaration instanceof TypeElement ? declaration : declaration.getEnclosingElement();
      return type instanceof TypeElement holder
          && (holder.getNestingKind() == NestingKind.TOP_LEVEL
              || holder.getNestingKind() == NestingKind.MEMBER);
    }

    private static boolean isDeclaration(Tree tree) {
      return tree instanceof VariableTree
          || tree instanceof MethodTree
          || tree instanceof ClassTree;
    }

    private String lambda(MemberReferenceTree tree, ThrottledMethod throttled) {
      ExpressionTree qualifier = tree.getQualifierExpression();
      Element named = trees.getElement(new TreePath(getCurrentPath(), qualifier));
      boolean bound = !(named instanceof TypeElement);
      String receiver =
          bound && qualifier instanceof IdentifierTree
              ? qualifier.toString()
              : variable(throttled.type());
      List<String> passed =
          throttled.method().getParameters().stream()
              .map(parameter -> parameter.getSimpleName().toString())
              .toList();
      List<String> taken =
          bound ? passed : Stream.concat(Stream.of(receiver), passed.stream()).toList();
      return String.format(
          Locale.ROOT,
          "%s -> %s.%s(%s)",
          taken.size() == 1
              ? taken.get(0)
              : taken.stream().collect(Collectors.joining(", ", "(", ")")),
          receiver,
          tree.getName(),
          String.join(", ", passed));
    }

    private static String variable(TypeElement type) {
      String name = type.getSimpleName().toString();
      return name.substring(0, 1).toLowerCase(Locale.ROOT) + name.substring(1);
    }
  }
}

package dev.throttle.processor;

import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.IdentifierTree;
import com.sun.source.tree.MemberReferenceTree;
import com.sun.source.tree.MemberSelectTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.util.TreeScanner;
import com.sun.source.util.Trees;
import javax.annotation.processing.ProcessingEnvironment;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.Name;
import org.jspecify.annotations.Nullable;

/**
 * Whether the body of a method calls that of the same name elsewhere: of another object, or of the
 * superclass. To be asked by {@link JavacTrees}.
 */
final class Delegation {

  private Delegation() {}

  static boolean isIn(ExecutableElement method, ProcessingEnvironment environment) {
    MethodTree tree = Trees.instance(environment).getTree(method);
    return tree != null && Boolean.TRUE.equals(new Calls(method).scan(tree, null));
  }

  private static final class Calls extends TreeScanner<@Nullable Boolean, @Nullable Void> {

    private final Name name;
    private final int arguments;

    Calls(ExecutableElement method) {
      this.name = method.getSimpleName();
      this.arguments = method.getParameters().size();
    }

    @Override
    public @Nullable Boolean visitMethodInvocation(
        MethodInvocationTree call, @Nullable Void nothing) {
      if (call.getMethodSelect() instanceof MemberSelectTree select
          && select.getIdentifier().equals(name)
          && call.getArguments().size() == arguments
          && !isThis(select.getExpression())) {
        return true;
      }
      return super.visitMethodInvocation(call, null);
    }

    @Override
    public @Nullable Boolean visitMemberReference(
        MemberReferenceTree reference, @Nullable Void nothing) {
      if (reference.getName().equals(name) && !isThis(reference.getQualifierExpression())) {
        return true;
      }
      return super.visitMemberReference(reference, null);
    }

    private static boolean isThis(ExpressionTree receiver) {
      return receiver instanceof IdentifierTree identifier
          && identifier.getName().contentEquals("this");
    }

    @Override
    public @Nullable Boolean reduce(@Nullable Boolean one, @Nullable Boolean other) {
      return Boolean.TRUE.equals(one) ? one : other;
    }
  }
}
